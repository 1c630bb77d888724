import type { Quantizer } from './quantizer';

/** Marks a slot whose point was deleted; no point has this id. */
export const HOLE = 0;

/** A query as segments need it. */
export interface Query {
  readonly vector: Float32Array;
  readonly norm: number;
  readonly int8: Int8Array;
  /** See `Quantizer.quantize`. */
  readonly error: number;
}

/** What a first pass found: slots by their approximate score (a dot product), best first. */
export interface Pass {
  readonly slots: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
  /** No slot that was left out has a larger approximate score; −Infinity when there is none. */
  readonly rest: number;
}

/** Some points of an index in numbered slots. */
export interface Segment {
  /** Slots in use, those of deleted points included. */
  readonly slots: number;
  readonly holes: number;
  /** Slots that the first pass for a few hits should find, in an index of so many segments. */
  firstSlots(segments: number): number;
  /** The point's id, or HOLE. */
  idAt(slot: number): number;
  /** Leaves a hole. */
  remove(slot: number): void;
  /** @returns one pass a query, of at least `count` slots, or all */
  pass(queries: readonly Query[], count: number): Pass[];
  /** How far a score of a pass may be off. */
  margin(query: Query): number;
  /**
   * The dot product of float32 numbers in double precision: equal vectors have equal ones, whichever segment they are
   * in.
   */
  score(slot: number, query: Query): number;
}

export function prepareQuery(vector: Float32Array, quantizer: Quantizer): Query {
  const int8 = new Int8Array(quantizer.dimension);
  const error = quantizer.quantize(vector, int8, 0);
  return { vector, norm: Math.sqrt(dot(vector, vector, 0)), int8, error };
}

/** The product of a vector and the row that begins at `at`. */
export function dot(vector: Float32Array, rows: Float32Array, at: number): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += (vector[i] as number) * (rows[at + i] as number);
  return sum;
}

/** Int8 queries one after the other. */
export function packInt8(queries: readonly Query[], dimension: number): Int8Array {
  const packed = new Int8Array(queries.length * dimension);
  queries.forEach(({ int8 }, i) => packed.set(int8, i * dimension));
  return packed;
}
