import type { AttributePage, ImageFilter, ImageList, ImageOrder, ImageRow, ListPlace } from '@wentu/domain';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { selectColumns, selectInOrder } from './dialect';
import type { ImageEntity } from './entities/image.entity';
import { whereMatches } from './filter-rows';
import {
  ATTRIBUTES,
  columnsOf,
  imageQuery,
  pageOf,
  toAttributes,
  toRow,
  type RawAttributes,
  type RawImage,
} from './image-rows';

/** The column of each order, and the index that has the rows in this order. */
const ORDERS = {
  LOADED_AT: { column: 'id', index: 'image_state' },
  TAKEN_AT: { column: 'takenAt', index: 'image_taken' },
  SIZE: { column: 'sizeBytes', index: 'image_size' },
  NAME: { column: 'imageId', index: 'image_name' },
} as const satisfies Record<ImageOrder['field'], { column: keyof ImageEntity; index: string }>;

/** A part of a list that one range of an index has in the order of the list. */
interface Part {
  readonly where: string;
  readonly parameters: Record<string, string | number>;
}

/** Columns of attributes that are no integers. */
const DOUBLES: ReadonlySet<string> = new Set(['latitude', 'longitude']);
const EVERY: Part = { where: '1 = 1', parameters: {} };
const LEAST = Number.MIN_SAFE_INTEGER;

/** READY rows of a list in its order. At most three ranges of an index are read, and no row before the place. */
export async function listImages(
  manager: EntityManager,
  collectionId: number,
  { filter, order }: ImageList,
  after: ListPlace | null,
  limit: number,
): Promise<ImageRow[]> {
  const rows: RawImage[] = [];
  for (const part of partsAfter(order, after)) {
    if (rows.length >= limit) break;
    const query = ofPart(imageQuery(manager), collectionId, part, filter);
    const page = inOrder(query, order).limit(limit - rows.length);
    rows.push(...(await selectInOrder<RawImage>(manager, page, ORDERS[order.field].index)));
  }
  return rows.map(toRow);
}

/**
 * The place of the READY row at an index of a list. Only the columns of the index are read, so without a filter a step
 * costs less than a row.
 */
export async function placeAt(
  manager: EntityManager,
  collectionId: number,
  { filter, order }: ImageList,
  index: number,
): Promise<ListPlace | null> {
  const { column, index: name } = ORDERS[order.field];
  const columns = column === 'id' ? (['id'] as const) : ([column, 'id'] as const);
  let left = index;
  for (const part of partsAfter(order, null)) {
    const query = ofPart(columnsOf(manager, columns), collectionId, part, filter);
    const at = inOrder(query.clone(), order).offset(left).limit(1);
    const [row] = await selectInOrder<Pick<RawImage, 'id' | 'takenAt' | 'sizeBytes' | 'imageId'>>(manager, at, name);
    if (row) {
      const value = row[column];
      // MySQL gives large integers as texts.
      return { value: column === 'imageId' || value === null ? value : Number(value), id: Number(row.id) };
    }
    left -= await query.getCount();
  }
  return null;
}

/** The number of READY rows before the place of one of them: all rows without it and those after it. */
export async function countBefore(
  manager: EntityManager,
  collectionId: number,
  { filter, order }: ImageList,
  place: ListPlace,
): Promise<number> {
  const count = async (parts: readonly Part[]): Promise<number> => {
    let sum = 0;
    for (const part of parts) sum += await ofPart(columnsOf(manager, ['id']), collectionId, part, filter).getCount();
    return sum;
  };
  const all = await count([EVERY]);
  return Math.max(0, all - (await count(partsAfter(order, place))) - 1);
}

/** The attributes of a page of READY rows, in the order of their ids. */
export async function pageAttributes(
  manager: EntityManager,
  collectionId: number,
  afterId: number,
  limit: number,
): Promise<AttributePage> {
  const columns = ['id', ...ATTRIBUTES] as const;
  const page = pageOf(manager, (of) => columnsOf(of, columns), collectionId, 'READY', afterId, limit);
  const rows = await selectColumns<RawAttributes>(manager, page, columns, DOUBLES);
  return { ids: rows.map((row) => Number(row.id)), attributes: rows.map(toAttributes) };
}

/** Selects the ids of READY rows that match. */
export function readyMatching(
  manager: EntityManager,
  collectionId: number,
  filter: ImageFilter,
): SelectQueryBuilder<ImageEntity> {
  const ready = columnsOf(manager, ['id']).where("i.collectionId = :collectionId AND i.state = 'READY'", {
    collectionId,
  });
  return whereMatches(ready, filter);
}

/**
 * Rows without a value are read separately, because no index has NULL last in both directions. SQLite begins a range at
 * a number, and not at IS NOT NULL.
 */
function partsAfter({ field, direction }: ImageOrder, after: ListPlace | null): Part[] {
  const { column } = ORDERS[field];
  const than = direction === 'ASC' ? '>' : '<';
  if (column === 'id') return [after ? { where: `i.id ${than} :id`, parameters: { id: after.id } } : EVERY];
  const nulls = column === 'takenAt' ? [{ where: 'i.takenAt IS NULL', parameters: {} }] : [];
  if (!after)
    return nulls.length === 0 ? [EVERY] : [{ where: 'i.takenAt >= :least', parameters: { least: LEAST } }, ...nulls];
  const { value, id } = after;
  if (value === null) return [{ where: `i.${column} IS NULL AND i.id ${than} :id`, parameters: { id } }];
  return [
    { where: `i.${column} = :value AND i.id ${than} :id`, parameters: { value, id } },
    { where: `i.${column} ${than} :value`, parameters: { value } },
    ...nulls,
  ];
}

/** READY rows of a part that match. */
function ofPart(
  query: SelectQueryBuilder<ImageEntity>,
  collectionId: number,
  { where, parameters }: Part,
  filter: ImageFilter | undefined,
): SelectQueryBuilder<ImageEntity> {
  query.where("i.collectionId = :collectionId AND i.state = 'READY'", { collectionId }).andWhere(where, parameters);
  return filter ? whereMatches(query, filter) : query;
}

function inOrder(
  query: SelectQueryBuilder<ImageEntity>,
  { field, direction }: ImageOrder,
): SelectQueryBuilder<ImageEntity> {
  const { column } = ORDERS[field];
  if (column !== 'id') query.addOrderBy(`i.${column}`, direction);
  return query.addOrderBy('i.id', direction);
}
