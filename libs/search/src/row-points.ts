import { isDeepStrictEqual } from 'node:util';
import { imageAttributes, NotFoundError, type EmbeddingSpace, type ImageRow, type VectorPoint } from '@wentu/domain';
import { removeEntries } from './index-entries';
import { indexName } from './index-name';
import type { LoadStores } from './load-service-options';
import { Reconciler } from './reconciler';

const SLICE = 500;

/**
 * Writes the points of READY rows in all spaces again, and once more where the attributes of a row changed meanwhile:
 * the last writer of a point has read its row after the last change.
 */
export async function writeRowPoints(
  stores: LoadStores,
  collectionId: number,
  rowIds: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  const { collections, images } = stores.store;
  for (const space of await collections.listSpaces(collectionId))
    for (let at = 0; at < rowIds.length; at += SLICE) {
      let ids = rowIds.slice(at, at + SLICE);
      while (ids.length > 0) {
        signal.throwIfAborted();
        const rows = (await images.getEmbedded(space.id, ids)).filter(({ state }) => state === 'READY');
        const points = rows.map((row) => ({ id: row.id, vector: row.vector, attributes: imageAttributes(row) }));
        if (points.length > 0) await upsertPoints(stores, collectionId, space, points, signal);
        ids = await changedSince(stores, collectionId, space, rows);
      }
    }
}

/** Repairs an index that its server has lost. */
export async function upsertPoints(
  { store, vectors }: LoadStores,
  collectionId: number,
  space: EmbeddingSpace,
  points: readonly VectorPoint[],
  signal: AbortSignal,
): Promise<void> {
  const index = indexName(collectionId, space.id);
  try {
    await vectors.upsert(index, points);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    await new Reconciler(store, vectors).repairSpace(collectionId, space, signal);
    await vectors.upsert(index, points);
  }
}

/** Removes the points of rows that are not READY any more. @returns the rows whose attributes changed */
async function changedSince(
  { store, vectors }: LoadStores,
  collectionId: number,
  space: EmbeddingSpace,
  written: readonly ImageRow[],
): Promise<number[]> {
  if (written.length === 0) return [];
  const now = new Map((await store.images.get(written.map(({ id }) => id))).map((row) => [row.id, row]));
  const removed = written.filter(({ id }) => now.get(id)?.state !== 'READY').map(({ id }) => id);
  if (removed.length > 0) await removeEntries(vectors, indexName(collectionId, space.id), removed);
  return written.flatMap((row) => {
    const later = now.get(row.id);
    const isSame = later?.state !== 'READY' || isDeepStrictEqual(imageAttributes(later), imageAttributes(row));
    return isSame ? [] : [row.id];
  });
}
