import type { FeatureBlock } from '@wentu/domain';

/** The best rows of one query so far, best first, equal scores in the order in which they came. */
export class BestRows {
  /** Exact scores, beside `ids`. */
  private readonly scores: number[] = [];
  readonly ids: string[] = [];

  constructor(private readonly k: number) {}

  /**
   * @param near the block's scores in float32, divided by `scale` @param maxError how far off they are at most
   */
  take(near: Float32Array, scale: number, maxError: number, query: Float64Array, block: FeatureBlock): void {
    // What is full is entered only by a row that is better than its last.
    const last = this.scores.length === this.k ? this.scores.at(-1) : undefined;
    const known = last === undefined ? -Infinity : last / scale - maxError;
    for (const row of withinReach(near, this.k, known, maxError))
      this.offer(dot(query, block.features[row] as Float64Array), block.ids[row] as string);
  }

  private offer(score: number, id: string): void {
    const { scores, ids, k } = this;
    if (scores.length === k && score <= (scores[k - 1] as number)) return;
    const place = firstBelow(scores, score);
    scores.splice(place, 0, score);
    ids.splice(place, 0, id);
    if (scores.length > k) {
      scores.pop();
      ids.pop();
    }
  }
}

/**
 * Rows that can be among the best k, in order. With k rows of a score of at least `a`, the k-th best's exact score is
 * at least a − maxError, and a row that reaches that has a score of at least a − 2·maxError.
 */
function withinReach(near: Float32Array, k: number, known: number, maxError: number): number[] {
  const best: number[] = [];
  const rows: number[] = [];
  let least = known;
  for (let row = 0; row < near.length; row++) {
    const score = near[row] as number;
    if (score < least) continue;
    rows.push(row);
    if (best.length === k && score <= (best[k - 1] as number)) continue;
    best.splice(firstBelow(best, score), 0, score);
    if (best.length > k) best.pop();
    if (best.length === k) least = Math.max(least, (best[k - 1] as number) - 2 * maxError);
  }
  return rows.filter((row) => (near[row] as number) >= least);
}

/** Place of the first number that is less, in numbers that descend. */
function firstBelow(descending: readonly number[], value: number): number {
  let [low, high] = [0, descending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((descending[middle] as number) >= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
