import { strict as assert } from 'node:assert';
import {
  ConflictError,
  NotFoundError,
  type Collection,
  type EmbeddingSpace,
  type Milestone,
  type NewSpace,
} from '@wentu/domain';
import { In, IsNull, Not, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import { LIST_SLICE, placeholders, type Database } from './database';
import { lockRow } from './dialect';
import {
  CollectionEntity,
  CollectionSpaceEntity,
  EmbeddingSpaceEntity,
  SourceEntity,
} from './entities/collection.entity';
import { EmbeddingEntity, ImageEntity } from './entities/image.entity';
import { LoadJobEntity } from './entities/load-job.entity';
import { MilestoneEntity } from './entities/store-info.entity';
import { spaceKey, textKey } from './keys';
import { checkCollectionName } from './text-limits';

/** Rows removed in one transaction: nobody waits longer than that for a drop. */
const REMOVE_SLICE = 500;

/** Store identity, ids and collections. */
export class CollectionStore {
  constructor(protected readonly database: Database) {}

  async storeId(): Promise<string> {
    const [row] = await this.database.query<{ uuid: string }>('SELECT uuid FROM store_info');
    return (row as { uuid: string }).uuid;
  }

  async hasReached(milestone: Milestone): Promise<boolean> {
    return (await this.database.query('SELECT name FROM milestone WHERE name = ?', [milestone])).length > 0;
  }

  async reach(milestone: Milestone): Promise<void> {
    await this.database.transaction(async (manager) => {
      await manager.upsert(MilestoneEntity, { name: milestone, reachedAt: Date.now() }, ['name']);
    });
  }

  async reserveIds(count: number): Promise<number> {
    return await this.database.transaction((manager) => reserve(manager, 'image', count));
  }

  async listCollections(): Promise<Collection[]> {
    return await this.selectAll('c.liveNameKey IS NOT NULL', 'c.name');
  }

  async findCollection(name: string): Promise<Collection | null> {
    const where = 'WHERE c.live_name_key = ?';
    const [row] = await this.database.select<RawCollection>(collectionQuery, where, [textKey(name)]);
    return row ? toCollection(row) : null;
  }

  async findCollectionById(id: number): Promise<Collection | null> {
    return await this.database.read((manager) => findLive(manager, id));
  }

  async listDropping(): Promise<Collection[]> {
    return await this.selectAll('c.liveNameKey IS NULL', 'c.id');
  }

  async listSpaces(collectionId: number): Promise<EmbeddingSpace[]> {
    return await this.database.read((manager) => spacesOf(manager, collectionId));
  }

  async createCollection({ name, ...wanted }: { readonly name: string } & NewSpace): Promise<Collection> {
    checkCollectionName(name);
    return await this.database.transaction(async (manager) => {
      const liveNameKey = textKey(name);
      // First, for its lock: of two that want the same name the second then sees the first's row.
      const id = await reserve(manager, 'other', 1);
      const collections = manager.getRepository(CollectionEntity);
      if (await collections.existsBy({ liveNameKey })) throw nameIsTaken(name);
      const activeSpace = await spaceFor(manager, wanted);
      const createdAt = Date.now();
      const totals = { imageCount: 0, sizeBytes: 0 };
      await collections.insert({ id, name, liveNameKey, activeSpaceId: activeSpace.id, ...totals, createdAt });
      await manager.insert(CollectionSpaceEntity, { collectionId: id, spaceId: activeSpace.id });
      return { id, name, activeSpace, ...totals, createdAt: new Date(createdAt) };
    });
  }

  async addSpace(collectionId: number, wanted: NewSpace): Promise<EmbeddingSpace> {
    return await this.database.transaction(async (manager) => {
      await lockRow(manager, 'SELECT id FROM collection WHERE id = ?', [collectionId]);
      // For its lock: a space is made once.
      await reserve(manager, 'other', 1);
      await liveCollection(manager, collectionId);
      const space = await spaceFor(manager, wanted);
      const row = { collectionId, spaceId: space.id };
      const spaces = manager.getRepository(CollectionSpaceEntity);
      if (!(await spaces.existsBy(row))) await spaces.insert(row);
      return space;
    });
  }

  async activateSpace(collectionId: number, spaceId: number): Promise<Collection> {
    return await this.database.transaction(async (manager) => {
      await lockRow(manager, 'SELECT id FROM collection WHERE id = ?', [collectionId]);
      const { name } = await liveCollection(manager, collectionId);
      if (!(await manager.getRepository(CollectionSpaceEntity).existsBy({ collectionId, spaceId }))) {
        throw new NotFoundError(
          `collection ${JSON.stringify(name)} has no space ${spaceId}; add it, and embed the images in it`,
        );
      }
      const missing = await manager
        .createQueryBuilder(ImageEntity, 'i')
        .leftJoin(EmbeddingEntity, 'e', 'e.imageRowId = i.id AND e.spaceId = :spaceId', { spaceId })
        .where("i.collectionId = :collectionId AND i.state IN ('READY', 'PENDING')", { collectionId })
        .andWhere('e.imageRowId IS NULL')
        .getExists();
      if (missing) {
        throw new ConflictError(
          `images of collection ${JSON.stringify(name)} have no embedding in space ${spaceId}; embed all of them before it is activated`,
        );
      }
      await manager.update(CollectionEntity, { id: collectionId }, { activeSpaceId: spaceId });
      return await liveCollection(manager, collectionId);
    });
  }

  async renameCollection(collectionId: number, name: string): Promise<Collection | null> {
    checkCollectionName(name);
    return await this.database.transaction(async (manager) => {
      const liveNameKey = textKey(name);
      // First, for its lock: no collection is made and no job is created until this has ended.
      await reserve(manager, 'other', 1);
      const collections = manager.getRepository(CollectionEntity);
      const row = await findLive(manager, collectionId);
      if (!row) return null;
      if (row.name === name) return row;
      if (await collections.existsBy({ liveNameKey })) throw nameIsTaken(name);
      const loading = { collectionKey: In([textKey(row.name), liveNameKey]), status: In(['QUEUED', 'RUNNING']) };
      const job = await manager.getRepository(LoadJobEntity).findOneBy(loading);
      if (job) {
        throw new ConflictError(
          `pictures are being loaded into ${JSON.stringify(job.collection)}; wait until it has ended, or cancel it`,
        );
      }
      const isLive = { id: collectionId, liveNameKey: Not(IsNull()) };
      const { affected } = await collections.update(isLive, { name, liveNameKey });
      return affected === 0 ? null : { ...row, name };
    });
  }

  async markDropping(collectionId: number): Promise<void> {
    await this.database.query('UPDATE collection SET live_name_key = NULL WHERE id = ?', [collectionId]);
  }

  async removeCollection(collectionId: number): Promise<void> {
    for (;;) {
      const rows = await this.database.query<{ id: number }>('SELECT id FROM image WHERE collection_id = ? LIMIT ?', [
        collectionId,
        REMOVE_SLICE,
      ]);
      if (rows.length === 0) break;
      const ids = rows.map((row) => Number(row.id));
      await this.database.transaction((manager) => removeImages(manager, ids));
    }
    await this.database.transaction(async (manager) => {
      await manager.delete(SourceEntity, { collectionId });
      await manager.delete(CollectionSpaceEntity, { collectionId });
      await manager.delete(CollectionEntity, { id: collectionId });
    });
  }

  private async selectAll(where: string, by: string): Promise<Collection[]> {
    const rows = await this.database.read((manager) =>
      collectionQuery(manager).where(where).orderBy(by).getRawMany<RawCollection>(),
    );
    return rows.map(toCollection);
  }
}

type RawCollection = Record<'name' | 'model' | 'space', string> &
  Record<'id' | 'imageCount' | 'sizeBytes' | 'createdAt' | 'spaceId' | 'dimension', number | string>;

/** Selects what `toCollection` takes. Rows come raw: every search reads one, and making entities of it takes six times as long. */
function collectionQuery(manager: EntityManager): SelectQueryBuilder<CollectionEntity> {
  const query = manager
    .createQueryBuilder(CollectionEntity, 'c')
    .innerJoin(EmbeddingSpaceEntity, 's', 's.id = c.activeSpaceId')
    .select('s.id', 'spaceId');
  for (const column of ['model', 'space', 'dimension']) query.addSelect(`s.${column}`, column);
  for (const column of ['id', 'name', 'imageCount', 'sizeBytes', 'createdAt']) query.addSelect(`c.${column}`, column);
  return query;
}

function toCollection(row: RawCollection): Collection {
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

/** The collection, unless it is being dropped. @throws NotFoundError */
export async function liveCollection(manager: EntityManager, id: number): Promise<Collection> {
  const collection = await findLive(manager, id);
  if (collection) return collection;
  throw new NotFoundError(`there is no collection with the id ${id}, or it is being dropped; make it first`);
}

async function findLive(manager: EntityManager, id: number): Promise<Collection | null> {
  const query = collectionQuery(manager).where('c.id = :id AND c.liveNameKey IS NOT NULL', { id });
  const row = await query.getRawOne<RawCollection>();
  return row ? toCollection(row) : null;
}

export async function spacesOf(manager: EntityManager, collectionId: number): Promise<EmbeddingSpace[]> {
  const spaces = await manager
    .createQueryBuilder(EmbeddingSpaceEntity, 's')
    .innerJoin(CollectionSpaceEntity, 'c', 'c.spaceId = s.id')
    .where('c.collectionId = :collectionId', { collectionId })
    .orderBy('s.id')
    .getMany();
  return spaces.map(toSpace);
}

/** The row of a space, made if there is none. The caller holds the lock of the ids. */
async function spaceFor(manager: EntityManager, { model, space, dimension }: NewSpace): Promise<EmbeddingSpace> {
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

function nameIsTaken(name: string): ConflictError {
  return new ConflictError(`there is a collection ${JSON.stringify(name)} already; choose another name`);
}

/** @returns the first of `count` ids, never given out before */
export async function reserve(manager: EntityManager, counter: 'image' | 'other', count: number): Promise<number> {
  assert(Number.isSafeInteger(count) && count > 0, `${count} ids were asked for`);
  // The update comes first: it takes the row's lock, so two processes never read the same number.
  await manager.query('UPDATE id_counter SET next_id = next_id + ? WHERE name = ?', [count, counter]);
  const [row] = await manager.query<[{ next_id: number }]>('SELECT next_id FROM id_counter WHERE name = ?', [counter]);
  return Number(row.next_id) - count;
}

/** Rows and all that hangs on them. @param ids at most LIST_SLICE */
export async function removeImages(manager: EntityManager, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  assert(ids.length <= LIST_SLICE, `${ids.length} ids in one statement`);
  const list = placeholders(ids.length);
  await manager.query(`DELETE FROM image_preview WHERE image_row_id IN ${list}`, [...ids]);
  await manager.query(`DELETE FROM image_data WHERE image_row_id IN ${list}`, [...ids]);
  await manager.query(`DELETE FROM embedding WHERE image_row_id IN ${list}`, [...ids]);
  await manager.query(`DELETE FROM image WHERE id IN ${list}`, [...ids]);
}
