import type {
  EmbeddingPage,
  ImageRow,
  ImageRowWithEmbedding,
  ImageState,
  KnownVersion,
  Settlement,
} from '@wentu/domain';
import { CollectionStore } from './collection-store';
import { LIST_SLICE, placeholders, slices } from './database';
import { maxBlobBytes } from './dialect';
import { fromPage } from './embedding-bytes';
import { toBytes } from './entities/columns';
import { COLUMNS, toOriginal, toRow, toRowWithEmbedding, type ImageSqlRow, type WithEmbedding } from './image-rows';
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

  async pageSource(collectionId: number, source: string, afterId: number, limit: number): Promise<ImageRow[]> {
    const sql =
      `SELECT ${COLUMNS} FROM image i JOIN source s ON s.id = i.source_id ` +
      "WHERE s.collection_id = ? AND s.directory_key = ? AND i.state = 'READY' AND i.id > ? ORDER BY i.id LIMIT ?";
    return (await this.database.query<ImageSqlRow>(sql, [collectionId, textKey(source), afterId, limit])).map(toRow);
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

  async findVersions(collectionId: number, imageIds: readonly string[]): Promise<Map<string, KnownVersion>> {
    type Row = Pick<ImageSqlRow, 'id' | 'image_id' | 'path' | 'modified_at_ms'> & {
      fingerprint: string;
      directory: string;
    };
    const versions = await this.selectByKey<Row, [string, KnownVersion]>(
      'i.id, i.image_id, i.fingerprint, i.path, i.modified_at_ms, s.directory',
      collectionId,
      imageIds,
      (row) => [
        row.image_id,
        { id: Number(row.id), fingerprint: row.fingerprint, source: row.directory, original: toOriginal(row) },
      ],
      'JOIN source s ON s.id = i.source_id',
    );
    return new Map(versions);
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
    join = '',
  ): Promise<Result[]> {
    const found: Result[] = [];
    for (const slice of slices([...new Set(imageIds)], LIST_SLICE)) {
      const sql = `SELECT ${columns} FROM image i ${join} WHERE i.collection_id = ? AND i.live_key IN ${placeholders(slice.length)}`;
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
