import { InvalidInputError } from '@wentu/domain';

/**
 * Recall@k as in `evaluation.py` of cn_clip: the share of queries, in [0, 1], that have a relevant result among the
 * first k. Predictions for unknown queries are ignored. A query without relevant results counts as a miss.
 * @throws InvalidInputError when a query has no predictions
 */
export function recallAt(
  ks: readonly number[],
  relevant: ReadonlyMap<string, ReadonlySet<string>>,
  predictions: ReadonlyMap<string, readonly string[]>,
): number[] {
  const missing = [...relevant.keys()].filter((query) => !predictions.has(query));
  if (missing.length > 0) {
    throw new InvalidInputError(
      `${missing.length} of ${relevant.size} queries have no prediction, the first: ${missing.slice(0, 10).join(', ')}; predict all of them`,
    );
  }
  const found = ks.map(() => 0);
  for (const [query, wanted] of relevant) {
    const rank = predictions.get(query)?.findIndex((id) => wanted.has(id)) ?? -1;
    ks.forEach((k, i) => {
      if (rank >= 0 && rank < k) found[i] = (found[i] as number) + 1;
    });
  }
  return found.map((count) => count / relevant.size);
}
