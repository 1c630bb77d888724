import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { hash, integer } from './columns';

/** A space that vectors of a model are in; collections share it. Rows are never changed or removed. */
@Entity('embedding_space')
@Index('embedding_space_key', ['spaceKey'], { unique: true })
export class EmbeddingSpaceEntity {
  @PrimaryColumn(integer)
  id!: number;

  @Column({ type: 'varchar', length: 256 })
  model!: string;

  @Column({ type: 'varchar', length: 256 })
  space!: string;

  @Column({ type: 'int' })
  dimension!: number;

  /** Hash of all three. */
  @Column({ ...hash, name: 'space_key' })
  spaceKey!: string;
}

/** A space in which images of a collection have embeddings. */
@Entity('collection_space')
export class CollectionSpaceEntity {
  @PrimaryColumn({ ...integer, name: 'collection_id' })
  collectionId!: number;

  @PrimaryColumn({ ...integer, name: 'space_id' })
  spaceId!: number;
}

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

  /** The one of its spaces that is searched and loaded into. */
  @Column({ ...integer, name: 'active_space_id' })
  activeSpaceId!: number;

  @ManyToOne(() => EmbeddingSpaceEntity, { createForeignKeyConstraints: false })
  @JoinColumn({ name: 'active_space_id' })
  activeSpace!: EmbeddingSpaceEntity;

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
