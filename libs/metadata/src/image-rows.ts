import {
  FACTS_VERSION,
  imageAttributes,
  NO_OWN,
  type Attributes,
  type EmbeddedImage,
  type ImageFacts,
  type ImageRow,
  type ImageState,
  type NewEmbedding,
  type NewImage,
  type Original,
  type OwnAttributes,
  type PlacedImage,
  type TakenAtSource,
} from '@wentu/domain';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { fromBytes, toEmbeddingBytes } from './embedding-bytes';
import { EmbeddingEntity, ImageEntity } from './entities/image.entity';
import { textKey } from './keys';

/** Drivers return bigint as a number or as text. */
type Integer = number | string;

/** The columns that `imageQuery` selects. */
export type RawImage = Omit<ImageRow, 'id' | 'collectionId' | 'sizeBytes' | 'original' | 'facts' | 'own'> &
  Record<'id' | 'collectionId' | 'sizeBytes', Integer> &
  RawReference &
  RawFacts &
  RawOwn;
export type RawEmbeddedImage = RawImage & { vector: ArrayBuffer | Uint8Array };
export interface RawReference {
  readonly path: string | null;
  readonly modifiedAtMs: number | null;
}
/** The column for `toOwn`. */
export interface RawOwn {
  readonly own: string | null;
}
/** The columns for `toFacts`. */
export interface RawFacts {
  readonly takenAt: Integer | null;
  readonly takenAtOffset: number | null;
  readonly takenAtSource: TakenAtSource | null;
  readonly camera: string | null;
  readonly lens: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly orientation: number | null;
}
/** The columns for `toPlaced`. */
export type RawPlacedImage = RawReference & { id: Integer; keptWithoutFile: number };

const FACTS = [
  'takenAt', 'takenAtOffset', 'takenAtSource', 'camera', 'lens', 'latitude', 'longitude', 'orientation',
] as const satisfies readonly (keyof ImageEntity & keyof RawFacts)[]; // prettier-ignore

const ROW = [
  'id', 'collectionId', 'imageId', 'state', 'contentHash', 'mimeType', 'width', 'height', 'sizeBytes', 'path', 'modifiedAtMs', 'own',
  ...FACTS,
] as const satisfies readonly (keyof ImageEntity)[]; // prettier-ignore

/** The columns for `imageAttributes`. */
export const ATTRIBUTES = [
  'imageId',
  'mimeType',
  'width',
  'height',
  'sizeBytes',
  'own',
  ...FACTS,
] as const satisfies readonly (keyof ImageEntity)[];

/** The columns for `toAttributes`. */
export type RawAttributes = Pick<RawImage, 'id' | (typeof ATTRIBUTES)[number]>;

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
  'taken_at', 'taken_at_offset', 'taken_at_source', 'camera', 'lens', 'latitude', 'longitude', 'orientation', 'facts_version',
  'own', 'given_key',
]; // prettier-ignore

export function toValues(collectionId: number, sourceId: number, image: NewImage, own: OwnAttributes): unknown[] {
  const [path, modifiedAtMs] = toReference(image.original);
  const { id, imageId, contentHash, mimeType, width, height, sizeBytes } = image;
  const facts = factColumns(image.facts);
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
    ...FACTS.map((column) => facts[column]),
    FACTS_VERSION,
    fromOwn(own),
    image.given?.key ?? null,
  ];
}

/** The values of the columns FACTS. */
export function factColumns({ takenAt, camera, lens, place, orientation }: ImageFacts) {
  return {
    takenAt: takenAt?.atMs ?? null,
    takenAtOffset: takenAt?.offsetMinutes ?? null,
    takenAtSource: takenAt?.source ?? null,
    ...{ camera, lens },
    latitude: place?.latitude ?? null,
    longitude: place?.longitude ?? null,
    orientation,
  } satisfies Record<(typeof FACTS)[number], unknown>;
}

export function toFacts(row: RawFacts): ImageFacts {
  const { takenAt, takenAtOffset: offsetMinutes, takenAtSource: source, latitude, longitude } = row;
  const { camera, lens, orientation } = row;
  return {
    takenAt: takenAt === null || source === null ? null : { atMs: Number(takenAt), offsetMinutes, source },
    place: latitude === null || longitude === null ? null : { latitude, longitude },
    ...{ camera, lens, orientation },
  };
}

/** The value of the column `own`. */
export function fromOwn(own: OwnAttributes): string | null {
  return own.tags.length + own.attributes.length === 0 ? null : JSON.stringify(own);
}

export function toOwn({ own }: RawOwn): OwnAttributes {
  return own === null ? NO_OWN : (JSON.parse(own) as OwnAttributes);
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
    facts: toFacts(row),
    own: toOwn(row),
  };
}

export function toAttributes(row: RawAttributes): Attributes {
  return imageAttributes({ ...row, sizeBytes: Number(row.sizeBytes), facts: toFacts(row), own: toOwn(row) });
}

export function toEmbedded(row: RawEmbeddedImage): EmbeddedImage {
  return { ...toRow(row), vector: fromBytes(row.vector) };
}

export type StateRow = { id: Integer; state: ImageState };

export type ImageQuery = (manager: EntityManager) => SelectQueryBuilder<ImageEntity>;
export type RowPage = [query: ImageQuery, collectionId: number, state: ImageState, afterId: number, limit: number];

/** Rows of a collection in a state with id > afterId, ascending. */
export function pageOf(
  manager: EntityManager,
  ...[query, collectionId, state, afterId, limit]: RowPage
): ReturnType<ImageQuery> {
  return query(manager)
    .where('i.collectionId = :collectionId AND i.state = :state AND i.id > :afterId', { collectionId, state, afterId })
    .orderBy('i.id')
    .limit(limit);
}
