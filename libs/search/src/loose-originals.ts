import type { Originals } from '@wentu/domain';

const PAGE = 500;

/**
 * Deletes originals that no row has: originals that were put before a crash, and originals whose rows were removed. No
 * running load of the collection may have ids below `below`.
 */
export async function removeLooseOriginals(
  originals: Pick<Originals, 'delete' | 'listLoose'>,
  collectionId: number,
  below = Infinity,
  signal?: AbortSignal,
): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    const ids = (await originals.listLoose(collectionId, PAGE)).filter((id) => id < below);
    if (ids.length === 0) return;
    await originals.delete(ids);
  }
}
