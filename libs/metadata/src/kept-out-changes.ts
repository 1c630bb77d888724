import { IsNull, type EntityManager } from 'typeorm';
import { among } from './among';
import { LIST_SLICE, slices } from './database';
import { ImageEntity } from './entities/image.entity';
import { KeptOutEntity } from './entities/kept-out.entity';
import { reserve } from './ids';

type Placed = Pick<ImageEntity, 'id' | 'imageKey' | 'contentHash' | 'locationKey'>;

/** Keeps out the images of READY rows. @param ids at most LIST_SLICE */
export async function insertKeptOut(
  manager: EntityManager,
  collectionId: number,
  ids: readonly number[],
  keptOutAt: number,
): Promise<void> {
  const rows = await manager.find(ImageEntity, {
    select: { id: true, imageId: true, imageKey: true, contentHash: true, locationKey: true, path: true },
    where: { collectionId, state: 'READY', id: among(ids) },
    order: { id: 'ASC' },
  });
  if (rows.length === 0) return;
  const first = await reserve(manager, 'other', rows.length);
  const entries = rows.map(({ imageId, imageKey, contentHash, locationKey, path }, i) => {
    return { id: first + i, collectionId, imageId, imageKey, contentHash, locationKey, path, keptOutAt };
  });
  await manager.insert(KeptOutEntity, entries);
}

/**
 * The ids of the rows whose images are kept out. Rows without a location are compared by name and bytes.
 * @param rows at most LIST_SLICE
 */
export async function keptOutAmong(
  manager: EntityManager,
  collectionId: number,
  rows: readonly Placed[],
): Promise<Set<number>> {
  const keptOut = manager.getRepository(KeptOutEntity);
  const found = new Set<number>();
  const locations = await findLocationKeys(
    manager,
    collectionId,
    rows.flatMap(({ locationKey }) => locationKey ?? []),
  );
  const named = rows.filter(({ locationKey }) => locationKey === null);
  const byName =
    named.length === 0
      ? []
      : await keptOut.find({
          select: { imageKey: true, contentHash: true },
          where: { collectionId, locationKey: IsNull(), imageKey: among(named.map(({ imageKey }) => imageKey)) },
        });
  for (const { id, imageKey, contentHash, locationKey } of rows) {
    const isKeptOut =
      locationKey === null
        ? byName.some((entry) => entry.imageKey === imageKey && entry.contentHash === contentHash)
        : locations.has(locationKey);
    if (isKeptOut) found.add(id);
  }
  return found;
}

/** The keys among these that are the locations of kept-out images. */
export async function findLocationKeys(
  manager: EntityManager,
  collectionId: number,
  keys: readonly string[],
): Promise<Set<string>> {
  const found = new Set<string>();
  for (const slice of slices(keys, LIST_SLICE)) {
    const where = { collectionId, locationKey: among(slice) };
    for (const { locationKey } of await manager.find(KeptOutEntity, { select: { locationKey: true }, where }))
      if (locationKey !== null) found.add(locationKey);
  }
  return found;
}

/** Removes the list of a collection in slices. */
export async function removeSliceOfKeptOut(
  manager: EntityManager,
  collectionId: number,
  limit: number,
): Promise<boolean> {
  const rows = await manager.find(KeptOutEntity, { select: { id: true }, where: { collectionId }, take: limit });
  if (rows.length === 0) return false;
  await manager.delete(KeptOutEntity, { id: among(rows.map(({ id }) => id)) });
  return true;
}
