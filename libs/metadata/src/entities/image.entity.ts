import type { ImageState, TakenAtSource } from '@wentu/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { blob, hash, integer } from './columns';

/** One version of one image. */
@Entity('image')
@Index('image_live', ['collectionId', 'liveKey'], { unique: true })
@Index('image_state', ['collectionId', 'state', 'id'])
@Index('image_source', ['sourceId', 'id'])
@Index('image_location', ['collectionId', 'locationKey'])
@Index('image_content', ['collectionId', 'contentHash'])
@Index('image_facts', ['collectionId', 'factsVersion', 'state', 'id'])
@Index('image_words_version', ['collectionId', 'wordsVersion', 'state', 'id'])
@Index('image_taken', ['collectionId', 'state', 'takenAt', 'id'])
@Index('image_size', ['collectionId', 'state', 'sizeBytes', 'id'])
@Index('image_name', ['collectionId', 'state', 'imageId', 'id'])
export class ImageEntity {
  @PrimaryColumn(integer)
  id!: number;

  @Column({ ...integer, name: 'collection_id' })
  collectionId!: number;

  @Column({ type: 'varchar', length: 512, name: 'image_id' })
  imageId!: string;

  @Column({ ...hash, name: 'image_key' })
  imageKey!: string;

  /** The image key while READY, otherwise NULL. So each image has only one READY version, on every database. */
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

  /** Key of the location of the picture; NULL if only its bytes identify it, and in rows of older versions. */
  @Column({ ...hash, name: 'location_key', nullable: true })
  locationKey!: string | null;

  /** 1: the file was missing, and a user decided to keep the image. */
  @Column({ type: 'int', name: 'kept_without_file', default: 0 })
  keptWithoutFile!: number;

  /** Milliseconds since 1970. */
  @Column({ ...integer, name: 'taken_at', nullable: true })
  takenAt!: number | null;

  /** Minutes ahead of UTC. */
  @Column({ type: 'int', name: 'taken_at_offset', nullable: true })
  takenAtOffset!: number | null;

  @Column({ type: 'varchar', length: 4, name: 'taken_at_source', nullable: true })
  takenAtSource!: TakenAtSource | null;

  @Column({ type: 'varchar', length: 128, nullable: true })
  camera!: string | null;

  @Column({ type: 'varchar', length: 128, nullable: true })
  lens!: string | null;

  /** Degrees. */
  @Column({ type: 'double', nullable: true })
  latitude!: number | null;

  @Column({ type: 'double', nullable: true })
  longitude!: number | null;

  /** The EXIF value, 1 to 8. */
  @Column({ type: 'int', nullable: true })
  orientation!: number | null;

  /** FACTS_VERSION of the code that read the facts; 0 in rows of versions that read none. */
  @Column({ type: 'int', name: 'facts_version', default: 0 })
  factsVersion!: number;

  /** What the owner gave, as JSON; NULL when that is nothing. */
  @Column({ type: 'text', nullable: true })
  own!: string | null;

  /** The key of what a source gave last. */
  @Column({ ...hash, name: 'given_key', nullable: true })
  givenKey!: string | null;

  /** `wordsVersion` of the reader that read its words; 0 when none did. */
  @Column({ ...integer, name: 'words_version', default: 0 })
  wordsVersion!: number;
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

/** An original without a row in `image`: put before its row, or left after its row was removed. */
@Entity('loose_original')
@Index('loose_original_collection', ['collectionId', 'imageRowId'])
export class LooseOriginalEntity {
  @PrimaryColumn({ ...integer, name: 'image_row_id' })
  imageRowId!: number;

  @Column({ ...integer, name: 'collection_id' })
  collectionId!: number;
}

/** The bytes of a copied original. */
@Entity('image_data')
export class ImageDataEntity {
  @PrimaryColumn({ ...integer, name: 'image_row_id' })
  imageRowId!: number;

  @Column(blob)
  data!: Uint8Array;
}
