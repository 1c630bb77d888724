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

  /** Number of READY images with an embedding in the space, updated like the count of the collection. */
  @Column({ ...integer, name: 'image_count', default: 0 })
  imageCount!: number;
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

  /** Counts the changes of what owners gave to images. */
  @Column({ ...integer, name: 'attributes_version', default: 0 })
  attributesVersion!: number;

  /** Counts such changes that the indexes got. */
  @Column({ ...integer, name: 'attributes_indexed', default: 0 })
  attributesIndexed!: number;
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

  /** The options of the loads of its watch, as JSON; NULL while the folder is not watched. */
  @Column({ type: 'text', name: 'watch_options', nullable: true })
  watchOptions!: string | null;

  /** The process that watches the folder; NULL: none. */
  @Column({ type: 'varchar', length: 64, name: 'watch_owner', nullable: true })
  watchOwner!: string | null;

  /** Milliseconds since 1970, by the clock of the database. */
  @Column({ ...integer, name: 'watch_expires_at', nullable: true })
  watchExpiresAt!: number | null;

  /** What the watching process does, as JSON (`WatchReport`); NULL until it says so. */
  @Column({ type: 'text', name: 'watch_report', nullable: true })
  watchReport!: string | null;
}
