import {
  type AddedEmbedding,
  type AttributePage,
  type Contents,
  type EmbeddedImage,
  type EmbeddingPage,
  type ImageContent,
  type ImageMove,
  type ImageFilter,
  type ImageList,
  type ImageRow,
  type Images,
  type ImageState,
  type KnownVersion,
  type KnownVersions,
  type ListPlace,
  type NewEmbedding,
  type NewFacts,
  type NewImage,
  type OwnAttributes,
  type PlacedImage,
  type Settlement,
  type SourceFolder,
} from '@wentu/domain';
import { Not, type EntityManager } from 'typeorm';
import { among } from './among';
import { LIST_SLICE, placeholders, slices, type Database } from './database';
import { isDuplicate, selectIds } from './dialect';
import { fromPage } from './embedding-bytes';
import { toBytes } from './entities/columns';
import { SourceEntity } from './entities/collection.entity';
import { ImageEntity } from './entities/image.entity';
import { addEmbeddings } from './embedding-changes';
import { countWithoutFacts, pageWithoutFacts, setFacts } from './fact-rows';
import {
  changeSpaceTotals,
  changeTotals,
  lockCollection,
  makeReady,
  relocateRows,
  removeImages,
  removePending,
  sizeOf,
  sourceIds,
  tombstoneRows,
} from './image-changes';
import {
  ATTRIBUTES,
  columnsOf,
  embeddedQuery,
  imageQuery,
  inSpace,
  pageOf,
  toAttributes,
  toEmbedded,
  toRow,
  withVector,
  type ImageQuery,
  type RawAttributes,
  type RawEmbeddedImage,
  type RawImage,
  type RowPage,
  type StateRow,
} from './image-rows';
import { keptOutAmong } from './kept-out-changes';
import { selectVersions } from './known-versions';
import { textKey } from './keys';
import { countBefore, listImages, pageAttributes, placeAt, readyMatching } from './list-rows';
import { insertPendingRows } from './pending-rows';
import { findContents, findSource, listSources, pageSource } from './source-rows';
import { readContents, readSettlement } from './settlement';
import { checkDirectory, checkImageId } from './text-limits';

const rowId = ({ id }: { readonly id: number }): number => id;

/** Image versions, their embeddings and their source folders. It also writes their previews. */
export class TypeOrmImages implements Images {
  constructor(private readonly database: Database) {}

  async find(collectionId: number, imageId: string): Promise<ImageRow | null> {
    const [row] = await this.findAll(collectionId, [imageId]);
    return row ?? null;
  }

  async findAll(collectionId: number, imageIds: readonly string[]): Promise<ImageRow[]> {
    return (await this.selectByKey<RawImage>(imageQuery, collectionId, imageIds)).map(toRow);
  }

  async findEmbedded(collectionId: number, spaceId: number, imageIds: readonly string[]): Promise<EmbeddedImage[]> {
    const query: ImageQuery = (manager) => withVector(imageQuery(manager), spaceId);
    return (await this.selectByKey<RawEmbeddedImage>(query, collectionId, imageIds)).map(toEmbedded);
  }

  async get(ids: readonly number[]): Promise<ImageRow[]> {
    return (await this.selectById<RawImage>(imageQuery, ids)).map(toRow);
  }

  async getEmbedded(spaceId: number, ids: readonly number[]): Promise<EmbeddedImage[]> {
    const found: EmbeddedImage[] = [];
    for (const slice of slices([...new Set(ids)], LIST_SLICE)) {
      const where = `WHERE i.id IN ${placeholders(slice.length)}`;
      for (const row of await this.database.select<RawEmbeddedImage>(embeddedQuery, where, [spaceId, ...slice]))
        found.push(toEmbedded(row));
    }
    return found;
  }

  async getStates(ids: readonly number[]): Promise<Map<number, ImageState>> {
    const rows = await this.selectById<StateRow>((manager) => columnsOf(manager, ['id', 'state']), ids);
    return new Map(rows.map(({ id, state }) => [Number(id), state]));
  }

  async page(collectionId: number, afterId: number, limit: number): Promise<ImageRow[]> {
    return (await this.selectPage<RawImage>(imageQuery, collectionId, 'READY', afterId, limit)).map(toRow);
  }

  async list(collectionId: number, list: ImageList, after: ListPlace | null, limit: number): Promise<ImageRow[]> {
    return await this.database.read((manager) => listImages(manager, collectionId, list, after, limit));
  }

  async countBefore(collectionId: number, list: ImageList, place: ListPlace): Promise<number> {
    return await this.database.read((manager) => countBefore(manager, collectionId, list, place));
  }

  async placeAt(collectionId: number, list: ImageList, index: number): Promise<ListPlace | null> {
    return await this.database.read((manager) => placeAt(manager, collectionId, list, index));
  }

  async countMatching(collectionId: number, filter: ImageFilter): Promise<number> {
    return await this.database.read((manager) => readyMatching(manager, collectionId, filter).getCount());
  }

