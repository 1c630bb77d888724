import { largestScores } from './largest';
import type { Found } from './usearch';

/** The same as `exactSearch` of usearch, for platforms without its binary; several times slower. */
export function plainSearch(rows: Int8Array, queries: Int8Array, dimension: number, count: number): Found {
  const [rowCount, queryCount] = [rows.length / dimension, queries.length / dimension];
  const keys = new BigUint64Array(queryCount * count);
  const distances = new Float32Array(queryCount * count);
  const scores = new Float64Array(rowCount);
  for (let query = 0; query < queryCount; query++) {
    for (let row = 0; row < rowCount; row++) {
      let sum = 0;
      for (let i = 0; i < dimension; i++)
        sum += (rows[row * dimension + i] as number) * (queries[query * dimension + i] as number);
      scores[row] = sum;
    }
    const best = largestScores(scores, count);
    for (let i = 0; i < count; i++) {
      keys[query * count + i] = BigInt(best.slots[i] as number);
      distances[query * count + i] = 1 - (best.scores[i] as number);
    }
  }
  return [keys, distances, new BigUint64Array(queryCount).fill(BigInt(count))];
}
