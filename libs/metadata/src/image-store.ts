import { InvalidInputError, type NewEmbedding, type NewImage, type Original } from '@wentu/domain';
import { In, type EntityManager } from 'typeorm';
import { liveCollection, removeImages, reserve, spacesOf } from './collection-store';
import { insertRows, isDuplicate, lockRow } from './dialect';
import { LIST_SLICE, placeholders, slices } from './database';
import { SourceEntity } from './entities/collection.entity';
import { ImageEntity } from './entities/image.entity';
import { ImageReader } from './image-reader';
import { EMBEDDING_COLUMNS, INSERT_COLUMNS, toEmbeddingValues, toReference, toValues } from './image-rows';
import { textKey } from './keys';
import { checkDirectory, checkImageId } from './text-limits';

type Sized = Record<'id' | 'size_bytes', number>;
type Keyed = Sized & { image_key: string };

const BLOB_COLUMNS = ['image_row_id', 'data'];

/** Image versions, their embeddings, previews and copied originals, as they are written. */
export class ImageStore extends ImageReader {
  async insertPending(
    collectionId: number,
    images: readonly NewImage[],
    embeddings: readonly NewEmbedding[],
  ): Promise<void> {
    for (const { imageId, source } of images) {
      checkImageId(imageId);
      checkDirectory(source);
    }
    const insert = async (manager: EntityManager): Promise<void> => {
      await checkEmbeddings(manager, collectionId, images, embeddings);
      const sources = await sourceIds(manager, collectionId, new Set(images.map((image) => image.source)));
      const rows = images.map((image) => toValues(collectionId, sources.get(image.source) as number, image));
      await insertRows(manager, 'image', INSERT_COLUMNS, rows);
      await insertRows(manager, 'embedding', EMBEDDING_COLUMNS, embeddings.map(toEmbeddingValues));
      const previews = images.flatMap(({ id, preview }) => (preview ? [[id, asBuffer(preview)]] : []));
      await insertRows(manager, 'image_preview', BLOB_COLUMNS, previews);
      const originals = images.flatMap(({ id, data }) => (data ? [[id, asBuffer(data)]] : []));
      await insertRows(manager, 'image_data', BLOB_COLUMNS, originals);
    };
    const locked = async (work: typeof insert): Promise<void> =>
      await this.database.transaction(async (manager) => {
        await lockCollection(manager, collectionId);
        await work(manager);
      });
    try {
      await locked(insert);
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      // The answer to an earlier call was lost, and it has been done.
      await locked(async (manager) => {
        await removePending(
          manager,
          collectionId,
          images.map(({ id }) => id),
        );
        await insert(manager);
      });
    }
  }

  async settle(collectionId: number, ids: readonly number[]): Promise<number[]> {
    return await this.database.transaction(async (manager) => {
      await lockCollection(manager, collectionId);
      const tombstoned: number[] = [];
      const change = { count: 0, bytes: 0 };
      // In the ids' order, so that of two versions of one image the later one stays.
      const ascending = [...new Set(ids)].sort((a, b) => a - b);
      for (const slice of slices(ascending, LIST_SLICE)) {
        const pending = await manager.query<Keyed[]>(
          `SELECT id, image_key, size_bytes FROM image WHERE collection_id = ? AND state = 'PENDING' AND id IN ${placeholders(slice.length)} ORDER BY id`,
          [collectionId, ...slice],
        );
        const replaced = await makeReady(manager, collectionId, pending);
        tombstoned.push(...replaced.map(({ id }) => Number(id)));
        change.count += pending.length - replaced.length;
        change.bytes += sizeOf(pending) - sizeOf(replaced);
      }
      await changeTotals(manager, collectionId, change);
      return tombstoned;
    });
  }

  async relocate(
    collectionId: number,
    moves: readonly { id: number; source: string; location: string | null; original: Original }[],
  ): Promise<void> {
    for (const { source } of moves) checkDirectory(source);
    await this.database.transaction(async (manager) => {
      await lockCollection(manager, collectionId);
      const sources = await sourceIds(manager, collectionId, new Set(moves.map((move) => move.source)));
      for (const { id, source, location, original } of moves) {
        const [path, modifiedAtMs] = toReference(original);
        const sql =
          'UPDATE image SET source_id = ?, location_key = ?, path = ?, modified_at_ms = ?, kept_without_file = 0 ' +
          "WHERE id = ? AND collection_id = ? AND state = 'READY'";
        const key = location === null ? null : textKey(location);
        await manager.query(sql, [sources.get(source), key, path, modifiedAtMs, id, collectionId]);
      }
    });
  }

  async keep(collectionId: number, ids: readonly number[]): Promise<number> {
    return await this.database.transaction(async (manager) => {
      await lockCollection(manager, collectionId);
      let kept = 0;
      for (const slice of slices(ids, LIST_SLICE)) {
        const change = { collectionId, state: 'READY', id: In([...slice]) } as const;
        kept += (await manager.update(ImageEntity, change, { keptWithoutFile: 1 })).affected ?? 0;
      }
      return kept;
    });
  }

  async setDevices(collectionId: number, directory: string, devices: ReadonlyMap<string, string>): Promise<void> {
    checkDirectory(directory);
    await this.database.transaction(async (manager) => {
      await lockCollection(manager, collectionId);
      const id = (await sourceIds(manager, collectionId, new Set([directory]))).get(directory) as number;
      await manager.update(SourceEntity, { id }, { devices: JSON.stringify(Object.fromEntries(devices)) });
    });
  }

