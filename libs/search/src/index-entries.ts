import { NotFoundError, type VectorStore } from '@wentu/domain';
import { indexName } from './index-name';

/** Takes entries out of a collection's index. From an index that is not there, as after its server lost it, they are gone already. */
export async function removeEntries(
  vectors: VectorStore,
  collectionId: number,
  ids: readonly number[],
  signal?: AbortSignal,
): Promise<void> {
  try {
    await vectors.delete(indexName(collectionId), ids, signal);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}
