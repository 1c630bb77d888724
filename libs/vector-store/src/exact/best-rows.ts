import type { FeatureBlock } from '@wentu/domain';

/** The best rows of one query so far, best first; equal scores keep their order of arrival. */
export class BestRows {
  /** The exact scores of `ids`. */
  private readonly scores: number[] = [];
  readonly ids: string[] = [];

  constructor(private readonly k: number) {}

  /** @param near the float32 scores of the block, divided by `scale` @param maxError the largest error of `near` */
  take(near: Float32Array, scale: number, maxError: number, query: Float64Array, block: FeatureBlock): void {
    // A row enters a full list only if it is better than the last row.
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
 * The rows that can be among the best k, in order. If k rows have approximate scores of at least `a`, the exact score
 * of the k-th best row is at least a − maxError. A row that reaches it has an approximate score of at least a −
 * 2·maxError.
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

/** The position of the first smaller number in a descending list. */
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
