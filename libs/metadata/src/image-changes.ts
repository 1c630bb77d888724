import { strict as assert } from 'node:assert';
import { InvalidInputError, type ImageMove, type NewEmbedding, type NewImage } from '@wentu/domain';
import { IsNull, type EntityManager } from 'typeorm';
import { among } from './among';
import { liveCollection, spacesOf } from './collection-rows';
import { LIST_SLICE, slices } from './database';
import { lockRow } from './dialect';
import { CollectionEntity, CollectionSpaceEntity, SourceEntity } from './entities/collection.entity';
import { ImageAttributeEntity, StalePointEntity } from './entities/image-attribute.entity';
import { EmbeddingEntity, ImageEntity, ImagePreviewEntity, LooseOriginalEntity } from './entities/image.entity';
import { reserve } from './ids';
import { toReference } from './image-rows';
import { textKey } from './keys';
import { removeWords } from './word-changes';

export type Sized = Pick<ImageEntity, 'id' | 'sizeBytes'>;
export type Keyed = Pick<ImageEntity, 'id' | 'sizeBytes' | 'imageKey'>;

/**
 * Removes rows with their embeddings, previews, attributes and words. Copied originals of the rows become loose.
 * @param ids at most LIST_SLICE
 * @returns the ids of the loose originals
 */
export async function removeImages(manager: EntityManager, ids: readonly number[]): Promise<number[]> {
  if (ids.length === 0) return [];
  assert(ids.length <= LIST_SLICE, `${ids.length} ids in one statement`);
  const id = among(ids);
  const copied = await manager.find(ImageEntity, {
    select: { id: true, collectionId: true },
    where: { id, path: IsNull() },
  });
  const loose = copied.map((row) => ({ imageRowId: row.id, collectionId: row.collectionId }));
  if (loose.length > 0) await manager.insert(LooseOriginalEntity, loose);
  await removeWords(manager, ids);
  for (const entity of [ImagePreviewEntity, EmbeddingEntity, ImageAttributeEntity, StalePointEntity])
    await manager.delete(entity, { imageRowId: id });
  await manager.delete(ImageEntity, { id });
  return loose.map(({ imageRowId }) => imageRowId);
}

/** Takes the originals of the inserted images out of the list of loose originals. */
export async function takeOriginals(manager: EntityManager, images: readonly NewImage[]): Promise<void> {
  const copied = images.filter(({ original }) => original.kind === 'copied').map(({ id }) => id);
  for (const slice of slices(copied, LIST_SLICE)) {
    const { affected } = await manager.delete(LooseOriginalEntity, { imageRowId: among(slice) });
    if (affected === slice.length) continue;
    throw new InvalidInputError(
      `${slice.length - (affected ?? 0)} of ${slice.length} copied originals were not put; put them before their rows are inserted`,
    );
  }
}

export async function removePending(
  manager: EntityManager,
  collectionId: number,
  ids: readonly number[],
): Promise<void> {
  for (const slice of slices(ids, LIST_SLICE)) {
    const where = { collectionId, state: 'PENDING', id: among(slice) } as const;
    const rows = await manager.find(ImageEntity, { select: { id: true }, where });
    await removeImages(
      manager,
      rows.map(({ id }) => id),
    );
  }
}

/** Locks a collection: changes of its rows, and its drop, run one after another. */
export async function lockCollection(manager: EntityManager, collectionId: number): Promise<void> {
  await lockRow(manager, 'SELECT id FROM collection WHERE id = ?', [collectionId]);
}

/**
 * Checks that all embeddings of a space have one dimension, that each image has an embedding in the active space, and
 * that the collection is not being dropped.
 */
export async function checkEmbeddings(
  manager: EntityManager,
  collectionId: number,
  images: readonly NewImage[],
  embeddings: readonly NewEmbedding[],
): Promise<void> {
  const { activeSpace } = await liveCollection(manager, collectionId);
  const spaces = new Map((await spacesOf(manager, collectionId)).map((space) => [space.id, space]));
  const names = new Map(images.map(({ id, imageId }) => [id, imageId]));
  for (const { imageRowId, spaceId, vector } of embeddings) {
    const [name, space] = [names.get(imageRowId), spaces.get(spaceId)];
    if (name === undefined)
      throw new InvalidInputError(`an embedding belongs to row ${imageRowId}, which is not among the inserted images`);
    if (!space) {
      throw new InvalidInputError(
        `the embedding of ${JSON.stringify(name)} is in space ${spaceId}, which collection ${collectionId} does not have; add the space first`,
      );
    }
    if (vector.length === space.dimension) continue;
    throw new InvalidInputError(
      `the embedding of ${JSON.stringify(name)} has ${vector.length} numbers, its collection's ` +
        `embeddings have ${space.dimension}; load it with that collection's model (${space.model})`,
    );
  }
  for (const { imageRowId, spaceId } of embeddings) if (spaceId === activeSpace.id) names.delete(imageRowId);
  for (const name of names.values()) {
    throw new InvalidInputError(
      `${JSON.stringify(name)} has no embedding in the active space of its collection (${activeSpace.model}); load it with that model`,
    );
  }
}

/**
 * Makes rows READY.
 * @param pending rows in ascending order of id
 * @returns the replaced versions, also those among the given rows
 */
