import type { EmbeddedImage, ImageRow, ImageState, NewEmbedding, NewImage, Original, PlacedImage } from '@wentu/domain';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { fromBytes, toEmbeddingBytes } from './embedding-bytes';
import { EmbeddingEntity, ImageEntity } from './entities/image.entity';
import { textKey } from './keys';

/** Drivers return bigint as a number or as text. */
type Integer = number | string;

/** The columns that `imageQuery` selects. */
export type RawImage = Omit<ImageRow, 'id' | 'collectionId' | 'sizeBytes' | 'original'> &
  Record<'id' | 'collectionId' | 'sizeBytes', Integer> &
  RawReference;
export type RawEmbeddedImage = RawImage & { vector: ArrayBuffer | Uint8Array };
export interface RawReference {
  readonly path: string | null;
  readonly modifiedAtMs: number | null;
}
/** The columns for `toPlaced`. */
export type RawPlacedImage = RawReference & { id: Integer; keptWithoutFile: number };

const ROW = [
  'id', 'collectionId', 'imageId', 'state', 'contentHash', 'mimeType', 'width', 'height', 'sizeBytes', 'path', 'modifiedAtMs',
] as const satisfies readonly (keyof ImageEntity)[]; // prettier-ignore

/** Selects the columns for `toRow`. The rows stay raw, because creating entities takes longer than reading them. */
export function imageQuery(manager: EntityManager): SelectQueryBuilder<ImageEntity> {
  return columnsOf(manager, ROW);
}

export function columnsOf(
  manager: EntityManager,
  columns: readonly (keyof ImageEntity)[],
): SelectQueryBuilder<ImageEntity> {
  const query = manager.createQueryBuilder(ImageEntity, 'i').select([]);
  for (const column of columns) query.addSelect(`i.${column}`, column);
  return query;
}

/**
 * The same with vectors. The space is the only parameter, and is a text, because TypeORM writes numbers into the text
 * of SQLite statements.
 */
export function embeddedQuery(manager: EntityManager): SelectQueryBuilder<ImageEntity> {
  return withVector(imageQuery(manager), '');
}

/** Leaves out images without an embedding in the space, and adds the columns for `toEmbedded`. */
export function withVector(
  query: SelectQueryBuilder<ImageEntity>,
  spaceId: number | string,
): SelectQueryBuilder<ImageEntity> {
  return inSpace(query, spaceId).addSelect('e.vector', 'vector');
}

/** Leaves out images without an embedding in the space. */
export function inSpace(
  query: SelectQueryBuilder<ImageEntity>,
  spaceId: number | string,
): SelectQueryBuilder<ImageEntity> {
  return query.innerJoin(EmbeddingEntity, 'e', 'e.imageRowId = i.id AND e.spaceId = :spaceId', { spaceId });
}

/** The values of `toValues`, in this order. */
export const INSERT_COLUMNS = [
  'id', 'collection_id', 'image_id', 'image_key', 'live_key', 'state', 'content_hash', 'mime_type',
  'width', 'height', 'size_bytes', 'source_id', 'location_key', 'path', 'modified_at_ms',
]; // prettier-ignore

export function toValues(collectionId: number, sourceId: number, image: NewImage): unknown[] {
  const [path, modifiedAtMs] = toReference(image.original);
  const { id, imageId, contentHash, mimeType, width, height, sizeBytes } = image;
  return [
    id,
    collectionId,
    imageId,
    ...[textKey(imageId), null, 'PENDING', contentHash, mimeType],
    width,
    height,
    sizeBytes,
    sourceId,
    image.location === null ? null : textKey(image.location),
    path,
    modifiedAtMs,
  ];
}

/** The values of `toEmbeddingValues`, in this order. */
export const EMBEDDING_COLUMNS = ['image_row_id', 'space_id', 'fingerprint', 'vector'];

export function toEmbeddingValues({ imageRowId, spaceId, fingerprint, vector }: NewEmbedding): unknown[] {
  return [imageRowId, spaceId, fingerprint, toEmbeddingBytes(vector)];
}

export function toOriginal({ path, modifiedAtMs }: RawReference): Original {
  return path === null ? { kind: 'copied' } : { kind: 'reference', path, modifiedAtMs: Number(modifiedAtMs) };
}

/** Values of the columns `path` and `modified_at_ms`. */
export function toReference(original: Original): [string | null, number | null] {
  return original.kind === 'reference' ? [original.path, original.modifiedAtMs] : [null, null];
}

export function toPlaced(row: RawPlacedImage): PlacedImage {
  return { id: Number(row.id), original: toOriginal(row), isKept: row.keptWithoutFile === 1 };
}

export function toRow(row: RawImage): ImageRow {
  const { imageId, state, contentHash, mimeType, width, height } = row;
  return {
    id: Number(row.id),
    collectionId: Number(row.collectionId),
    ...{ imageId, state, contentHash, mimeType, width, height },
    sizeBytes: Number(row.sizeBytes),
    original: toOriginal(row),
  };
}

export function toEmbedded(row: RawEmbeddedImage): EmbeddedImage {
  return { ...toRow(row), vector: fromBytes(row.vector) };
}

export type StateRow = { id: Integer; state: ImageState };