  async pageMatchingIds(collectionId: number, filter: ImageFilter, afterId: number, limit: number): Promise<number[]> {
    return await this.database.read((manager) => {
      const query = readyMatching(manager, collectionId, filter).andWhere('i.id > :afterId', { afterId });
      return selectIds(manager, query.orderBy('i.id').limit(limit));
    });
  }

  async pageAttributes(collectionId: number, afterId: number, limit: number): Promise<AttributePage> {
    return await this.database.read((manager) => pageAttributes(manager, collectionId, afterId, limit));
  }

  async listSources(collectionId: number): Promise<SourceFolder[]> {
    return await this.database.read((manager) => listSources(manager, collectionId));
  }

  async findSource(sourceId: number): Promise<SourceFolder | null> {
    return await this.database.read((manager) => findSource(manager, sourceId));
  }

  async countSource(sourceId: number): Promise<number> {
    return await this.database.read((manager) => manager.countBy(ImageEntity, { sourceId, state: 'READY' }));
  }

  async pageSource(sourceId: number, afterId: number, limit: number): Promise<PlacedImage[]> {
    return await this.database.read((manager) => pageSource(manager, sourceId, afterId, limit));
  }

  async pageEmbeddings(collectionId: number, spaceId: number, afterId: number, limit: number): Promise<EmbeddingPage> {
    const query: ImageQuery = (manager) => withVector(columnsOf(manager, ['id', ...ATTRIBUTES]), spaceId);
    type Row = RawAttributes & Pick<RawEmbeddedImage, 'vector'>;
    const rows = await this.selectPage<Row>(query, collectionId, 'READY', afterId, limit);
    return {
      ids: rows.map((row) => Number(row.id)),
      vectors: fromPage(rows.map((row) => toBytes(row.vector))),
      attributes: rows.map(toAttributes),
    };
  }

  async pageEmbeddedIds(collectionId: number, spaceId: number, afterId: number, limit: number): Promise<number[]> {
    const query: ImageQuery = (manager) => inSpace(columnsOf(manager, ['id']), spaceId);
    return await this.pageIds(query, collectionId, 'READY', afterId, limit);
  }

  async pageIdsInState(collectionId: number, state: ImageState, afterId: number, limit: number): Promise<number[]> {
    return await this.pageIds((manager) => columnsOf(manager, ['id']), collectionId, state, afterId, limit);
  }

  async settlement(collectionId: number): Promise<Settlement> {
    return await readSettlement(this.database, collectionId);
  }

  async contents(collectionId: number): Promise<Contents> {
    return await readContents(this.database, collectionId);
  }

  async countWithoutFacts(collectionId: number): Promise<number> {
    return await this.database.read((manager) => countWithoutFacts(manager, collectionId));
  }

  async pageWithoutFacts(collectionId: number, afterId: number, limit: number): Promise<ImageRow[]> {
    return await this.database.read((manager) => pageWithoutFacts(manager, collectionId, afterId, limit));
  }

  async findVersions(
    collectionId: number,
    spaceId: number,
    wanted: { readonly locations: readonly string[]; readonly imageIds: readonly string[] },
  ): Promise<KnownVersions> {
    const select = (key: 'locationKey' | 'liveKey', texts: readonly string[]): Promise<Map<string, KnownVersion>> =>
      selectVersions(this.database, key, collectionId, spaceId, texts);
    const [byLocation, byImageId] = [
      await select('locationKey', wanted.locations),
      await select('liveKey', wanted.imageIds),
    ];
    return { byLocation, byImageId };
  }

  async findContents(...wanted: Parameters<Images['findContents']>): Promise<ImageContent[]> {
    return await this.database.read((manager) => findContents(manager, ...wanted));
  }

  async insertPending(
    collectionId: number,
    images: readonly NewImage[],
    embeddings: readonly NewEmbedding[],
  ): Promise<ReadonlyMap<number, OwnAttributes>> {
    for (const { imageId, source } of images) {
      checkImageId(imageId);
      checkDirectory(source);
    }
    type Work = (manager: EntityManager) => Promise<Map<number, OwnAttributes>>;
    const insert: Work = (manager) => insertPendingRows(manager, collectionId, images, embeddings);
    const locked = async (work: Work): Promise<Map<number, OwnAttributes>> =>
      await this.database.transaction(async (manager) => {
        await lockCollection(manager, collectionId);
        return await work(manager);
      });
    try {
      return await locked(insert);
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      // An earlier call was committed, but its reply was lost.
      return await locked(async (manager) => {
        await removePending(
          manager,
          collectionId,
          images.map(({ id }) => id),
        );
        return await insert(manager);
      });
    }
  }

