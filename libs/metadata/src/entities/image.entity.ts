import type { ImageState } from '@wentu/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { blob, hash, integer } from './columns';

/** One version of one image. */
@Entity('image')
@Index('image_live', ['collectionId', 'liveKey'], { unique: true })
@Index('image_state', ['collectionId', 'state', 'id'])
@Index('image_source', ['sourceId', 'id'])
@Index('image_location', ['collectionId', 'locationKey'])
export class ImageEntity {
  @PrimaryColumn(integer)
  id!: number;

  @Column({ ...integer, name: 'collection_id' })
  collectionId!: number;

  @Column({ type: 'text', name: 'image_id' })
  imageId!: string;

  @Column({ ...hash, name: 'image_key' })
  imageKey!: string;

  /** The image key while READY, else NULL: one READY version an image, on every database. */
  @Column({ ...hash, name: 'live_key', nullable: true })
  liveKey!: string | null;

  @Column({ type: 'varchar', length: 9 })
  state!: ImageState;

  @Column({ ...hash, name: 'content_hash' })
  contentHash!: string;

  @Column({ type: 'varchar', length: 32, name: 'mime_type' })
  mimeType!: string;

  @Column({ type: 'int' })
  width!: number;

  @Column({ type: 'int' })
  height!: number;

  @Column({ ...integer, name: 'size_bytes' })
  sizeBytes!: number;

  @Column({ ...integer, name: 'source_id' })
  sourceId!: number;

  /** Absolute path of an original by reference; NULL when it is copied. */
  @Column({ type: 'text', nullable: true })
  path!: string | null;

  @Column({ type: 'double', name: 'modified_at_ms', nullable: true })
  modifiedAtMs!: number | null;

  /** Of where the picture comes from; NULL where only its bytes tell it from others, and in rows of older versions. */
  @Column({ ...hash, name: 'location_key', nullable: true })
  locationKey!: string | null;

  /** 1: its file had gone, and somebody said that it is to stay. */
  @Column({ type: 'int', name: 'kept_without_file', default: 0 })
  keptWithoutFile!: number;
}

/** The vector of one image in one space. */
@Entity('embedding')
export class EmbeddingEntity {
  @PrimaryColumn({ ...integer, name: 'image_row_id' })
  imageRowId!: number;

  @PrimaryColumn({ ...integer, name: 'space_id' })
  spaceId!: number;

  @Column(hash)
  fingerprint!: string;

  /** float32, little-endian. */
  @Column(blob)
  vector!: Uint8Array;
}

/** A small JPEG of an original by reference. */
@Entity('image_preview')
export class ImagePreviewEntity {
  @PrimaryColumn({ ...integer, name: 'image_row_id' })
  imageRowId!: number;

  @Column(blob)
  data!: Uint8Array;
}

/** An original in the store that no row of `image` has: one that is put before its row, or stays when that is removed. */
@Entity('loose_original')
@Index('loose_original_collection', ['collectionId', 'imageRowId'])
export class LooseOriginalEntity {
  @PrimaryColumn({ ...integer, name: 'image_row_id' })
  imageRowId!: number;

  @Column({ ...integer, name: 'collection_id' })
  collectionId!: number;
}

/** The bytes of an original that was copied. */
@Entity('image_data')
export class ImageDataEntity {
  @PrimaryColumn({ ...integer, name: 'image_row_id' })
  imageRowId!: number;

  @Column(blob)
  data!: Uint8Array;
}
