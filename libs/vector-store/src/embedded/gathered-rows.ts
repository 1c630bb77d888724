import { packInt8, type Query } from './segment';
import type { Found, Usearch } from './usearch';

const WORD = Int32Array.BYTES_PER_ELEMENT;
/** Copied by words, a row of 64 bytes takes three quarters of the time of `set`, a row of 512 bytes 1.4 of it. */
const SHORT = 256;
/** The chosen rows of one call. One array for all segments of this thread, because it can be large. */
let gathered = new Int8Array(0);

/** What a search over chosen rows needs. */
export interface ChosenRows {
  readonly library: Usearch;
  /** The rows to score, in any order. */
  readonly rows: Uint32Array;
  readonly dimension: number;
  readonly queries: readonly Query[];
  /** At most `rows.length`. */
  readonly wanted: number;
  readonly threads: number;
}

/**
 * The `wanted` rows with the largest int8 products, as places in `rows`.
 * @param from all rows, in memory; or a function that copies one row into the array from the place `to` on
 */
export function searchRows(
  from: Int8Array | ((into: Int8Array, row: number, to: number) => void),
  { library, rows, dimension, queries, wanted, threads }: ChosenRows,
): Found {
  const bytes = rows.length * dimension;
  if (gathered.length < bytes) gathered = new Int8Array(Math.ceil(bytes / WORD) * WORD);
  if (typeof from === 'function') rows.forEach((row, i) => from(gathered, row, i * dimension));
  else if (dimension < SHORT && dimension % WORD === 0 && from.byteOffset % WORD === 0)
    gatherWords(from, rows, dimension / WORD);
  else rows.forEach((row, i) => gathered.set(from.subarray(row * dimension, (row + 1) * dimension), i * dimension));
  return library.exactSearch(
    gathered.subarray(0, bytes),
    packInt8(queries, dimension),
    dimension,
    wanted,
    'ip',
    threads,
  );
}

/** Copies rows word by word, which takes less time for short rows than `set` and `subarray`. */
function gatherWords(from: Int8Array, rows: Uint32Array, words: number): void {
  const source = new Int32Array(from.buffer, from.byteOffset, from.length / WORD);
  const target = new Int32Array(gathered.buffer);
  for (let i = 0, to = 0; i < rows.length; i++) {
    const first = (rows[i] as number) * words;
    for (let at = first; at < first + words; at++) target[to++] = source[at] as number;
  }
}