export async function makeReady(
  manager: EntityManager,
  collectionId: number,
  pending: readonly Keyed[],
): Promise<Sized[]> {
  const replaced: Sized[] = [];
  for (const versions of ofDifferentImages(pending)) {
    const liveKey = among(versions.map((row) => row.imageKey));
    const live = await manager.find(ImageEntity, {
      select: { id: true, sizeBytes: true },
      where: { collectionId, liveKey },
    });
    if (live.length > 0)
      await manager.update(ImageEntity, { id: among(live.map(({ id }) => id)) }, { state: 'TOMBSTONE', liveKey: null });
    const pendingNow = { state: 'PENDING', id: among(versions.map(({ id }) => id)) } as const;
    await manager.update(ImageEntity, pendingNow, { state: 'READY', liveKey: () => 'image_key' });
    replaced.push(...live);
  }
  return replaced;
}

/** Splits rows into lists without two versions of one image. Nearly always there is only one list. */
function* ofDifferentImages(pending: readonly Keyed[]): Generator<Keyed[]> {
  let list = new Map<string, Keyed>();
  for (const row of pending) {
    if (list.has(row.imageKey)) {
      yield [...list.values()];
      list = new Map();
    }
    list.set(row.imageKey, row);
  }
  if (list.size > 0) yield [...list.values()];
}

/** Returns the ids of source folders, and creates the missing rows. */
export async function sourceIds(
  manager: EntityManager,
  collectionId: number,
  directories: ReadonlySet<string>,
): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  const sources = manager.getRepository(SourceEntity);
  for (const directory of directories) {
    const directoryKey = textKey(directory);
    const known = await sources.findOneBy({ collectionId, directoryKey });
    const id = known?.id ?? (await reserve(manager, 'other', 1));
    if (!known) await sources.insert({ id, collectionId, directory, directoryKey });
    ids.set(directory, id);
  }
  return ids;
}

/** Changes source, location, original and name of READY rows. */
export async function relocateRows(
  manager: EntityManager,
  collectionId: number,
  moves: readonly ImageMove[],
): Promise<void> {
  const sources = await sourceIds(manager, collectionId, new Set(moves.map((move) => move.source)));
  for (const { id, source, location, original, imageId } of moves) {
    const [path, modifiedAtMs] = toReference(original);
    const ready = { id, collectionId, state: 'READY' } as const;
    const locationKey = location === null ? null : textKey(location);
    const sourceId = sources.get(source) as number;
    const name = imageId === undefined ? {} : { imageId, imageKey: textKey(imageId), liveKey: textKey(imageId) };
    await manager.update(ImageEntity, ready, {
      sourceId,
      locationKey,
      path,
      modifiedAtMs,
      keptWithoutFile: 0,
      ...name,
    });
  }
  if (moves.every(({ imageId }) => imageId === undefined)) return;
  // Names are attributes: what was counted or searched before is out of date. The points were written before the rows.
  for (const version of ['attributesVersion', 'attributesIndexed'] as const)
    await manager.increment(CollectionEntity, { id: collectionId }, version, 1);
}

/** Changes READY rows to TOMBSTONE. @returns the ids of the changed rows */
export async function tombstoneRows(
  manager: EntityManager,
  collectionId: number,
  ids: readonly number[],
): Promise<number[]> {
  const done: number[] = [];
  const change = { count: 0, bytes: 0 };
  for (const slice of slices(ids, LIST_SLICE)) {
    const where = { collectionId, state: 'READY', id: among(slice) } as const;
    const ready = await manager.find(ImageEntity, { select: { id: true, sizeBytes: true }, where });
    const changed = ready.map(({ id }) => id);
    await manager.update(ImageEntity, where, { state: 'TOMBSTONE', liveKey: null });
    await changeSpaceTotals(manager, collectionId, changed, -1);
    done.push(...changed);
    change.count -= ready.length;
    change.bytes -= sizeOf(ready);
  }
  await changeTotals(manager, collectionId, change);
  return done;
}

export async function changeTotals(
  manager: EntityManager,
  collectionId: number,
  { count, bytes }: { count: number; bytes: number },
): Promise<void> {
  if (count === 0 && bytes === 0) return;
  await manager
    .createQueryBuilder()
    .update(CollectionEntity)
    .set({ imageCount: () => 'image_count + :count', sizeBytes: () => 'size_bytes + :bytes' })
    .where('id = :collectionId', { collectionId, count, bytes })
    .execute();
}

/** Adds the rows to the counts of the spaces in which they have embeddings. @param by 1, or -1 to subtract them */
export async function changeSpaceTotals(
  manager: EntityManager,
  collectionId: number,
  ids: readonly number[],
  by: 1 | -1,
): Promise<void> {
  for (const slice of slices(ids, LIST_SLICE)) {
    const counts = await manager
      .createQueryBuilder(EmbeddingEntity, 'e')
      .select('e.spaceId', 'spaceId')
      .addSelect('COUNT(*)', 'count')
      .where('e.imageRowId IN (:...slice)', { slice })
      .groupBy('e.spaceId')
      .getRawMany<Record<'spaceId' | 'count', number | string>>();
    for (const { spaceId, count } of counts)
      await changeSpaceTotal(manager, collectionId, Number(spaceId), by * Number(count));
  }
}

export async function changeSpaceTotal(
  manager: EntityManager,
  collectionId: number,
  spaceId: number,
  count: number,
): Promise<void> {
  if (count === 0) return;
  await manager
    .createQueryBuilder()
    .update(CollectionSpaceEntity)
    .set({ imageCount: () => 'image_count + :count' })
    .where('collectionId = :collectionId AND spaceId = :spaceId', { collectionId, spaceId, count })
    .execute();
}

export function sizeOf(rows: readonly Sized[]): number {
  return rows.reduce((sum, row) => sum + row.sizeBytes, 0);
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
