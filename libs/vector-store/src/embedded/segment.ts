import type { Attributes, Filter } from '@wentu/domain';
import type { Matching } from './attribute-columns';
import type { Quantizer } from './quantizer';
import type { Found } from './usearch';

/** Marks a slot whose point was deleted; no point has this id. */
export const HOLE = 0;

/** A query in the forms that segments need. */
export interface Query {
  readonly vector: Float32Array;
  readonly norm: number;
  readonly int8: Int8Array;
  /** See `Quantizer.quantize`. */
  readonly error: number;
}

/** The result of a first pass: slots by their approximate score (a dot product), best first. */
export interface Pass {
  readonly slots: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
  /** No other slot has a larger approximate score; −Infinity when the pass has all slots. */
  readonly rest: number;
}

/** Points of an index in numbered slots. */
export interface Segment {
  /** The number of slots in use, including those of deleted points. */
  readonly slots: number;
  readonly holes: number;
  /** The number of slots that a first pass for few hits requests; it depends on the number of segments of the index. */
  firstSlots(segments: number): number;
  /** The id of the point, or HOLE. */
  idAt(slot: number): number;
  /** Deletes the point; the slot becomes a hole. */
  remove(slot: number): void;
  attributesAt(slot: number): Attributes;
  /** @throws DamagedFileError when the attributes are in a damaged file */
  matching(filter: Filter): Matching;
  /**
   * Whether a pass for `wanted` slots takes less time than `passAmong` so many matching slots.
   */
  prefersPass(wanted: number, matching: number): boolean;
  /** @returns one pass per query, with at least `count` slots, or all slots */
  pass(queries: readonly Query[], count: number): Pass[];
  /** @returns one pass per query over these slots only, with at least `count` of them, or all */
  passAmong(slots: Uint32Array, queries: readonly Query[], count: number): Pass[];
  /** The largest error of the approximate scores of a pass. */
  margin(query: Query): number;
  /**
   * The dot product of the float32 vectors in double precision, so that equal vectors have equal scores in all
   * segments.
   */
  score(slot: number, query: Query): number;
}

export function prepareQuery(vector: Float32Array, quantizer: Quantizer): Query {
  const int8 = new Int8Array(quantizer.dimension);
  const error = quantizer.quantize(vector, int8, 0);
  return { vector, norm: Math.sqrt(dot(vector, vector, 0)), int8, error };
}

/** The dot product of a vector and the row that starts at `at`. */
export function dot(vector: Float32Array, rows: Float32Array, at: number): number {
  // Four sums, because each addition would wait for the one before it.
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < vector.length; i += 4) {
    a += (vector[i] as number) * (rows[at + i] as number);
    b += (vector[i + 1] as number) * (rows[at + i + 1] as number);
    c += (vector[i + 2] as number) * (rows[at + i + 2] as number);
    d += (vector[i + 3] as number) * (rows[at + i + 3] as number);
  }
  for (; i < vector.length; i++) a += (vector[i] as number) * (rows[at + i] as number);
  return a + b + (c + d);
}

/** The int8 queries in one array, one after another. */
export function packInt8(queries: readonly Query[], dimension: number): Int8Array {
  const packed = new Int8Array(queries.length * dimension);
  queries.forEach(({ int8 }, i) => packed.set(int8, i * dimension));
  return packed;
}

/**
 * The pass of one query from what the library found for several.
 * @param query its place among them; each has `wanted` places
 * @param of the number of slots that were searched
 */
export function passOf(
  keys: BigUint64Array,
  distances: Float32Array,
  query: number,
  { wanted, of, step }: { readonly wanted: number; readonly of: number; readonly step: number },
): { readonly slots: number[]; readonly scores: number[]; readonly rest: number } {
  const [first, end] = [query * wanted, (query + 1) * wanted];
  const scores = Array.from(distances.subarray(first, end), (distance) => (1 - distance) * step ** 2);
  const rest = wanted === of ? -Infinity : (scores[wanted - 1] as number);
  return { slots: Array.from(keys.subarray(first, end), Number), scores, rest };
}

/** As `passOf`, of a search among chosen slots. @param found places in `slots` */
export function passAmongOf(
  [places, distances]: Found,
  query: number,
  { slots, wanted, step }: { readonly slots: Uint32Array; readonly wanted: number; readonly step: number },
): { readonly slots: number[]; readonly scores: number[]; readonly rest: number } {
  const pass = passOf(places, distances, query, { wanted, of: slots.length, step });
  return { ...pass, slots: pass.slots.map((place) => slots[place] as number) };
}
