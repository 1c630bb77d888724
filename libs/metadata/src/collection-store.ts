import { strict as assert } from 'node:assert';
import { ConflictError, type Collection, type Milestone } from '@wentu/domain';
import { In, IsNull, Not, type EntityManager } from 'typeorm';
import { LIST_SLICE, placeholders, type Database } from './database';
import { CollectionEntity } from './entities/collection.entity';
import { LoadJobEntity } from './entities/load-job.entity';
import { MilestoneEntity } from './entities/store-info.entity';
import { textKey } from './keys';
import { checkCollectionName } from './text-limits';

type CollectionRow = Record<'id' | 'dimension' | 'image_count' | 'size_bytes' | 'created_at', number> &
  Record<'name' | 'model' | 'space', string>;

const SELECT = 'SELECT id, name, model, space, dimension, image_count, size_bytes, created_at FROM collection';
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
    return (await this.database.query<CollectionRow>(`${SELECT} WHERE live_name_key IS NOT NULL ORDER BY name`)).map(
      toCollection,
    );
  }

  async findCollection(name: string): Promise<Collection | null> {
    const [row] = await this.database.query<CollectionRow>(`${SELECT} WHERE live_name_key = ?`, [textKey(name)]);
    return row ? toCollection(row) : null;
  }

  async findCollectionById(id: number): Promise<Collection | null> {
    const [row] = await this.database.query<CollectionRow>(`${SELECT} WHERE id = ? AND live_name_key IS NOT NULL`, [
      id,
    ]);
    return row ? toCollection(row) : null;
  }

  async listDropping(): Promise<Collection[]> {
    return (await this.database.query<CollectionRow>(`${SELECT} WHERE live_name_key IS NULL ORDER BY id`)).map(
      toCollection,
    );
  }

  async createCollection(wanted: {
    name: string;
    model: string;
    space: string;
    dimension: number;
  }): Promise<Collection> {
    checkCollectionName(wanted.name);
    return await this.database.transaction(async (manager) => {
      const liveNameKey = textKey(wanted.name);
      // First, for its lock: of two that want the same name the second then sees the first's row.
      const id = await reserve(manager, 'other', 1);
      const collections = manager.getRepository(CollectionEntity);
      if (await collections.existsBy({ liveNameKey })) {
        throw new ConflictError(`there is a collection ${JSON.stringify(wanted.name)} already; choose another name`);
      }
      const createdAt = Date.now();
      await collections.insert({ ...wanted, id, liveNameKey, imageCount: 0, sizeBytes: 0, createdAt });
      return { ...wanted, id, imageCount: 0, sizeBytes: 0, createdAt: new Date(createdAt) };
    });
  }

  async renameCollection(collectionId: number, name: string): Promise<Collection | null> {
    checkCollectionName(name);
    return await this.database.transaction(async (manager) => {
      const liveNameKey = textKey(name);
      // First, for its lock: no collection is made and no job is created until this has ended.
      await reserve(manager, 'other', 1);
      const collections = manager.getRepository(CollectionEntity);
      const [row] = await manager.query<CollectionRow[]>(`${SELECT} WHERE id = ? AND live_name_key IS NOT NULL`, [
        collectionId,
      ]);
      if (!row) return null;
      if (row.name === name) return toCollection(row);
      if (await collections.existsBy({ liveNameKey }))
        throw new ConflictError(`there is a collection ${JSON.stringify(name)} already; choose another name`);
      const loading = { collectionKey: In([textKey(row.name), liveNameKey]), status: In(['QUEUED', 'RUNNING']) };
      const job = await manager.getRepository(LoadJobEntity).findOneBy(loading);
      if (job) {
        throw new ConflictError(
          `pictures are being loaded into ${JSON.stringify(job.collection)}; wait until it has ended, or cancel it`,
        );
      }
      const isLive = { id: collectionId, liveNameKey: Not(IsNull()) };
      const { affected } = await collections.update(isLive, { name, liveNameKey });
      return affected === 0 ? null : toCollection({ ...row, name });
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
      await manager.query('DELETE FROM source WHERE collection_id = ?', [collectionId]);
      await manager.query('DELETE FROM collection WHERE id = ?', [collectionId]);
    });
  }
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
  await manager.query(`DELETE FROM image WHERE id IN ${list}`, [...ids]);
}

function toCollection(row: CollectionRow): Collection {
  return {
    id: Number(row.id),
    name: row.name,
    model: row.model,
    space: row.space,
    dimension: row.dimension,
    imageCount: Number(row.image_count),
    sizeBytes: Number(row.size_bytes),
    createdAt: new Date(Number(row.created_at)),
  };
}
