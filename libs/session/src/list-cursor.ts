import { createHash } from 'node:crypto';
import {
  InvalidInputError,
  orderValue,
  type ImageList,
  type ImageRow,
  type ListPlace,
  type OrderValue,
} from '@wentu/domain';

/** How the cursors of a list are written and read. They have the place of their image, and belong to one list. */
export interface ListCursors {
  readonly kind: string;
  readonly keyOf: (row: ImageRow) => string;
  /** @throws InvalidInputError for a key that no list of this server wrote */
  readonly placeIn: (key: string) => ListPlace;
}

export function cursorsOf(collectionId: number, list: ImageList): ListCursors {
  const { order, filter } = list;
  // Cursors of all images in the order of loading are those of earlier versions.
  if (!filter && order.field === 'LOADED_AT' && order.direction === 'ASC')
    return {
      kind: `images ${collectionId}`,
      keyOf: ({ id }) => String(id),
      placeIn: (key) => ({ value: Number(key), id: checkedId(Number(key)) }),
    };
  const digest = createHash('sha256').update(JSON.stringify([order, filter ?? null]));
  return {
    kind: `images ${collectionId} ${digest.digest('base64url').slice(0, 11)}`,
    keyOf: (row) => JSON.stringify([orderValue(order, row), row.id]),
    placeIn,
  };
}

function placeIn(key: string): ListPlace {
  const parsed = parseJson(key);
  const [value, id] = Array.isArray(parsed) && parsed.length === 2 ? (parsed as unknown[]) : [];
  if (value !== null && typeof value !== 'string' && !Number.isSafeInteger(value)) throw noCursor();
  return { value: value as OrderValue, id: checkedId(id) };
}

function checkedId(id: unknown): number {
  if (typeof id === 'number' && Number.isSafeInteger(id)) return id;
  throw noCursor();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function noCursor(): InvalidInputError {
  return new InvalidInputError(
    'after is no cursor of this list; give the endCursor of one of its pages, or leave it out',
  );
}