  async settle(collectionId: number, ids: readonly number[]): Promise<number[]> {
    return await this.database.transaction(async (manager) => {
      await lockCollection(manager, collectionId);
      const tombstoned: number[] = [];
      const change = { count: 0, bytes: 0 };
      // In ascending order of id, so that of two versions of one image the later one stays.
      const ascending = [...new Set(ids)].sort((a, b) => a - b);
      for (const slice of slices(ascending, LIST_SLICE)) {
        const found = await manager.find(ImageEntity, {
          select: { id: true, imageKey: true, sizeBytes: true, contentHash: true, locationKey: true },
          where: { collectionId, state: 'PENDING', id: among(slice) },
          order: { id: 'ASC' },
        });
        const keptOut = await keptOutAmong(manager, collectionId, found);
        if (keptOut.size > 0) await manager.update(ImageEntity, { id: among(keptOut) }, { state: 'TOMBSTONE' });
        tombstoned.push(...keptOut);
        const pending = found.filter(({ id }) => !keptOut.has(id));
        const replaced = await makeReady(manager, collectionId, pending);
        await changeSpaceTotals(manager, collectionId, pending.map(rowId), 1);
        await changeSpaceTotals(manager, collectionId, replaced.map(rowId), -1);
        tombstoned.push(...replaced.map(({ id }) => id));
        change.count += pending.length - replaced.length;
        change.bytes += sizeOf(pending) - sizeOf(replaced);
      }
      await changeTotals(manager, collectionId, change);
      return tombstoned;
    });
  }

  async setFacts(collectionId: number, facts: readonly NewFacts[]): Promise<number[]> {
    return await this.database.transaction((manager) => setFacts(manager, collectionId, facts));
  }

  async relocate(collectionId: number, moves: readonly ImageMove[]): Promise<void> {
    for (const { source, imageId } of moves) {
      checkDirectory(source);
      if (imageId !== undefined) checkImageId(imageId);
    }
    await this.database.transaction(async (manager) => {
      await lockCollection(manager, collectionId);
      await relocateRows(manager, collectionId, moves);
    });
  }

  async removeSource(sourceId: number): Promise<boolean> {
    return await this.database.transaction(async (manager) => {
      const source = await manager.getRepository(SourceEntity).findOneBy({ id: sourceId });
      if (!source) return true;
      // A write of images of the collection, which could use the source, holds the same lock.
      await lockCollection(manager, source.collectionId);
      if (await manager.existsBy(ImageEntity, { sourceId })) return false;
      await manager.delete(SourceEntity, { id: sourceId });
      return true;
    });
  }

  async keep(collectionId: number, ids: readonly number[]): Promise<number> {
    return await this.database.transaction(async (manager) => {
      await lockCollection(manager, collectionId);
      let kept = 0;
      for (const slice of slices(ids, LIST_SLICE)) {
        const change = { collectionId, state: 'READY', id: among(slice) } as const;
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
      return await tombstoneRows(manager, collectionId, ids);
    });
  }

  async removeRows(collectionId: number, ids: readonly number[]): Promise<number[]> {
    const loose: number[] = [];
    for (const slice of slices(ids, LIST_SLICE)) {
      const removed = await this.database.transaction(async (manager) => {
        await lockCollection(manager, collectionId);
        const where = { collectionId, state: Not<ImageState>('READY'), id: among(slice) };
        const rows = await manager.find(ImageEntity, { select: { id: true }, where });
        return await removeImages(
          manager,
          rows.map(({ id }) => id),
        );
      });
      loose.push(...removed);
    }
    return loose;
  }

  async addEmbeddings(collectionId: number, spaceId: number, embeddings: readonly AddedEmbedding[]): Promise<number[]> {
    return await this.database.transaction(async (manager) => {
      await lockCollection(manager, collectionId);
      return await addEmbeddings(manager, collectionId, spaceId, embeddings);
    });
  }

  /** READY versions of these imageIds, found by a hash that every database compares in the same way. */
  private async selectByKey<Row>(query: ImageQuery, collectionId: number, imageIds: readonly string[]): Promise<Row[]> {
    const found: Row[] = [];
    for (const slice of slices([...new Set(imageIds)], LIST_SLICE)) {
      const keys = slice.map(textKey);
      const rows = await this.database.read((manager) =>
        query(manager)
          .where('i.collectionId = :collectionId AND i.liveKey IN (:...keys)', { collectionId, keys })
          .getRawMany<Row>(),
      );
      found.push(...rows);
    }
    return found;
  }

  private async selectById<Row>(query: ImageQuery, ids: readonly number[]): Promise<Row[]> {
    const found: Row[] = [];
    for (const slice of slices([...new Set(ids)], LIST_SLICE)) {
      const rows = await this.database.read((manager) =>
        query(manager).where('i.id IN (:...slice)', { slice }).getRawMany<Row>(),
      );
      found.push(...rows);
    }
    return found;
  }

  private async selectPage<Row>(...page: RowPage): Promise<Row[]> {
    return await this.database.read((manager) => pageOf(manager, ...page).getRawMany<Row>());
  }

  private async pageIds(...page: RowPage): Promise<number[]> {
    return await this.database.read((manager) => selectIds(manager, pageOf(manager, ...page)));
  }
}
