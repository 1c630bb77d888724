import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { hash, integer } from './columns';

@Entity('collection')
@Index('collection_live_name', ['liveNameKey'], { unique: true })
export class CollectionEntity {
  @PrimaryColumn(integer)
  id!: number;

  @Column({ type: 'varchar', length: 256 })
  name!: string;

  /** Hash of the name while the collection lives, NULL while it is dropped: unique names, and a name free at once. */
  @Column({ ...hash, name: 'live_name_key', nullable: true })
  liveNameKey!: string | null;

  @Column({ type: 'varchar', length: 256 })
  model!: string;

  @Column({ type: 'varchar', length: 256 })
  space!: string;

  @Column({ type: 'int' })
  dimension!: number;

  /** Changed in the transactions that change states; counting a million rows takes longer than a query may. */
  @Column({ ...integer, name: 'image_count' })
  imageCount!: number;

  @Column({ ...integer, name: 'created_at' })
  createdAt!: number;

  /** Of the picture files together; changed with the count. */
  @Column({ ...integer, name: 'size_bytes', default: 0 })
  sizeBytes!: number;
}

/** A folder that was loaded into a collection. */
@Entity('source')
@Index('source_directory', ['collectionId', 'directoryKey'], { unique: true })
export class SourceEntity {
  @PrimaryColumn(integer)
  id!: number;

  @Column({ ...integer, name: 'collection_id' })
  collectionId!: number;

  @Column({ type: 'text' })
  directory!: string;

  @Column({ ...hash, name: 'directory_key' })
  directoryKey!: string;

  /** What tells volumes apart, by path, of the folder and of what is mounted below it, as JSON; NULL: not known. */
  @Column({ type: 'text', nullable: true })
  devices!: string | null;
}