  async tombstone(collectionId: number, ids: readonly number[]): Promise<number[]> {
    return await this.database.transaction(async (manager) => {
      await lockCollection(manager, collectionId);
      const done: number[] = [];
      const change = { count: 0, bytes: 0 };
      for (const slice of slices(ids, LIST_SLICE)) {
        const where = `collection_id = ? AND state = 'READY' AND id IN ${placeholders(slice.length)}`;
        const ready = await manager.query<Sized[]>(`SELECT id, size_bytes FROM image WHERE ${where}`, [
          collectionId,
          ...slice,
        ]);
        await manager.query(`UPDATE image SET state = 'TOMBSTONE', live_key = NULL WHERE ${where}`, [
          collectionId,
          ...slice,
        ]);
        done.push(...ready.map((row) => Number(row.id)));
        change.count -= ready.length;
        change.bytes -= sizeOf(ready);
      }
      await changeTotals(manager, collectionId, change);
      return done;
    });
  }

  async removeRows(collectionId: number, ids: readonly number[]): Promise<void> {
    for (const slice of slices(ids, LIST_SLICE)) {
      await this.database.transaction(async (manager) => {
        await lockCollection(manager, collectionId);
        const where = `collection_id = ? AND state <> 'READY' AND id IN ${placeholders(slice.length)}`;
        const rows = await manager.query<{ id: number }[]>(`SELECT id FROM image WHERE ${where}`, [
          collectionId,
          ...slice,
        ]);
        await removeImages(
          manager,
          rows.map((row) => Number(row.id)),
        );
      });
    }
  }
}

async function removePending(manager: EntityManager, collectionId: number, ids: readonly number[]): Promise<void> {
  for (const slice of slices(ids, LIST_SLICE)) {
    const rows = await manager.query<{ id: number }[]>(
      `SELECT id FROM image WHERE collection_id = ? AND state = 'PENDING' AND id IN ${placeholders(slice.length)}`,
      [collectionId, ...slice],
    );
    await removeImages(
      manager,
      rows.map((row) => Number(row.id)),
    );
  }
}

/** Changes of one collection's rows come one after another; that of a drop too. */
async function lockCollection(manager: EntityManager, collectionId: number): Promise<void> {
  await lockRow(manager, 'SELECT id FROM collection WHERE id = ?', [collectionId]);
}

/** A page of embeddings is one matrix, each image is found by a search, and a collection that is being dropped leaves nothing behind. */
async function checkEmbeddings(
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
      throw new InvalidInputError(`an embedding belongs to row ${imageRowId}, which is not inserted with it`);
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

/** @param pending in the ids' order @returns the versions that they replaced, of one another's too */
async function makeReady(manager: EntityManager, collectionId: number, pending: readonly Keyed[]): Promise<Sized[]> {
  const replaced: Sized[] = [];
  for (const versions of ofDifferentImages(pending)) {
    const keys = versions.map((row) => row.image_key);
    const live = await manager.query<Sized[]>(
      `SELECT id, size_bytes FROM image WHERE collection_id = ? AND live_key IN ${placeholders(keys.length)}`,
      [collectionId, ...keys],
    );
    if (live.length > 0) {
      await manager.query(
        `UPDATE image SET state = 'TOMBSTONE', live_key = NULL WHERE id IN ${placeholders(live.length)}`,
        live.map(({ id }) => id),
      );
    }
    await manager.query(
      `UPDATE image SET state = 'READY', live_key = image_key WHERE state = 'PENDING' AND id IN ${placeholders(versions.length)}`,
      versions.map(({ id }) => id),
    );
    replaced.push(...live);
  }
  return replaced;
}

/** In lists that have no image twice; nearly always that is one list. */
function* ofDifferentImages(pending: readonly Keyed[]): Generator<Keyed[]> {
  let list = new Map<string, Keyed>();
  for (const row of pending) {
    if (list.has(row.image_key)) {
      yield [...list.values()];
      list = new Map();
    }
    list.set(row.image_key, row);
  }
  if (list.size > 0) yield [...list.values()];
}

/** Ids of the folders, made for those that are new. */
async function sourceIds(
  manager: EntityManager,
  collectionId: number,
  directories: ReadonlySet<string>,
): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  for (const directory of directories) {
    const key = textKey(directory);
    const [row] = await manager.query<{ id: number }[]>(
      'SELECT id FROM source WHERE collection_id = ? AND directory_key = ?',
      [collectionId, key],
    );
    const id = row ? Number(row.id) : await reserve(manager, 'other', 1);
    if (!row) {
      await manager.query('INSERT INTO source (id, collection_id, directory, directory_key) VALUES (?, ?, ?, ?)', [
        id,
        collectionId,
        directory,
        key,
      ]);
    }
    ids.set(directory, id);
  }
  return ids;
}

async function changeTotals(
  manager: EntityManager,
  collectionId: number,
  { count, bytes }: { count: number; bytes: number },
): Promise<void> {
  if (count === 0 && bytes === 0) return;
  await manager.query('UPDATE collection SET image_count = image_count + ?, size_bytes = size_bytes + ? WHERE id = ?', [
    count,
    bytes,
    collectionId,
  ]);
}

function sizeOf(rows: readonly Sized[]): number {
  return rows.reduce((sum, row) => sum + Number(row.size_bytes), 0);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
