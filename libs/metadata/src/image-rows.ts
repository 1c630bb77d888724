import type { ImageRow, ImageRowWithEmbedding, ImageState, NewImage, Original, PlacedImage } from '@wentu/domain';
import { fromBytes, toEmbeddingBytes } from './embedding-bytes';
import { toBytes } from './entities/columns';
import { textKey } from './keys';

export interface ImageSqlRow {
  id: number;
  collection_id: number;
  image_id: string;
  state: ImageState;
  content_hash: string;
  mime_type: string;
  width: number;
  height: number;
  size_bytes: number;
  path: string | null;
  modified_at_ms: number | null;
}
/** What `toPlaced` takes. */
export type PlacedSqlRow = Pick<ImageSqlRow, 'id' | 'path' | 'modified_at_ms'> & { kept_without_file: number };
export type WithEmbedding = ImageSqlRow & { embedding: ArrayBuffer | Uint8Array };

export const COLUMNS =
  'i.id, i.collection_id, i.image_id, i.state, i.content_hash, i.mime_type, i.width, i.height, i.size_bytes, i.path, i.modified_at_ms';
/** What `toValues` gives, in this order. */
export const INSERT_COLUMNS = [
  'id', 'collection_id', 'image_id', 'image_key', 'live_key', 'state', 'content_hash', 'fingerprint', 'mime_type',
  'width', 'height', 'size_bytes', 'source_id', 'location_key', 'path', 'modified_at_ms', 'embedding',
]; // prettier-ignore

export function toValues(collectionId: number, sourceId: number, image: NewImage): unknown[] {
  const [path, modifiedAtMs] = toReference(image.original);
  const { id, imageId, contentHash, fingerprint, mimeType, width, height, sizeBytes, embedding } = image;
  const keys = [textKey(imageId), null, 'PENDING', contentHash, fingerprint, mimeType];
  return [
    id,
    collectionId,
    imageId,
    ...keys,
    width,
    height,
    sizeBytes,
    sourceId,
    image.location === null ? null : textKey(image.location),
    path,
    modifiedAtMs,
    toEmbeddingBytes(embedding),
  ];
}

export function toOriginal({ path, modified_at_ms }: Pick<ImageSqlRow, 'path' | 'modified_at_ms'>): Original {
  return path === null ? { kind: 'copied' } : { kind: 'reference', path, modifiedAtMs: Number(modified_at_ms) };
}

/** The columns `path` and `modified_at_ms`. */
export function toReference(original: Original): [string | null, number | null] {
  return original.kind === 'reference' ? [original.path, original.modifiedAtMs] : [null, null];
}

export function toPlaced(row: PlacedSqlRow): PlacedImage {
  return { id: Number(row.id), original: toOriginal(row), isKept: row.kept_without_file === 1 };
}

export function toRow(row: ImageSqlRow): ImageRow {
  return {
    id: Number(row.id),
    collectionId: Number(row.collection_id),
    imageId: row.image_id,
    state: row.state,
    contentHash: row.content_hash,
    mimeType: row.mime_type,
    width: row.width,
    height: row.height,
    sizeBytes: Number(row.size_bytes),
    original: toOriginal(row),
  };
}

export function toRowWithEmbedding(row: WithEmbedding): ImageRowWithEmbedding {
  return { ...toRow(row), embedding: fromBytes(toBytes(row.embedding)) };
}
