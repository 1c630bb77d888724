import { InvalidInputError } from '@wentu/domain';

/**
 * Recall@k as cn_clip's `evaluation.py` counts it: the share of queries that have a relevant one among their first k,
 * in [0, 1]. Predictions for other queries are passed over; a query without anything relevant is a miss.
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
