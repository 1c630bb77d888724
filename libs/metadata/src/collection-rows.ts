import {
  NotFoundError,
  sentence,
  type Collection,
  type CollectionSpace,
  type EmbeddingSpace,
  type NewSpace,
} from '@wentu/domain';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { CollectionEntity, CollectionSpaceEntity, EmbeddingSpaceEntity } from './entities/collection.entity';
import { reserve } from './ids';
import { spaceKey } from './keys';

export type RawCollection = Record<'name' | 'model' | 'space', string> &
  Record<'id' | 'imageCount' | 'sizeBytes' | 'createdAt' | 'spaceId' | 'dimension', number | string>;

/**
 * Selects the columns for `toCollection`. The rows stay raw: every search reads one, and creating an entity takes six
 * times as long.
 */
export function collectionQuery(manager: EntityManager): SelectQueryBuilder<CollectionEntity> {
  const query = manager
    .createQueryBuilder(CollectionEntity, 'c')
    .innerJoin(EmbeddingSpaceEntity, 's', 's.id = c.activeSpaceId')
    .select('s.id', 'spaceId');
  for (const column of ['model', 'space', 'dimension']) query.addSelect(`s.${column}`, column);
  for (const column of ['id', 'name', 'imageCount', 'sizeBytes', 'createdAt']) query.addSelect(`c.${column}`, column);
  return query;
}

export function toCollection(row: RawCollection): Collection {
  const { name, model, space } = row;
  return {
    id: Number(row.id),
    name,
    activeSpace: { id: Number(row.spaceId), model, space, dimension: Number(row.dimension) },
    imageCount: Number(row.imageCount),
    sizeBytes: Number(row.sizeBytes),
    createdAt: new Date(Number(row.createdAt)),
  };
}

/** Returns the collection. @throws NotFoundError when it does not exist or is being dropped */
export async function liveCollection(manager: EntityManager, id: number): Promise<Collection> {
  const collection = await findLive(manager, id);
  if (collection) return collection;
  throw new NotFoundError(sentence('COLLECTION_GONE', { id }));
}

export async function findLive(manager: EntityManager, id: number): Promise<Collection | null> {
  const query = collectionQuery(manager).where('c.id = :id AND c.liveNameKey IS NOT NULL', { id });
  const row = await query.getRawOne<RawCollection>();
  return row ? toCollection(row) : null;
}

export async function spacesOf(manager: EntityManager, collectionId: number): Promise<CollectionSpace[]> {
  const query = manager
    .createQueryBuilder(EmbeddingSpaceEntity, 's')
    .innerJoin(CollectionSpaceEntity, 'c', 'c.spaceId = s.id')
    .select('c.imageCount', 'imageCount');
  for (const column of ['id', 'model', 'space', 'dimension']) query.addSelect(`s.${column}`, column);
  const rows = await query
    .where('c.collectionId = :collectionId', { collectionId })
    .orderBy('s.id')
    .getRawMany<Record<'model' | 'space', string> & Record<'id' | 'dimension' | 'imageCount', number | string>>();
  return rows.map(({ model, space, ...row }) => ({
    ...{ id: Number(row.id), model, space },
    ...{ dimension: Number(row.dimension), imageCount: Number(row.imageCount) },
  }));
}

/** Returns the row of a space, and creates it if necessary. The caller holds the lock of the id counter. */
export async function spaceFor(manager: EntityManager, { model, space, dimension }: NewSpace): Promise<EmbeddingSpace> {
  const key = spaceKey({ model, space, dimension });
  const spaces = manager.getRepository(EmbeddingSpaceEntity);
  const known = await spaces.findOneBy({ spaceKey: key });
  if (known) return toSpace(known);
  const made = { id: await reserve(manager, 'other', 1), model, space, dimension };
  await spaces.insert({ ...made, spaceKey: key });
  return made;
}

function toSpace({ id, model, space, dimension }: EmbeddingSpaceEntity): EmbeddingSpace {
  return { id, model, space, dimension };
}
