import { createMemory, instantiate, type Memory } from '@wentu/wasm';
import { candidatesKernel, quantizeKernel } from './int8-kernel';

/** Queries that one run of the kernel serves. */
const AT_ONCE = 4;
const MAX_QUERIES = 8;
/** Whole steps of the kernels. */
const STEP = 32;
const ROW_MAX = 127;
const QUERY_MAX = 4_095;
/** So that no sum of products leaves int32: 127 · 4,095 · dimension. */
const MAX_DIMENSION = 4_096;
/** Rows that are gone through at once for all queries: they stay in the second-level cache, and the bar rises from one block to the next. */
const BLOCK_BYTES = 256 * 1024;
/** Of a candidate, as the kernel writes it. */
const CANDIDATE_INTS = 5;
/** Lengths of vectors that count as unit vectors, and float32 arithmetic on the way. */
const UNIT_SLACK = 1e-3;
const ROUNDING = 2e-6;
const NEXT_TO_NOTHING = 1e-30;

const oneQuery = candidatesKernel(1);
const severalQueries = candidatesKernel(AT_ONCE);
const quantizing = quantizeKernel();

/**
 * A segment's vectors once more, in one byte a number with a scale and an error for each row: a first pass over a quarter of the memory that
 * leaves out only what cannot be among the nearest. Nothing is approximate in the end: |s − s̃| ≤ |x − x̃|·|q| + |q − q̃|·|x̃| for each row, by
 * Cauchy and Schwarz, and who might still be nearer than the last of the nearest stays a candidate.
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
   * @param queries at most {@link Int8Rows.maxQueries} @param count rows that are there @param isThere whether a row holds a point
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

interface Quantized {
  /** What a whole number stands for. */
  readonly scale: number;
  /** How far (Euclidean) the whole numbers lie from what they stand for. */
  readonly error: number;
}

/** Makes whole numbers of a vector's. */
class Quantizer {
  /** Of the vector that was last quantized, and noughts up to the stride. */
  readonly whole: Int16Array;
  private readonly vector: Float32Array;
  private readonly floats: Float32Array;
  private readonly doubles: Float64Array;
  private readonly kernels: Readonly<Record<'largest' | 'quantize', (...parameters: number[]) => void>>;

  /** Works at the beginning of the memory. */
  constructor(
    memory: Memory,
    dimension: number,
    private readonly stride: number,
  ) {
    // The vector, its whole numbers; four float32 (the largest ones, then the inverse of the scale) and two doubles (the scale, then the error).
    this.vector = new Float32Array(memory.buffer, 0, dimension);
    this.whole = new Int16Array(memory.buffer, stride * 4, stride);
    this.floats = new Float32Array(memory.buffer, stride * 6, 4);
    this.doubles = new Float64Array(memory.buffer, stride * 6 + 16, 2);
    this.kernels = instantiate<'largest' | 'quantize'>(quantizing, memory);
  }

  static bytes(stride: number): number {
    return stride * 6 + 32;
  }

  /** @returns for whole numbers up to ±most */
  quantize(vector: Float32Array, most: number): Quantized {
    const { stride, floats, doubles } = this;
    this.vector.set(vector);
    this.kernels.largest(0, stride * 4, stride * 6);
    const largest = floats.reduce((a, b) => Math.max(a, b));
    // As float32, which is what is kept of it. Of next to nothing no inverse is left: all of it is error then.
    const scale = largest < NEXT_TO_NOTHING ? 0 : Math.fround(largest / most);
    // Whichever whole numbers this gives, the error knows how far they are off; none is beyond `most`, by a rounding at the most.
    floats.fill(scale === 0 ? 0 : 1 / scale);
    doubles.fill(scale);
    this.kernels.quantize(0, stride * 4, stride * 6, stride * 4, stride * 6 + 16);
    const squares = (doubles[0] as number) + (doubles[1] as number);
    // Rounded up to what float32 can hold.
    return { scale, error: Math.fround(Math.sqrt(squares) * (1 + 1e-6)) };
  }
}

function length(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}

/** Rows that may be among the nearest to a query. */
class Candidates {
  /** What a row must reach. It only rises: what is under it now is out, and the few that were over it when they came are looked at again. */
  bar = -Infinity;
  readonly scale: number;
  /** A score may be off by this, and by the row's error times the weight. */
  readonly own: number;
  readonly weight: number;
  private readonly seen: number[] = [];
  private readonly mosts: number[] = [];
  private readonly largest: LargestNumbers;

  constructor({ scale, error, norm }: Quantized & { readonly norm: number }, limit: number) {
    this.scale = scale;
    this.own = error * (1 + UNIT_SLACK) + ROUNDING;
    this.weight = norm + error;
    this.largest = new LargestNumbers(limit);
  }

  /** @param product of the whole numbers @param scale @param error the row's */
  look(row: number, product: number, scale: number, error: number): void {
    const score = product * scale * this.scale;
    const slack = this.own + error * this.weight;
    if (score + slack < this.bar) return;
    this.seen.push(row);
    this.mosts.push(score + slack);
    if (score - slack <= this.bar) return;
    this.largest.add(score - slack);
    this.bar = this.largest.smallest;
  }

  rows(): number[] {
    return this.seen.filter((_, i) => (this.mosts[i] as number) >= this.bar);
  }
}

/** The `limit` largest of the numbers added: a heap with the smallest of them on top. */
class LargestNumbers {
  private readonly heap: Float64Array;
  private size = 0;
  /** Minus infinity until there are `limit`. */
  smallest = -Infinity;

  constructor(private readonly limit: number) {
    this.heap = new Float64Array(limit);
  }

  add(value: number): void {
    if (this.size < this.limit) this.rise(value);
    else this.sink(value);
    if (this.size === this.limit) this.smallest = this.heap[0] as number;
  }

  private rise(value: number): void {
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = this.heap[parent] as number;
      if (above <= value) break;
      this.heap[at] = above;
      at = parent;
    }
    this.heap[at] = value;
  }

  /** In place of the smallest. */
  private sink(value: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && (this.heap[child + 1] as number) < (this.heap[child] as number)) child++;
      const below = this.heap[child] as number;
      if (below >= value) break;
      this.heap[at] = below;
      at = child;
    }
    this.heap[at] = value;
  }
}
