import type { Quantized } from './quantizer';

/** Lengths of vectors that count as unit vectors. */
const UNIT_SLACK = 1e-3;
/** Float32 arithmetic on the way. */
export const ROUNDING = 2e-6;

/** Rows that may be among the nearest to a query. */
export class Candidates {
  /**
   * What a row must reach. It only rises: what is under it now is out, and the few that were over it when they came are
   * looked at again.
   */
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
