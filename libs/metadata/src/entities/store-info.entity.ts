import { Column, Entity, PrimaryColumn } from 'typeorm';
import { integer } from './columns';

/** The identity of the store, in one row. */
@Entity('store_info')
export class StoreInfoEntity {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  uuid!: string;

  @Column({ ...integer, name: 'created_at' })
  createdAt!: number;
}

/**
 * Counters for new ids, which are reserved in blocks and never used twice. The row `proof` has the time of the last
 * proof that the store accepts writes.
 */
@Entity('id_counter')
export class IdCounterEntity {
  @PrimaryColumn({ type: 'varchar', length: 32 })
  name!: string;

  @Column({ ...integer, name: 'next_id' })
  nextId!: number;
}

/** Actions that happened once in this database. */
@Entity('milestone')
export class MilestoneEntity {
  @PrimaryColumn({ type: 'varchar', length: 32 })
  name!: string;

  @Column({ ...integer, name: 'reached_at' })
  reachedAt!: number;
}
