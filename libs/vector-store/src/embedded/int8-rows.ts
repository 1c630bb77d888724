import { createMemory, instantiate, type Memory } from '@wentu/wasm';
import { Candidates, ROUNDING } from './candidates';
import { candidatesKernel } from './int8-kernel';
import { Quantizer, type Quantized } from './quantizer';

/** Queries that one run of the kernel serves. */
const AT_ONCE = 4;
const MAX_QUERIES = 8;
/** Whole steps of the kernels. */
const STEP = 32;
const ROW_MAX = 127;
const QUERY_MAX = 4_095;
/** So that no sum of products leaves int32: 127 · 4,095 · dimension. */
const MAX_DIMENSION = 4_096;
/**
 * Rows that are gone through at once for all queries: they stay in the second-level cache, and the bar rises from one
 * block to the next.
 */
const BLOCK_BYTES = 256 * 1024;
/** Of a candidate, as the kernel writes it. */
const CANDIDATE_INTS = 5;

const oneQuery = candidatesKernel(1);
const severalQueries = candidatesKernel(AT_ONCE);

/**
 * A segment's vectors once more, in one byte a number with a scale and an error for each row: a first pass over a
 * quarter of the memory that leaves out only what cannot be among the nearest. Nothing is approximate in the end: |s −
 * s̃| ≤ |x − x̃|·|q| + |q − q̃|·|x̃| for each row, by Cauchy and Schwarz, and who might still be nearer than the last
 * of the nearest stays a candidate.
 */
export class Int8Rows {
  private readonly memory: Memory;
  private readonly quantizer: Quantizer;
  private readonly one: (...parameters: number[]) => void;
  private readonly several: (...parameters: number[]) => void;
  private readonly stride: number;
  private readonly blockRows: number;
  /** Places in the memory. */
  private readonly queriesAt: number;
  private readonly filterAt: number;
  private readonly outAt: number;
  private readonly measuresAt: number;
  private readonly rowsAt: number;
  /** Scale and error of each row. */
  private readonly measures: Float32Array;
  private readonly filter: Float32Array;
  /** Behind the filter: where the candidates end. */
  private readonly end: Int32Array;
  private readonly out: Int32Array;

  constructor(dimension: number, maxRows: number) {
    this.stride = Math.ceil(dimension / STEP) * STEP;
    this.blockRows = Math.min(maxRows, Math.max(1, Math.floor(BLOCK_BYTES / this.stride)));
    this.queriesAt = Quantizer.bytes(this.stride);
    this.filterAt = this.queriesAt + this.stride * 2 * MAX_QUERIES;
    this.outAt = this.filterAt + 64;
    this.measuresAt = this.outAt + this.blockRows * 4 * CANDIDATE_INTS;
    this.rowsAt = Math.ceil((this.measuresAt + maxRows * 8) / 64) * 64;
    // All of it at once: what is not written takes no memory.
    this.memory = createMemory(this.rowsAt + maxRows * this.stride);
    this.quantizer = new Quantizer(this.memory, dimension, this.stride);
    this.one = instantiate<'candidates'>(oneQuery, this.memory).candidates;
    this.several = instantiate<'candidates'>(severalQueries, this.memory).candidates;
    this.measures = new Float32Array(this.memory.buffer, this.measuresAt, maxRows * 2);
    this.filter = new Float32Array(this.memory.buffer, this.filterAt, 3 * AT_ONCE);
    this.end = new Int32Array(this.memory.buffer, this.filterAt + 48, 1);
    this.out = new Int32Array(this.memory.buffer, this.outAt, this.blockRows * CANDIDATE_INTS);
  }

  /** Of one call; for more, the product of the whole matrix costs no more. */
  static readonly maxQueries = MAX_QUERIES;

  static takes(dimension: number): boolean {
    return dimension <= MAX_DIMENSION;
  }

  write(row: number, vector: Float32Array): void {
    const { scale, error } = this.quantizer.quantize(vector, ROW_MAX);
    new Int8Array(this.memory.buffer, this.rowsAt + row * this.stride, this.stride).set(this.quantizer.whole);
    this.measures[2 * row] = scale;
    this.measures[2 * row + 1] = error;
  }

  /** As the segment moves its vectors. */
  move(from: number, to: number): void {
    const [target, source] = [to, from].map((row) => this.rowsAt + row * this.stride) as [number, number];
    new Int8Array(this.memory.buffer).copyWithin(target, source, source + this.stride);
    this.measures.copyWithin(2 * to, 2 * from, 2 * from + 2);
  }

  /**
   * For each query the rows that may be among its `limit` nearest: all that are, and few others.
   * @param queries at most {@link Int8Rows.maxQueries} @param count rows that are there @param isThere whether a row
   * holds a point
   */
  candidates(
    queries: readonly Float32Array[],
    limits: readonly number[],
    count: number,
    isThere: (row: number) => boolean,
  ): number[][] {
    const found = queries.map(
      (query, i) => new Candidates(this.writeQuery(query, i, queries.length), limits[i] as number),
    );
    for (let from = 0; from < count; from += this.blockRows) {
      const rows = Math.min(this.blockRows, count - from);
      for (let first = 0; first < queries.length; first += AT_ONCE) {
        this.look(first, found.slice(first, first + AT_ONCE), from, rows, isThere);
      }
    }
    return found.map((candidates) => candidates.rows());
  }

  /** @param first number of the first of the queries that are sought together */
  private look(
    first: number,
    sought: readonly Candidates[],
    from: number,
    count: number,
    isThere: (row: number) => boolean,
  ): void {
    const { filter, out, measures } = this;
    for (let j = 0; j < AT_ONCE; j++) {
      const candidates = sought[j];
      filter[j] = candidates ? candidates.scale : 0;
      filter[AT_ONCE + j] = candidates ? candidates.weight : 0;
      filter[2 * AT_ONCE + j] = candidates ? candidates.bar - candidates.own - ROUNDING : Infinity;
    }
    const kernel = sought.length === 1 ? this.one : this.several;
    const rowsAt = this.rowsAt + from * this.stride;
    const measuresAt = this.measuresAt + from * 8;
    kernel(this.queryAt(first), rowsAt, count, this.stride, measuresAt, from, this.filterAt, this.outAt);
    const length = ((this.end[0] as number) - this.outAt) / 4;
    for (let at = 0; at < length; at += CANDIDATE_INTS) {
      const row = out[at + 4] as number;
      if (!isThere(row)) continue;
      const scale = measures[2 * row] as number;
      const error = measures[2 * row + 1] as number;
      for (let j = 0; j < sought.length; j++) sought[j]?.look(row, out[at + j] as number, scale, error);
    }
  }

  /** Between the others of its four, or alone if it is the last and has none. */
  private writeQuery(query: Float32Array, i: number, queries: number): Quantized & { norm: number } {
    const quantized = this.quantizer.quantize(query, QUERY_MAX);
    const { whole } = this.quantizer;
    const j = i % AT_ONCE;
    const width = i - j === queries - 1 ? 1 : AT_ONCE;
    const target = new Int16Array(this.memory.buffer, this.queryAt(i - j), this.stride * width);
    for (let at = 0; at < this.stride; at += 8) target.set(whole.subarray(at, at + 8), at * width + j * 8);
    return { ...quantized, norm: length(query) };
  }

  private queryAt(query: number): number {
    return this.queriesAt + query * this.stride * 2;
  }
}

function length(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}
