import { createMemory, instantiate, type Memory, type Module } from '@wentu/wasm';
import { int8Kernel } from './int8-kernel';

/** Queries that one pass over the rows serves. */
const AT_ONCE = 4;
/** Whole steps of the kernel. */
const STEP = 32;
const ROW_MAX = 127;
const QUERY_MAX = 4_095;
/** So that no sum of products leaves int32: 127 · 4,095 · dimension. */
const MAX_DIMENSION = 4_096;
/** Lengths of vectors that count as unit vectors, and float32 arithmetic on the way. */
const UNIT_SLACK = 1e-3;
const ROUNDING = 2e-6;

type Scores = (queries: number, rows: number, count: number, stride: number, out: number) => void;

/**
 * A segment's vectors once more, in one byte a number with a scale and an error for each row: a first pass over a quarter of the memory that
 * leaves out only what cannot be among the nearest. Nothing is approximate in the end: |s − s̃| ≤ |x − x̃|·|q| + |q − q̃|·|x̃| for each row, by
 * Cauchy and Schwarz, and who might still be nearer than the last of the nearest stays a candidate.
 */
export class Int8Rows {
  private readonly memory: Memory;
  private readonly one: Scores;
  private readonly several: Scores;
  private readonly stride: number;
  /** Places in the memory: queries from 0 on, then scores, then rows. */
  private readonly outAt: number;
  private readonly rowsAt: number;
  private readonly scales: Float32Array;
  private readonly errors: Float32Array;

  constructor(
    private readonly dimension: number,
    maxRows: number,
  ) {
    this.stride = Math.ceil(dimension / STEP) * STEP;
    this.outAt = this.stride * 2 * AT_ONCE;
    this.rowsAt = Math.ceil((this.outAt + maxRows * 4 * AT_ONCE) / 64) * 64;
    // All of it at once: what is not written takes no memory.
    this.memory = createMemory(this.rowsAt + maxRows * this.stride);
    this.one = instance(oneQuery, this.memory);
    this.several = instance(severalQueries, this.memory);
    this.scales = new Float32Array(maxRows);
    this.errors = new Float32Array(maxRows);
  }

  /** Of one pass; for more, a product of the whole matrix costs less. */
  static readonly maxQueries = AT_ONCE;

  static takes(dimension: number): boolean {
    return dimension <= MAX_DIMENSION;
  }

  write(row: number, vector: Float32Array): void {
    const at = this.rowsAt + row * this.stride;
    const { scale, error } = quantize(vector, ROW_MAX, new Int8Array(this.memory.buffer, at, this.dimension));
    this.scales[row] = scale;
    this.errors[row] = error;
  }

  /** As the segment moves its vectors. */
  move(from: number, to: number): void {
    const [target, source] = [to, from].map((row) => this.rowsAt + row * this.stride) as [number, number];
    new Int8Array(this.memory.buffer).copyWithin(target, source, source + this.stride);
    this.scales[to] = this.scales[from] as number;
    this.errors[to] = this.errors[from] as number;
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
    const width = queries.length === 1 ? 1 : AT_ONCE;
    const quantized = queries.map((query, j) => this.writeQuery(query, j, width));
    (width === 1 ? this.one : this.several)(0, this.rowsAt, count, this.stride, this.outAt);
    const out = new Int32Array(this.memory.buffer, this.outAt, count * width);
    return quantized.map((query, j) => this.select(out, j, width, query, limits[j] as number, count, isThere));
  }

  private select(
    out: Int32Array,
    offset: number,
    width: number,
    query: { readonly scale: number; readonly error: number; readonly norm: number },
    limit: number,
    count: number,
    isThere: (row: number) => boolean,
  ): number[] {
    const { scales, errors } = this;
    const own = query.error * (1 + UNIT_SLACK) + ROUNDING;
    const perError = query.norm + query.error;
    const best = new LargestNumbers(limit);
    // The bar only rises: what is under it now is out, and the few that were over it when they came are looked at again.
    let bar = -Infinity;
    const rows: number[] = [];
    const mosts: number[] = [];
    for (let row = 0, at = offset; row < count; row++, at += width) {
      const score = (out[at] as number) * (scales[row] as number) * query.scale;
      const slack = own + (errors[row] as number) * perError;
      if (score + slack < bar || !isThere(row)) continue;
      rows.push(row);
      mosts.push(score + slack);
      if (score - slack <= bar) continue;
      best.add(score - slack);
      bar = best.smallest;
    }
    return rows.filter((_, i) => (mosts[i] as number) >= bar);
  }

  private writeQuery(query: Float32Array, j: number, width: number) {
    const numbers = new Int16Array(this.dimension);
    const { scale, error } = quantize(query, QUERY_MAX, numbers);
    const target = new Int16Array(this.memory.buffer, 0, this.stride * width);
    for (let i = 0; i < this.stride; i++) target[Math.floor(i / 8) * 8 * width + j * 8 + (i % 8)] = numbers[i] ?? 0;
    return { scale, error, norm: length(query) };
  }
}

/** Added and taken off again, it leaves a whole number: doubles of its size are whole. */
const ROUNDER = 1.5 * 2 ** 52;

/** Whole numbers up to ±most, what one of them is worth, and how far (Euclidean) they lie from what they stand for. */
function quantize(vector: Float32Array, most: number, into: Int8Array | Int16Array): { scale: number; error: number } {
  let largest = 0;
  for (let i = 0; i < vector.length; i++) {
    const value = vector[i] as number;
    if (value > largest) largest = value;
    else if (-value > largest) largest = -value;
  }
  if (largest === 0) {
    into.fill(0);
    return { scale: 0, error: 0 };
  }
  // As float32, which is what is kept of it.
  const scale = Math.fround(largest / most);
  const inverse = 1 / scale;
  let error = 0;
  for (let i = 0; i < vector.length; i++) {
    const value = vector[i] as number;
    // Whichever whole number is taken, the error knows how far it is off; none is beyond `most`, by a rounding at the most.
    const whole = value * inverse + ROUNDER - ROUNDER;
    into[i] = whole;
    const off = value - whole * scale;
    error += off * off;
  }
  // Rounded up to what float32 can hold.
  return { scale, error: Math.fround(Math.sqrt(error) * (1 + 1e-6)) };
}

function length(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
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

const oneQuery = int8Kernel(1);
const severalQueries = int8Kernel(AT_ONCE);

function instance(module: Module, memory: Memory): Scores {
  return instantiate<'scores'>(module, memory).scores;
}
