import type { FeatureBlock } from '@wentu/domain';
import { BestRows } from './best-rows';
import { ScoresSession } from './scores-session';

/** The largest relative rounding error of float32. */
const FLOAT32_ROUNDOFF = 2 ** -24;
/** The number of queries in one matrix product. With a thousand rows, its scores have 4 MiB. */
const PRODUCT_QUERIES = 1_024;

/**
 * Exact nearest neighbours by inner product, with the same result as a sort in double precision; equal scores keep the
 * order of the rows. A float32 matrix product finds the few rows that can be among the best, and these are scored again
 * in double precision.
 *
 * No row is missed: the float32 copies are scaled to a length of at most 1, so a sum of D products has an error of at
 * most (D + 2)·2⁻²⁴ in any order of summation (Higham, Accuracy and Stability of Numerical Algorithms, ch. 3; the 2 is
 * the rounding of the copies). A row is skipped only if this error cannot bring it among the best.
 */
export class ExactNeighbours {
  private constructor(private readonly session: ScoresSession) {}

  static async open(options: { threads: number }): Promise<ExactNeighbours> {
    return new ExactNeighbours(await ScoresSession.open(options.threads));
  }

  /**
   * @param rows rows of the queries' dimension, streamed once; one block is in memory at a time
   * @returns the ids of the `k` best rows of each query, best first; fewer when there are fewer rows
   */
  async nearest(
    queries: FeatureBlock,
    rows: AsyncIterable<FeatureBlock>,
    k: number,
    signal?: AbortSignal,
  ): Promise<string[][]> {
    const { dimension } = queries;
    const norms = queries.features.map((query) => length(query) || 1);
    const best = norms.map(() => new BestRows(k));
    const packed = pack(queries.features, (query) => norms[query] as number, dimension);
    for await (const block of rows) {
      const longest = block.features.reduce((most, feature) => Math.max(most, length(feature)), 0) || 1;
      const vectors = pack(block.features, () => longest, dimension);
      for (let first = 0; first < norms.length; first += PRODUCT_QUERIES) {
        signal?.throwIfAborted();
        const some = packed.subarray(first * dimension, (first + PRODUCT_QUERIES) * dimension);
        const scores = await this.session.run(some, vectors, dimension);
        const count = some.length / dimension;
        for (let i = 0; i < count; i++) {
          const query = queries.features[first + i] as Float64Array;
          const scale = (norms[first + i] as number) * longest;
          const near = scores.subarray(i * block.ids.length, (i + 1) * block.ids.length);
          (best[first + i] as BestRows).take(near, scale, maxError(dimension), query, block);
        }
      }
    }
    return best.map((each) => each.ids);
  }

  close(): Promise<void> {
    return this.session.release();
  }
}

/** The error of a scaled float32 score, plus one percent for the rounding in double precision. */
function maxError(dimension: number): number {
  return 1.01 * (dimension + 3) * FLOAT32_ROUNDOFF;
}

function length(feature: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < feature.length; i++) sum += (feature[i] as number) ** 2;
  return Math.sqrt(sum);
}

/** Float32 copies `[features, dimension]`, each divided by its divisor. */
function pack(features: readonly Float64Array[], divisorOf: (row: number) => number, dimension: number): Float32Array {
  const packed = new Float32Array(features.length * dimension);
  features.forEach((feature, row) => {
    const divisor = divisorOf(row);
    const start = row * dimension;
    for (let i = 0; i < dimension; i++) packed[start + i] = (feature[i] as number) / divisor;
  });
  return packed;
}
