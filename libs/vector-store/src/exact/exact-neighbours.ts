import type { FeatureBlock } from '@wentu/domain';
import { BestRows } from './best-rows';
import { ScoresSession } from './scores-session';

/** Half a unit in the last place of float32, relative. */
const FLOAT32_ROUNDOFF = 2 ** -24;
/** Queries of one product: with a thousand rows its scores are 4 MiB. */
const PRODUCT_QUERIES = 1_024;

/**
 * Exact nearest neighbours by inner product, as a plain sort in double precision gives them: equal scores in the order
 * of the rows. A float32 product finds the few rows that can be among the best, those are scored again in doubles.
 *
 * Why none is missed: the float32 copies are scaled to a length of at most 1, so a score of D products is off by at
 * most (D + 2)·2⁻²⁴ whatever the order of summation (Higham, Accuracy and Stability of Numerical Algorithms, ch. 3; the
 * 2 are the copies' own rounding). A row is passed over only when it is out of reach by that error.
 */
export class ExactNeighbours {
  private constructor(private readonly session: ScoresSession) {}

  static async open(options: { threads: number }): Promise<ExactNeighbours> {
    return new ExactNeighbours(await ScoresSession.open(options.threads));
  }

  /**
   * @param rows streamed once, of the queries' dimension; one block of them is held at a time
   * @returns for each query the ids of its `k` best rows, best first; fewer when there are fewer rows
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

/** Of a scaled score in float32, with a hundredth more for the roundings in double precision. */
function maxError(dimension: number): number {
  return 1.01 * (dimension + 3) * FLOAT32_ROUNDOFF;
}

function length(feature: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < feature.length; i++) sum += (feature[i] as number) ** 2;
  return Math.sqrt(sum);
}

/** Float32 copies, `[features, dimension]`, each divided by its number. */
function pack(features: readonly Float64Array[], divisorOf: (row: number) => number, dimension: number): Float32Array {
  const packed = new Float32Array(features.length * dimension);
  features.forEach((feature, row) => {
    const divisor = divisorOf(row);
    const start = row * dimension;
    for (let i = 0; i < dimension; i++) packed[start + i] = (feature[i] as number) / divisor;
  });
  return packed;
}
