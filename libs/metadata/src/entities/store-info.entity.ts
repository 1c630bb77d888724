import { Column, Entity, PrimaryColumn } from 'typeorm';
import { integer } from './columns';

/** One row: who this store is. */
@Entity('store_info')
export class StoreInfoEntity {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  uuid!: string;

  @Column({ ...integer, name: 'created_at' })
  createdAt!: number;
}

/**
 * Where the next ids come from; they are reserved in blocks and never given out twice. The row `proof` has the time of
 * the last proof that the store can be written.
 */
@Entity('id_counter')
export class IdCounterEntity {
  @PrimaryColumn({ type: 'varchar', length: 32 })
  name!: string;

  @Column({ ...integer, name: 'next_id' })
  nextId!: number;
}

/** What was done once in the life of this database. */
@Entity('milestone')
export class MilestoneEntity {
  @PrimaryColumn({ type: 'varchar', length: 32 })
  name!: string;

  @Column({ ...integer, name: 'reached_at' })
  reachedAt!: number;
}
