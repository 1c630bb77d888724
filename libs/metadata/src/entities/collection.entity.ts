import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { hash, integer } from './columns';

/** An embedding space, shared by collections. Rows are never changed or removed. */
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

  /** Hash of model, space and dimension. */
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

  /**
   * Hash of the name; NULL while the collection is dropped. So names are unique, and a dropped name is free at once.
   */
  @Column({ ...hash, name: 'live_name_key', nullable: true })
  liveNameKey!: string | null;

  /** The space that searches use and loads write to. */
  @Column({ ...integer, name: 'active_space_id' })
  activeSpaceId!: number;

  @ManyToOne(() => EmbeddingSpaceEntity, { createForeignKeyConstraints: false })
  @JoinColumn({ name: 'active_space_id' })
  activeSpace!: EmbeddingSpaceEntity;

  /** Updated in the transactions that change states, because counting a million rows takes longer than a query may. */
  @Column({ ...integer, name: 'image_count' })
  imageCount!: number;

  @Column({ ...integer, name: 'created_at' })
  createdAt!: number;

  /** Total size of the picture files; updated together with the count. */
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

  /** Device identifiers by path, for the folder and its mount points, as JSON; NULL: unknown. */
  @Column({ type: 'text', nullable: true })
  devices!: string | null;
}
