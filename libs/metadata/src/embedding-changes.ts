import { InvalidInputError, type AddedEmbedding } from '@wentu/domain';
import type { EntityManager } from 'typeorm';
import { among } from './among';
import { spacesOf } from './collection-rows';
import { LIST_SLICE, slices } from './database';
import { insertRows } from './dialect';
import { CollectionEntity, CollectionSpaceEntity } from './entities/collection.entity';
import { EmbeddingEntity, ImageEntity } from './entities/image.entity';
import { changeSpaceTotal } from './image-changes';
import { EMBEDDING_COLUMNS, toEmbeddingValues } from './image-rows';

/** Adds embeddings of READY rows in one space. The caller holds the lock of the collection. @returns the READY rows */
export async function addEmbeddings(
  manager: EntityManager,
  collectionId: number,
  spaceId: number,
  embeddings: readonly AddedEmbedding[],
): Promise<number[]> {
  const space = (await spacesOf(manager, collectionId)).find(({ id }) => id === spaceId);
  if (!space)
    throw new InvalidInputError(`collection ${collectionId} does not have the space ${spaceId}; add the space first`);
  const bad = embeddings.find(({ vector }) => vector.length !== space.dimension);
  if (bad) {
    throw new InvalidInputError(
      `the embedding of row ${bad.imageRowId} has ${bad.vector.length} numbers, embeddings of ${space.model} have ${space.dimension}`,
    );
  }
  const ready: number[] = [];
  for (const slice of slices(embeddings, LIST_SLICE)) {
    const id = among(slice.map(({ imageRowId }) => imageRowId));
    const rows = await manager.find(ImageEntity, { select: { id: true }, where: { collectionId, state: 'READY', id } });
    const found = new Set(rows.map((row) => row.id));
    const added = slice.filter(({ imageRowId }) => found.has(imageRowId));
    if (added.length === 0) continue;
    const replaced = await manager.delete(EmbeddingEntity, { spaceId, imageRowId: among(found) });
    const values = added.map((embedding) => toEmbeddingValues({ ...embedding, spaceId }));
    await insertRows(manager, 'embedding', EMBEDDING_COLUMNS, values);
    await changeSpaceTotal(manager, collectionId, spaceId, added.length - (replaced.affected ?? 0));
    ready.push(...found);
  }
  return ready;
}

/**
 * Removes some embeddings of a collection in one space. The caller holds the lock of the collection.
 * @returns whether there were any
 */
export async function removeEmbeddings(
  manager: EntityManager,
  collectionId: number,
  spaceId: number,
): Promise<boolean> {
  const rows = await manager
    .createQueryBuilder(ImageEntity, 'i')
    .select('i.id', 'id')
    .addSelect('i.state', 'state')
    .innerJoin(EmbeddingEntity, 'e', 'e.imageRowId = i.id AND e.spaceId = :spaceId', { spaceId })
    .where('i.collectionId = :collectionId', { collectionId })
    .limit(LIST_SLICE)
    .getRawMany<{ id: number | string; state: string }>();
  if (rows.length === 0) return false;
  await manager.delete(EmbeddingEntity, { spaceId, imageRowId: among(rows.map(({ id }) => Number(id))) });
  const counted = rows.filter(({ state }) => state === 'READY').length;
  await changeSpaceTotal(manager, collectionId, spaceId, -counted);
  return true;
}

/** Number of READY rows without an embedding in the space, as the counts say. */
export async function countLacking(manager: EntityManager, collectionId: number, spaceId: number): Promise<number> {
  const { imageCount } = await manager.findOneByOrFail(CollectionEntity, { id: collectionId });
  const space = await manager.findOneByOrFail(CollectionSpaceEntity, { collectionId, spaceId });
  return Number(imageCount) - Number(space.imageCount);
}

/** Whether a PENDING row has no embedding in the space. */
export async function isPendingLacking(
  manager: EntityManager,
  collectionId: number,
  spaceId: number,
): Promise<boolean> {
  return await manager
    .createQueryBuilder(ImageEntity, 'i')
    .leftJoin(EmbeddingEntity, 'e', 'e.imageRowId = i.id AND e.spaceId = :spaceId', { spaceId })
    .where("i.collectionId = :collectionId AND i.state = 'PENDING' AND e.imageRowId IS NULL", { collectionId })
    .getExists();
}
