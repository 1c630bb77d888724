import {
  ConflictError,
  NotFoundError,
  sentence,
  type Collection,
  type Collections,
  type CollectionSpace,
  type EmbeddingSpace,
  type NewSpace,
  type SpaceSwitch,
} from '@wentu/domain';
import { IsNull, Not, type EntityManager } from 'typeorm';
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
import { AttributeNameEntity } from './entities/image-attribute.entity';
import { ImageEntity, LooseOriginalEntity } from './entities/image.entity';
import { WordPostingEntity } from './entities/image-words.entity';
import { KeptOutEntity } from './entities/kept-out.entity';
import { LoadJobEntity } from './entities/load-job.entity';
import { reserve } from './ids';
import { countLacking, isPendingLacking, removeEmbeddings } from './embedding-changes';
import { lockCollection, removeImages } from './image-changes';
import { cancelAll, checkHolds, checkNotReencoding, giveCollection, UNFINISHED } from './job-changes';
import { removeSliceOfKeptOut } from './kept-out-changes';
import { removeSliceOfPostings } from './word-changes';
import { textKey } from './keys';
import { checkCollectionName } from './text-limits';

/** Rows removed per transaction, so that a drop blocks others only for a short time. */
const REMOVE_SLICE = 500;
const REMOVE_POSTINGS = 5_000;

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

  async listSpaces(collectionId: number): Promise<CollectionSpace[]> {
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

  async activateSpace(
    collectionId: number,
    spaceId: number,
    { jobId, owner, maxHidden }: SpaceSwitch,
  ): Promise<Collection> {
    return await this.database.transaction(async (manager) => {
      await checkHolds(manager, jobId, owner);
      await lockRow(manager, 'SELECT id FROM collection WHERE id = ?', [collectionId]);
      const { name, activeSpace } = await liveCollection(manager, collectionId);
      // An earlier call was committed, but its reply was lost.
      if (activeSpace.id === spaceId) return await liveCollection(manager, collectionId);
      if (!(await manager.getRepository(CollectionSpaceEntity).existsBy({ collectionId, spaceId }))) {
        throw new NotFoundError(
          `collection ${JSON.stringify(name)} has no space ${spaceId}; add it, and embed the images in it`,
        );
      }
      const lacking = await countLacking(manager, collectionId, spaceId);
      if (lacking > maxHidden || (await isPendingLacking(manager, collectionId, spaceId))) {
        throw new ConflictError(
          `${lacking} images of collection ${JSON.stringify(name)} have no embedding in space ${spaceId}, or a load writes into it; embed all of them before it is activated`,
        );
      }
      await manager.update(CollectionEntity, { id: collectionId }, { activeSpaceId: spaceId });
      return await liveCollection(manager, collectionId);
    });
  }

  async emptySpace(collectionId: number, spaceId: number): Promise<void> {
    while (await this.changeKept(collectionId, spaceId, (manager) => removeEmbeddings(manager, collectionId, spaceId)));
  }

  async removeSpace(collectionId: number, spaceId: number): Promise<void> {
    const remove = async (manager: EntityManager): Promise<boolean> => {
      if (await removeEmbeddings(manager, collectionId, spaceId)) return true;
      await manager.delete(CollectionSpaceEntity, { collectionId, spaceId });
      return false;
    };
    while (await this.changeKept(collectionId, spaceId, remove));
  }

  /** One transaction that changes a space which is neither active nor the target of a re-encoding. */
  private async changeKept<T>(
    collectionId: number,
    spaceId: number,
    change: (manager: EntityManager) => Promise<T>,
  ): Promise<T> {
    return await this.database.transaction(async (manager) => {
      await lockCollection(manager, collectionId);
      const { name, activeSpace } = await liveCollection(manager, collectionId);
      if (activeSpace.id === spaceId) {
        throw new ConflictError(sentence('MODEL_IN_USE', { collection: name, model: activeSpace.model }));
      }
      await checkNotReencoding(manager, collectionId);
      return await change(manager);
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
        throw new ConflictError(sentence('COLLECTION_COMING', { collection: name }));
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
    // First, because the words of each image would be taken out of them one by one.
    while (await this.database.transaction((manager) => removeSliceOfPostings(manager, collectionId, REMOVE_POSTINGS)));
    for (;;) {
      const rows = await this.database.read((manager) =>
        manager.find(ImageEntity, { select: { id: true }, where: { collectionId }, take: REMOVE_SLICE }),
      );
      if (rows.length === 0) break;
      const ids = rows.map(({ id }) => id);
      await this.database.transaction((manager) => removeImages(manager, ids));
    }
    while (await this.database.transaction((manager) => removeSliceOfKeptOut(manager, collectionId, REMOVE_SLICE)));
  }

  async remove(collectionId: number): Promise<void> {
    await this.database.transaction(async (manager) => {
      await lockRow(manager, 'SELECT id FROM collection WHERE id = ?', [collectionId]);
      for (const entity of [ImageEntity, LooseOriginalEntity]) {
        if (!(await manager.getRepository<ImageEntity | LooseOriginalEntity>(entity).existsBy({ collectionId })))
          continue;
        throw new ConflictError(`collection ${collectionId} has images or originals; remove them first`);
      }
      await manager.delete(KeptOutEntity, { collectionId });
      await manager.delete(WordPostingEntity, { collectionId });
      await manager.delete(AttributeNameEntity, { collectionId });
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
  return new ConflictError(sentence('COLLECTION_EXISTS', { collection: name }));
}
