import { createHash } from 'node:crypto';
import { InvalidInputError, sentence } from '@wentu/domain';

/** The position where a page of a search ended. It is all that the next page needs, in any process. */
export interface SearchPosition {
  readonly collectionId: number;
  /** Largest row id when the first page was made. Images that became READY later are left out. */
  readonly newestId: number;
  /** Distance of the last hit, by which hits are ordered. */
  readonly distance: number;
  /** Row id of the last hit. */
  readonly id: number;
  /** Number of hits up to this one, in all pages. */
  readonly shown: number;
  /** Number of hits in all pages, as counted for the first page. */
  readonly total: number;
}

/** Version of the cursor layout. A changed layout needs another number, so that old cursors are refused. */
const VERSION = 1;
/** Length of the digest that cursors contain. */
export const SEARCH_DIGEST_BYTES = 8;
const SIZE_BYTES = 1 + SEARCH_DIGEST_BYTES + 4 * 8 + 2 * 2;
const PATTERN = /^[A-Za-z0-9_-]{1,100}$/;

/** Identifies a search by its arguments. A cursor is valid only for its own search. */
export function searchDigest(parts: readonly unknown[]): Buffer {
  return createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, SEARCH_DIGEST_BYTES);
}

export function writeCursor(position: SearchPosition, digest: Buffer): string {
  const bytes = Buffer.alloc(SIZE_BYTES);
  let at = bytes.writeUInt8(VERSION);
  at += digest.copy(bytes, at);
  for (const value of [position.collectionId, position.newestId, position.distance, position.id])
    at = bytes.writeDoubleBE(value, at);
  for (const value of [position.shown, position.total]) at = bytes.writeUInt16BE(value, at);
  return bytes.toString('base64url');
}

/** @throws InvalidInputError when the text is not a cursor */
export function readCursor(cursor: string): SearchPosition & { readonly digest: Buffer } {
  const bytes = PATTERN.test(cursor) ? Buffer.from(cursor, 'base64url') : Buffer.alloc(0);
  const isWhole = bytes.length === SIZE_BYTES && bytes.toString('base64url') === cursor;
  if (!isWhole || bytes[0] !== VERSION) throw noCursor(cursor);
  const digest = bytes.subarray(1, 1 + SEARCH_DIGEST_BYTES);
  const numbers = 1 + SEARCH_DIGEST_BYTES;
  const [collectionId = 0, newestId = 0, distance = 0, id = 0] = [0, 1, 2, 3].map((i) =>
    bytes.readDoubleBE(numbers + 8 * i),
  );
  const [shown = 0, total = 0] = [0, 1].map((i) => bytes.readUInt16BE(numbers + 4 * 8 + 2 * i));
  if (![collectionId, newestId, id].every((value) => Number.isSafeInteger(value) && value >= 0)) throw noCursor(cursor);
  if (!(distance >= 0 && distance <= 4.001)) throw noCursor(cursor);
  return { collectionId, newestId, distance, id, shown, total, digest };
}

/** The error for a text that is no cursor. */
export function noCursor(cursor: string): InvalidInputError {
  const shown = JSON.stringify(cursor.slice(0, 100));
  return new InvalidInputError(`after is ${shown}; give the endCursor of a page of this search, or leave it out`);
}

/** The error for a cursor of a search with other arguments. */
export function anotherSearch(): InvalidInputError {
  return new InvalidInputError(sentence('CURSOR_FOREIGN'));
}
