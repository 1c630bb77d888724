import { NotFoundError, type CollectionReader, type Images, type Originals, type VectorStore } from '@wentu/domain';
import { indexName } from './index-name';

/** Removes entries from an index. A missing index, for example one that its server lost, has no entries to remove. */
export async function removeEntries(
  vectors: VectorStore,
  index: string,
  ids: readonly number[],
  signal?: AbortSignal,
): Promise<void> {
  try {
    await vectors.delete(index, ids, signal);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}

export interface Stores {
  readonly store: {
    readonly collections: Pick<CollectionReader, 'listSpaces'>;
    readonly images: Pick<Images, 'removeRows' | 'tombstone'>;
    readonly originals: Pick<Originals, 'delete'>;
  };
  readonly vectors: VectorStore;
}

/** Removes versions that no reader sees any more: first their index entries, then their rows, then their originals. */
export async function removeVersions(
  { store, vectors }: Stores,
  collectionId: number,
  ids: readonly number[],
  signal?: AbortSignal,
): Promise<void> {
  if (ids.length === 0) return;
  for (const space of await store.collections.listSpaces(collectionId))
    await removeEntries(vectors, indexName(collectionId, space.id), ids, signal);
  const originals = await store.images.removeRows(collectionId, ids);
  if (originals.length > 0) await store.originals.delete(originals);
}

/** Removes READY versions. @returns the number of versions that were READY */
export async function removeReady(stores: Stores, collectionId: number, ids: readonly number[]): Promise<number> {
  const tombstoned = await stores.store.images.tombstone(collectionId, ids);
  await removeVersions(stores, collectionId, tombstoned);
  return tombstoned.length;
}
