import type {
  EmbeddedImage,
  EmbeddingPage,
  ImageRow,
  ImageState,
  KnownVersion,
  KnownVersions,
  PlacedImage,
  Settlement,
  SourceFolder,
} from '@wentu/domain';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { CollectionStore } from './collection-store';
import { LIST_SLICE, placeholders, slices } from './database';
import { maxBlobBytes } from './dialect';
import { fromPage } from './embedding-bytes';
import { toBytes } from './entities/columns';
import { SourceEntity } from './entities/collection.entity';
import { EmbeddingEntity, ImageDataEntity, ImagePreviewEntity, type ImageEntity } from './entities/image.entity';
import {
  columnsOf,
  embeddedQuery,
  imageQuery,
  inSpace,
  toEmbedded,
  toPlaced,
  toRow,
  withVector,
  type RawEmbeddedImage,
  type RawImage,
  type RawPlacedImage,
  type StateRow,
} from './image-rows';
import { textKey } from './keys';

type ImageQuery = (manager: EntityManager) => SelectQueryBuilder<ImageEntity>;

/** Image versions, their embeddings, previews and copied originals, as they are read. */
export class ImageReader extends CollectionStore {
  async findImage(collectionId: number, imageId: string): Promise<ImageRow | null> {
    const [row] = await this.findImages(collectionId, [imageId]);
    return row ?? null;
  }

  async findImages(collectionId: number, imageIds: readonly string[]): Promise<ImageRow[]> {
    return (await this.selectByKey<RawImage>(imageQuery, collectionId, imageIds)).map(toRow);
  }

  async findEmbedded(collectionId: number, spaceId: number, imageIds: readonly string[]): Promise<EmbeddedImage[]> {
    const query: ImageQuery = (manager) => withVector(imageQuery(manager), spaceId);
    return (await this.selectByKey<RawEmbeddedImage>(query, collectionId, imageIds)).map(toEmbedded);
  }

  async getImages(ids: readonly number[]): Promise<ImageRow[]> {
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

  async pageImages(collectionId: number, afterId: number, limit: number): Promise<ImageRow[]> {
    return (await this.page<RawImage>(imageQuery, collectionId, 'READY', afterId, limit)).map(toRow);
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
    const rows = await this.page<Pick<RawEmbeddedImage, 'id' | 'vector'>>(query, collectionId, 'READY', afterId, limit);
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

  async readOriginal(id: number): Promise<Uint8Array | null> {
    return await this.readBlob(ImageDataEntity, id);
  }

  async readPreview(id: number): Promise<Uint8Array | null> {
    return await this.readBlob(ImagePreviewEntity, id);
  }

  async maxOriginalBytes(): Promise<number> {
    return await this.database.read(maxBlobBytes);
  }

  /** READY versions of these ids, by the short key that every database compares the same way. */
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

  private async page<Row>(
    query: ImageQuery,
    collectionId: number,
    state: ImageState,
    afterId: number,
    limit: number,
  ): Promise<Row[]> {
    return await this.database.read((manager) =>
      query(manager)
        .where('i.collectionId = :collectionId AND i.state = :state AND i.id > :afterId', {
          collectionId,
          state,
          afterId,
        })
        .orderBy('i.id')
        .limit(limit)
        .getRawMany<Row>(),
    );
  }

  private async pageIds(...args: Parameters<ImageReader['page']>): Promise<number[]> {
    return (await this.page<{ id: number | string }>(...args)).map(({ id }) => Number(id));
  }

  private async readBlob(
    entity: typeof ImageDataEntity | typeof ImagePreviewEntity,
    imageRowId: number,
  ): Promise<Uint8Array | null> {
    const row = await this.database.read((manager) => manager.getRepository(entity).findOneBy({ imageRowId }));
    return row && row.data;
  }
}
