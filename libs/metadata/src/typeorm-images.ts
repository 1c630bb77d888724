import type {
  EmbeddedImage,
  EmbeddingPage,
  ImageRow,
  Images,
  ImageState,
  KnownVersion,
  KnownVersions,
  NewEmbedding,
  NewImage,
  Original,
  PlacedImage,
  Settlement,
  SourceFolder,
} from '@wentu/domain';
import { In, Not, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import { LIST_SLICE, placeholders, slices, type Database } from './database';
import { insertRows, isDuplicate, selectIds } from './dialect';
import { fromPage } from './embedding-bytes';
import { toBytes } from './entities/columns';
import { SourceEntity } from './entities/collection.entity';
import { EmbeddingEntity, ImageEntity } from './entities/image.entity';
import {
  asBuffer,
  changeTotals,
  checkEmbeddings,
  lockCollection,
  makeReady,
  removeImages,
  removePending,
  sizeOf,
  sourceIds,
  takeOriginals,
} from './image-changes';
import {
  columnsOf,
  EMBEDDING_COLUMNS,
  embeddedQuery,
  imageQuery,
  INSERT_COLUMNS,
  inSpace,
  toEmbedded,
  toEmbeddingValues,
  toPlaced,
  toReference,
  toRow,
  toValues,
  withVector,
  type RawEmbeddedImage,
  type RawImage,
  type RawPlacedImage,
  type StateRow,
} from './image-rows';
import { textKey } from './keys';
import { checkDirectory, checkImageId } from './text-limits';

const BLOB_COLUMNS = ['image_row_id', 'data'];

type ImageQuery = (manager: EntityManager) => SelectQueryBuilder<ImageEntity>;

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

  async listSources(collectionId: number): Promise<SourceFolder[]> {
    const sources = await this.database.read((manager) =>
      manager.getRepository(SourceEntity).find({ where: { collectionId }, order: { id: 'ASC' } }),
    );
    return sources.map(({ id, directory, devices }) => ({
      id,
      directory,
      devices: new Map(Object.entries(JSON.parse(devices ?? '{}') as Record<string, string>)),
    }));
  }

  async pageSource(sourceId: number, afterId: number, limit: number): Promise<PlacedImage[]> {
    const rows = await this.database.read((manager) =>
      columnsOf(manager, ['id', 'path', 'modifiedAtMs', 'keptWithoutFile'])
        .where("i.sourceId = :sourceId AND i.state = 'READY' AND i.id > :afterId", { sourceId, afterId })
        .orderBy('i.id')
        .limit(limit)
        .getRawMany<RawPlacedImage>(),
    );
    return rows.map(toPlaced);
  }

  async pageEmbeddings(collectionId: number, spaceId: number, afterId: number, limit: number): Promise<EmbeddingPage> {
    const query: ImageQuery = (manager) => withVector(columnsOf(manager, ['id']), spaceId);
    const rows = await this.selectPage<Pick<RawEmbeddedImage, 'id' | 'vector'>>(
      query,
      collectionId,
      'READY',
      afterId,
      limit,
    );
    return { ids: rows.map((row) => Number(row.id)), vectors: fromPage(rows.map((row) => toBytes(row.vector))) };
  }

  async pageEmbeddedIds(collectionId: number, spaceId: number, afterId: number, limit: number): Promise<number[]> {
    const query: ImageQuery = (manager) => inSpace(columnsOf(manager, ['id']), spaceId);
    return await this.pageIds(query, collectionId, 'READY', afterId, limit);
  }

  async pageIdsInState(collectionId: number, state: ImageState, afterId: number, limit: number): Promise<number[]> {
    return await this.pageIds((manager) => columnsOf(manager, ['id']), collectionId, state, afterId, limit);
  }

  async settlement(collectionId: number): Promise<Settlement> {
    const sql = `SELECT
      (SELECT COUNT(*) FROM image WHERE collection_id = ? AND state IN ('PENDING', 'TOMBSTONE')) AS unsettled,
      (SELECT MAX(id) FROM image WHERE collection_id = ? AND state = 'READY') AS newest`;
    const [row] = await this.database.query<Record<'unsettled' | 'newest', number | null>>(sql, [
      collectionId,
      collectionId,
    ]);
    return { unsettled: Number(row?.unsettled ?? 0), newestId: Number(row?.newest ?? 0) };
  }

  async findVersions(
    collectionId: number,
    spaceId: number,
    wanted: { readonly locations: readonly string[]; readonly imageIds: readonly string[] },
  ): Promise<KnownVersions> {
    const byLocation = await this.selectVersions('locationKey', collectionId, spaceId, wanted.locations);
    const byImageId = await this.selectVersions('liveKey', collectionId, spaceId, wanted.imageIds);
    return { byLocation, byImageId };
  }

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
      await takeOriginals(manager, images);
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
      // An earlier call was committed, but its reply was lost.
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
      // In ascending order of id, so that of two versions of one image the later one stays.
      const ascending = [...new Set(ids)].sort((a, b) => a - b);
      for (const slice of slices(ascending, LIST_SLICE)) {
        const pending = await manager.find(ImageEntity, {
          select: { id: true, imageKey: true, sizeBytes: true },
          where: { collectionId, state: 'PENDING', id: In([...slice]) },
          order: { id: 'ASC' },
        });
        const replaced = await makeReady(manager, collectionId, pending);
        tombstoned.push(...replaced.map(({ id }) => id));
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
        const ready = { id, collectionId, state: 'READY' } as const;
        const locationKey = location === null ? null : textKey(location);
        const sourceId = sources.get(source) as number;
        await manager.update(ImageEntity, ready, { sourceId, locationKey, path, modifiedAtMs, keptWithoutFile: 0 });
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
        const where = { collectionId, state: 'READY', id: In([...slice]) } as const;
        const ready = await manager.find(ImageEntity, { select: { id: true, sizeBytes: true }, where });
        await manager.update(ImageEntity, where, { state: 'TOMBSTONE', liveKey: null });
        done.push(...ready.map(({ id }) => id));
        change.count -= ready.length;
        change.bytes -= sizeOf(ready);
      }
      await changeTotals(manager, collectionId, change);
      return done;
    });
  }

  async removeRows(collectionId: number, ids: readonly number[]): Promise<number[]> {
    const loose: number[] = [];
    for (const slice of slices(ids, LIST_SLICE)) {
      const removed = await this.database.transaction(async (manager) => {
        await lockCollection(manager, collectionId);
        const where = { collectionId, state: Not<ImageState>('READY'), id: In([...slice]) };
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

  private async selectVersions(
    key: 'locationKey' | 'liveKey',
    collectionId: number,
    spaceId: number,
    texts: readonly string[],
  ): Promise<Map<string, KnownVersion>> {
    type Row = RawPlacedImage &
      Record<'imageId' | 'directory' | 'wantedKey', string> &
      Record<'locationKey' | 'fingerprint', string | null>;
    const textOf = new Map(texts.map((text) => [textKey(text), text]));
    const found = new Map<string, KnownVersion>();
    for (const keys of slices([...textOf.keys()], LIST_SLICE)) {
      const rows = await this.database.read((manager) =>
        columnsOf(manager, ['id', 'imageId', 'path', 'modifiedAtMs', 'keptWithoutFile', 'locationKey'])
          .addSelect(`i.${key}`, 'wantedKey')
          .addSelect('s.directory', 'directory')
          .addSelect('e.fingerprint', 'fingerprint')
          .innerJoin(SourceEntity, 's', 's.id = i.sourceId')
          .leftJoin(EmbeddingEntity, 'e', 'e.imageRowId = i.id AND e.spaceId = :spaceId', { spaceId })
          .where(`i.collectionId = :collectionId AND i.state = 'READY' AND i.${key} IN (:...keys)`, {
            collectionId,
            keys,
          })
          .getRawMany<Row>(),
      );
      for (const row of rows) {
        found.set(textOf.get(row.wantedKey) as string, {
          ...toPlaced(row),
          imageId: row.imageId,
          fingerprint: row.fingerprint,
          source: row.directory,
          hasLocation: row.locationKey !== null,
        });
      }
    }
    return found;
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

  private async selectPage<Row>(...page: Page): Promise<Row[]> {
    return await this.database.read((manager) => pageOf(manager, ...page).getRawMany<Row>());
  }

  private async pageIds(...page: Page): Promise<number[]> {
    return await this.database.read((manager) => selectIds(manager, pageOf(manager, ...page)));
  }
}

type Page = [query: ImageQuery, collectionId: number, state: ImageState, afterId: number, limit: number];

function pageOf(manager: EntityManager, ...[query, collectionId, state, afterId, limit]: Page): ReturnType<ImageQuery> {
  return query(manager)
    .where('i.collectionId = :collectionId AND i.state = :state AND i.id > :afterId', { collectionId, state, afterId })
    .orderBy('i.id')
    .limit(limit);
}
