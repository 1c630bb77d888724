import {
  ConflictError,
  NotFoundError,
  type Collection,
  type Collections,
  type EmbeddingSpace,
  type NewSpace,
} from '@wentu/domain';
import { IsNull, Not } from 'typeorm';
import {
  collectionQuery,
  findLive,
  liveCollection,
  spaceFor,
  spacesOf,
  toCollection,
  type RawCollection,
} from './collection-rows';
import type { Database } from './database';
import { lockRow } from './dialect';
import { CollectionEntity, CollectionSpaceEntity, SourceEntity } from './entities/collection.entity';
import { EmbeddingEntity, ImageEntity, LooseOriginalEntity } from './entities/image.entity';
import { LoadJobEntity } from './entities/load-job.entity';
import { reserve } from './ids';
import { removeImages } from './image-changes';
import { cancelAll, giveCollection, UNFINISHED } from './job-changes';
import { textKey } from './keys';
import { checkCollectionName } from './text-limits';

/** Rows removed per transaction, so that a drop blocks others only for a short time. */
const REMOVE_SLICE = 500;

/** Collections and their spaces. */
export class TypeOrmCollections implements Collections {
  constructor(private readonly database: Database) {}

  async list(): Promise<Collection[]> {
    return await this.selectAll('c.liveNameKey IS NOT NULL', 'c.name');
  }

  async find(name: string): Promise<Collection | null> {
    const where = 'WHERE c.live_name_key = ?';
    const [row] = await this.database.select<RawCollection>(collectionQuery, where, [textKey(name)]);
    return row ? toCollection(row) : null;
  }

  async findById(id: number): Promise<Collection | null> {
    return await this.database.read((manager) => findLive(manager, id));
  }

  async listDropping(): Promise<Collection[]> {
    return await this.selectAll('c.liveNameKey IS NULL', 'c.id');
  }

  async listSpaces(collectionId: number): Promise<EmbeddingSpace[]> {
    return await this.database.read((manager) => spacesOf(manager, collectionId));
  }

  async create({ name, ...wanted }: { readonly name: string } & NewSpace): Promise<Collection> {
    checkCollectionName(name);
    return await this.database.transaction(async (manager) => {
      const liveNameKey = textKey(name);
      // Reserve first, because it takes a lock: the second of two calls with the same name then sees the row of the
      // first.
      const id = await reserve(manager, 'other', 1);
      const collections = manager.getRepository(CollectionEntity);
      if (await collections.existsBy({ liveNameKey })) throw nameIsTaken(name);
      const activeSpace = await spaceFor(manager, wanted);
      const createdAt = Date.now();
      const totals = { imageCount: 0, sizeBytes: 0 };
      await collections.insert({ id, name, liveNameKey, activeSpaceId: activeSpace.id, ...totals, createdAt });
      await manager.insert(CollectionSpaceEntity, { collectionId: id, spaceId: activeSpace.id });
      await giveCollection(manager, liveNameKey, id);
      return { id, name, activeSpace, ...totals, createdAt: new Date(createdAt) };
    });
  }

  async addSpace(collectionId: number, wanted: NewSpace): Promise<EmbeddingSpace> {
    return await this.database.transaction(async (manager) => {
      await lockRow(manager, 'SELECT id FROM collection WHERE id = ?', [collectionId]);
      // Reserve first, because it takes a lock: a space is then created only once.
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

  async rename(collectionId: number, name: string): Promise<Collection | null> {
    checkCollectionName(name);
    return await this.database.transaction(async (manager) => {
      const liveNameKey = textKey(name);
      // Reserve first, because it takes a lock: meanwhile no collection or job is created.
      await reserve(manager, 'other', 1);
      const collections = manager.getRepository(CollectionEntity);
      const row = await findLive(manager, collectionId);
      if (!row) return null;
      if (row.name === name) return row;
      if (await collections.existsBy({ liveNameKey })) throw nameIsTaken(name);
      const jobs = manager.getRepository(LoadJobEntity);
      if (await jobs.existsBy({ collectionKey: liveNameKey, collectionId: IsNull(), status: UNFINISHED })) {
        throw new ConflictError(
          `an unfinished load will create a collection ${JSON.stringify(name)}; wait until it has ended, cancel it, or choose another name`,
        );
      }
      const isLive = { id: collectionId, liveNameKey: Not(IsNull()) };
      const { affected } = await collections.update(isLive, { name, liveNameKey });
      if (affected === 0) return null;
      await jobs.update({ collectionId }, { collection: name, collectionKey: liveNameKey });
      return { ...row, name };
    });
  }

  async markDropping(collectionId: number): Promise<void> {
    await this.database.transaction(async (manager) => {
      // Reserve first, because it takes a lock: a load queued meanwhile is cancelled, or belongs to the next collection
      // of this name.
      await reserve(manager, 'other', 1);
      await manager.update(CollectionEntity, { id: collectionId }, { liveNameKey: null });
      await cancelAll(manager, { collectionId });
    });
  }

  async removeImages(collectionId: number): Promise<void> {
    for (;;) {
      const rows = await this.database.read((manager) =>
        manager.find(ImageEntity, { select: { id: true }, where: { collectionId }, take: REMOVE_SLICE }),
      );
      if (rows.length === 0) break;
      const ids = rows.map(({ id }) => id);
      await this.database.transaction((manager) => removeImages(manager, ids));
    }
  }

  async remove(collectionId: number): Promise<void> {
    await this.database.transaction(async (manager) => {
      await lockRow(manager, 'SELECT id FROM collection WHERE id = ?', [collectionId]);
      for (const entity of [ImageEntity, LooseOriginalEntity]) {
        if (!(await manager.getRepository<ImageEntity | LooseOriginalEntity>(entity).existsBy({ collectionId })))
          continue;
        throw new ConflictError(`collection ${collectionId} has images or originals; remove them first`);
      }
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

function nameIsTaken(name: string): ConflictError {
  return new ConflictError(`collection ${JSON.stringify(name)} exists already; choose another name`);
}
