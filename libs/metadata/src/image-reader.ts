import type {
  EmbeddingPage,
  ImageRow,
  ImageRowWithEmbedding,
  ImageState,
  KnownVersion,
  KnownVersions,
  PlacedImage,
  Settlement,
  SourceFolder,
} from '@wentu/domain';
import { CollectionStore } from './collection-store';
import { LIST_SLICE, placeholders, slices } from './database';
import { maxBlobBytes } from './dialect';
import { fromPage } from './embedding-bytes';
import { toBytes } from './entities/columns';
import {
  COLUMNS,
  toPlaced,
  toRow,
  toRowWithEmbedding,
  type ImageSqlRow,
  type PlacedSqlRow,
  type WithEmbedding,
} from './image-rows';
import { textKey } from './keys';

/** Image versions, their embeddings, previews and copied originals, as they are read. */
export class ImageReader extends CollectionStore {
  async findImage(collectionId: number, imageId: string): Promise<ImageRow | null> {
    const [row] = await this.findImages(collectionId, [imageId]);
    return row ?? null;
  }

  async findImages(collectionId: number, imageIds: readonly string[]): Promise<ImageRowWithEmbedding[]> {
    return await this.selectByKey<WithEmbedding, ImageRowWithEmbedding>(
      `${COLUMNS}, i.embedding`,
      collectionId,
      imageIds,
      toRowWithEmbedding,
    );
  }

  async getImages(ids: readonly number[]): Promise<ImageRowWithEmbedding[]> {
    const found: ImageRowWithEmbedding[] = [];
    for (const slice of slices([...new Set(ids)], LIST_SLICE)) {
      const sql = `SELECT ${COLUMNS}, i.embedding FROM image i WHERE i.id IN ${placeholders(slice.length)}`;
      for (const row of await this.database.query<WithEmbedding>(sql, slice)) found.push(toRowWithEmbedding(row));
    }
    return found;
  }

  async getStates(ids: readonly number[]): Promise<Map<number, ImageState>> {
    const states = new Map<number, ImageState>();
    for (const slice of slices([...new Set(ids)], LIST_SLICE)) {
      const sql = `SELECT id, state FROM image WHERE id IN ${placeholders(slice.length)}`;
      for (const { id, state } of await this.database.query<{ id: number; state: ImageState }>(sql, slice))
        states.set(Number(id), state);
    }
    return states;
  }

  async pageImages(collectionId: number, afterId: number, limit: number): Promise<ImageRow[]> {
    const sql = `SELECT ${COLUMNS} FROM image i WHERE i.collection_id = ? AND i.state = 'READY' AND i.id > ? ORDER BY i.id LIMIT ?`;
    return (await this.database.query<ImageSqlRow>(sql, [collectionId, afterId, limit])).map(toRow);
  }

  async listSources(collectionId: number): Promise<SourceFolder[]> {
    const sql = 'SELECT id, directory, devices FROM source WHERE collection_id = ? ORDER BY id';
    type Row = { id: number; directory: string; devices: string | null };
    return (await this.database.query<Row>(sql, [collectionId])).map(({ id, directory, devices }) => ({
      id: Number(id),
      directory,
      devices: new Map(Object.entries(JSON.parse(devices ?? '{}') as Record<string, string>)),
    }));
  }

  async pageSource(sourceId: number, afterId: number, limit: number): Promise<PlacedImage[]> {
    const sql =
      "SELECT id, path, modified_at_ms, kept_without_file FROM image WHERE source_id = ? AND state = 'READY' AND id > ? ORDER BY id LIMIT ?";
    return (await this.database.query<PlacedSqlRow>(sql, [sourceId, afterId, limit])).map(toPlaced);
  }

  async pageEmbeddings(collectionId: number, afterId: number, limit: number): Promise<EmbeddingPage> {
    const sql =
      "SELECT id, embedding FROM image WHERE collection_id = ? AND state = 'READY' AND id > ? ORDER BY id LIMIT ?";
    const rows = await this.database.query<{ id: number; embedding: ArrayBuffer | Uint8Array }>(sql, [
      collectionId,
      afterId,
      limit,
    ]);
    return { ids: rows.map((row) => Number(row.id)), vectors: fromPage(rows.map((row) => toBytes(row.embedding))) };
  }

  async pageIdsInState(collectionId: number, state: ImageState, afterId: number, limit: number): Promise<number[]> {
    const sql = 'SELECT id FROM image WHERE collection_id = ? AND state = ? AND id > ? ORDER BY id LIMIT ?';
    return (await this.database.query<{ id: number }>(sql, [collectionId, state, afterId, limit])).map((row) =>
      Number(row.id),
    );
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
    wanted: { readonly locations: readonly string[]; readonly imageIds: readonly string[] },
  ): Promise<KnownVersions> {
    const byLocation = await this.selectVersions('location_key', collectionId, wanted.locations);
    const byImageId = await this.selectVersions('live_key', collectionId, wanted.imageIds);
    return { byLocation, byImageId };
  }

  private async selectVersions(
    column: 'location_key' | 'live_key',
    collectionId: number,
    texts: readonly string[],
  ): Promise<Map<string, KnownVersion>> {
    type Row = PlacedSqlRow &
      Record<'image_id' | 'fingerprint' | 'directory' | 'wanted_key', string> & { location_key: string | null };
    const textOf = new Map(texts.map((text) => [textKey(text), text]));
    const found = new Map<string, KnownVersion>();
    for (const keys of slices([...textOf.keys()], LIST_SLICE)) {
      const sql =
        `SELECT i.id, i.image_id, i.fingerprint, i.path, i.modified_at_ms, i.kept_without_file, i.location_key, i.${column} AS wanted_key, s.directory ` +
        `FROM image i JOIN source s ON s.id = i.source_id WHERE i.collection_id = ? AND i.state = 'READY' AND i.${column} IN ${placeholders(keys.length)}`;
      for (const row of await this.database.query<Row>(sql, [collectionId, ...keys])) {
        found.set(textOf.get(row.wanted_key) as string, {
          ...toPlaced(row),
          imageId: row.image_id,
          fingerprint: row.fingerprint,
          source: row.directory,
          hasLocation: row.location_key !== null,
        });
      }
    }
    return found;
  }

  async readOriginal(id: number): Promise<Uint8Array | null> {
    return await this.readBlob('image_data', id);
  }

  async readPreview(id: number): Promise<Uint8Array | null> {
    return await this.readBlob('image_preview', id);
  }

  async maxOriginalBytes(): Promise<number> {
    return await this.database.read(maxBlobBytes);
  }

  /** READY versions of these ids, by the short key that every database compares the same way. */
  private async selectByKey<Row, Result>(
    columns: string,
    collectionId: number,
    imageIds: readonly string[],
    map: (row: Row) => Result,
  ): Promise<Result[]> {
    const found: Result[] = [];
    for (const slice of slices([...new Set(imageIds)], LIST_SLICE)) {
      const sql = `SELECT ${columns} FROM image i WHERE i.collection_id = ? AND i.live_key IN ${placeholders(slice.length)}`;
      for (const row of await this.database.query<Row>(sql, [collectionId, ...slice.map(textKey)]))
        found.push(map(row));
    }
    return found;
  }

  private async readBlob(table: 'image_data' | 'image_preview', id: number): Promise<Uint8Array | null> {
    const [row] = await this.database.query<{ data: ArrayBuffer | Uint8Array }>(
      `SELECT data FROM ${table} WHERE image_row_id = ?`,
      [id],
    );
    return row ? toBytes(row.data) : null;
  }
}
