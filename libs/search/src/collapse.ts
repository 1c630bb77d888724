import type { EmbeddingSpace } from '@wentu/domain';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RankedHit } from './ranked-search';
import type { SearchMeasures } from './search-page';
import { dot } from './vectors';

/** A hit of a list. Vectors of one list can be compared. */
export interface ListedHit extends RankedHit {
  readonly list: number;
}

/** A hit, and the later hits that show the same picture, nearest first. */
export type CollapsedHit<Hit> = Hit & { readonly duplicates: readonly Hit[] };

/** The time of one turn of the event loop. */
const TURN_MS = 8;

/**
 * Each picture once. A hit is a duplicate of the first hit whose file is equal, or whose embedding has at least the
 * similarity of its list. Duplicates of duplicates do not count, so that a chain of small changes does not end at
 * another picture.
 * @param hits in the order of the result
 * @param spaces by list; undefined for a list without hits
 */
export async function collapse<Hit extends ListedHit>(
  hits: readonly Hit[],
  spaces: readonly (EmbeddingSpace | undefined)[],
  { nearSimilarityOf }: Pick<SearchMeasures, 'nearSimilarityOf'>,
  signal?: AbortSignal,
): Promise<CollapsedHit<Hit>[]> {
  const minSimilarities = await Promise.all(
    spaces.map(async (space) => (space ? await nearSimilarityOf(space, signal) : Infinity)),
  );
  const collapsed: (Hit & { readonly duplicates: Hit[] })[] = [];
  let turnEndsAt = performance.now() + TURN_MS;
  for (const hit of hits) {
    const same = collapsed.find((kept) => isSame(kept, hit, minSimilarities[hit.list] ?? Infinity));
    if (same) same.duplicates.push(hit);
    else collapsed.push({ ...hit, duplicates: [] });
    if (performance.now() < turnEndsAt) continue;
    await nextTurn();
    signal?.throwIfAborted();
    turnEndsAt = performance.now() + TURN_MS;
  }
  return collapsed;
}

function isSame(a: ListedHit, b: ListedHit, minSimilarity: number): boolean {
  if (a.hit.image.contentHash === b.hit.image.contentHash) return true;
  return a.list === b.list && dot(a.vector, b.vector) >= minSimilarity;
}
