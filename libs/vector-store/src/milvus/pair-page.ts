import { MAX_PAIRS_OF_POINT, type PairPage, type PairSearch, type VectorHit } from '@wentu/domain';
import { checkSimilarity } from '../point-checks';

/** The number of points of a page. Their vectors are one answer of the server: 1 MiB at 1,024 numbers. */
const PAGE_POINTS = 256;

interface PairReader {
  /** Ids greater than `afterId`, ascending. */
  readonly listIds: (afterId: number, limit: number) => Promise<number[]>;
  readonly vectorsOf: (ids: readonly number[]) => Promise<Map<number, Float32Array>>;
  readonly search: (queries: readonly Float32Array[], limit: number) => Promise<VectorHit[][]>;
}

/**
 * The pairs of the next points by id: the server searches for the neighbours of each. A page continues after the last
 * id of the page before, so no state is kept, and any process may continue.
 * @param total the number of points, for the share that is done
 */
export async function pairPage(
  { minSimilarity, from }: PairSearch,
  total: number,
  { listIds, vectorsOf, search }: PairReader,
): Promise<PairPage> {
  checkSimilarity('minSimilarity', minSimilarity);
  const [after = 0, before = 0] = from === null ? [] : from.split(':').map(Number);
  const ids = await listIds(after, PAGE_POINTS);
  const vectors = ids.length > 0 ? await vectorsOf(ids) : new Map<number, Float32Array>();
  const asking = [...vectors];
  const hits =
    asking.length === 0
      ? []
      : await search(
          asking.map(([, vector]) => vector),
          MAX_PAIRS_OF_POINT + 1,
        );
  const pairs: number[] = [];
  const similarities: number[] = [];
  asking.forEach(([id], i) => {
    for (const { id: other, distance } of hits[i] ?? []) {
      const similarity = Math.min(1, 1 - distance / 2);
      if (other === id || similarity < minSimilarity) continue;
      pairs.push(Math.min(id, other), Math.max(id, other));
      similarities.push(similarity);
    }
  });
  const seen = before + ids.length;
  const isLast = ids.length < PAGE_POINTS;
  return {
    ids: Float64Array.from(pairs),
    similarities: Float32Array.from(similarities),
    next: isLast ? null : `${ids.at(-1)}:${seen}`,
    done: isLast ? 1 : Math.min(1, seen / Math.max(total, seen + 1)),
  };
}
