import { noCursor, SEARCH_DIGEST_BYTES } from './search-cursor';

/** The position where a page of a search of several collections ended. */
export interface UnionPosition {
  /** One list of hits per embedding space. */
  readonly lists: readonly ListPosition[];
  /** Number of hits up to this one, in all pages. */
  readonly shown: number;
  /** Number of hits in all pages, as counted for the first page. */
  readonly total: number;
}

export interface ListPosition {
  readonly collections: readonly CollectionPosition[];
  /** Number of hits of this list in all pages. */
  readonly shown: number;
  /** Distance and row id of the last hit of this list; (−1, 0) before its first hit. */
  readonly distance: number;
  readonly id: number;
}

export interface CollectionPosition {
  readonly collectionId: number;
  /** The space that is searched, also after the collection changed its model. */
  readonly spaceId: number;
  /** Largest row id when the first page was made. */
  readonly newestId: number;
}

/** Cursors of searches of one collection have version 1. */
const VERSION = 2;
const HEAD_BYTES = 1 + SEARCH_DIGEST_BYTES + 2 + 2 + 1;
const LIST_BYTES = 1 + 2 + 8 + 6;
/** Ids are below 2^48. */
const ID_BYTES = 6;
const COLLECTION_BYTES = 3 * ID_BYTES;
/** Enough for 64 collections of 64 spaces. */
const PATTERN = /^[A-Za-z0-9_-]{1,4000}$/;

export function writeUnionCursor({ lists, shown, total }: UnionPosition, digest: Buffer): string {
  const members = lists.reduce((sum, { collections }) => sum + collections.length, 0);
  const bytes = Buffer.alloc(HEAD_BYTES + lists.length * LIST_BYTES + members * COLLECTION_BYTES);
  let at = bytes.writeUInt8(VERSION);
  at += digest.copy(bytes, at);
  at = bytes.writeUInt16BE(shown, at);
  at = bytes.writeUInt16BE(total, at);
  at = bytes.writeUInt8(lists.length, at);
  for (const list of lists) {
    at = bytes.writeUInt8(list.collections.length, at);
    at = bytes.writeUInt16BE(list.shown, at);
    at = bytes.writeDoubleBE(list.distance, at);
    at = bytes.writeUIntBE(list.id, at, ID_BYTES);
    for (const { collectionId, spaceId, newestId } of list.collections)
      for (const id of [collectionId, spaceId, newestId]) at = bytes.writeUIntBE(id, at, ID_BYTES);
  }
  return bytes.toString('base64url');
}

/** @throws InvalidInputError when the text is not such a cursor */
export function readUnionCursor(cursor: string): UnionPosition & { readonly digest: Buffer } {
  const bytes = PATTERN.test(cursor) ? Buffer.from(cursor, 'base64url') : Buffer.alloc(0);
  if (bytes.length < HEAD_BYTES || bytes[0] !== VERSION || bytes.toString('base64url') !== cursor)
    throw noCursor(cursor);
  const numbers = 1 + SEARCH_DIGEST_BYTES;
  const digest = bytes.subarray(1, numbers);
  const [shown, total, count] = [bytes.readUInt16BE(numbers), bytes.readUInt16BE(numbers + 2), bytes[numbers + 4] ?? 0];
  const lists: ListPosition[] = [];
  let at = HEAD_BYTES;
  while (lists.length < count) {
    const size = LIST_BYTES + (bytes[at] ?? 0) * COLLECTION_BYTES;
    if (at + size > bytes.length) throw noCursor(cursor);
    const list = readList(bytes.subarray(at, at + size));
    if (!(list.distance === -1 || (list.distance >= 0 && list.distance <= 4.001))) throw noCursor(cursor);
    lists.push(list);
    at += size;
  }
  if (at !== bytes.length) throw noCursor(cursor);
  return { lists, shown, total, digest };
}

function readList(bytes: Buffer): ListPosition {
  const idAt = (at: number): number => bytes.readUIntBE(at, ID_BYTES);
  const collections = Array.from({ length: bytes[0] ?? 0 }, (_, i) => {
    const at = LIST_BYTES + i * COLLECTION_BYTES;
    return { collectionId: idAt(at), spaceId: idAt(at + ID_BYTES), newestId: idAt(at + 2 * ID_BYTES) };
  });
  return { collections, shown: bytes.readUInt16BE(1), distance: bytes.readDoubleBE(3), id: idAt(11) };
}
