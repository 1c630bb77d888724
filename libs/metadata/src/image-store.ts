import type {
  EmbeddingPage,
  ImageRow,
  ImageRowWithEmbedding,
  ImageState,
  KnownVersion,
  NewImage,
  Original,
} from '@wentu/domain';
import type { EntityManager } from 'typeorm';
import { CollectionStore, removeImages, reserve } from './collection-store';
import { LIST_SLICE, placeholders, slices } from './database';
import { fromBytes, fromPage, toEmbeddingBytes } from './embedding-bytes';
import { toBytes } from './entities/columns';
import { textKey } from './keys';

interface ImageSqlRow {
  id: number;
  collection_id: number;
  image_id: string;
  state: ImageState;
  content_hash: string;
  mime_type: string;
  width: number;
  height: number;
  size_bytes: number;
  path: string | null;
  modified_at_ms: number | null;
}
type WithEmbedding = ImageSqlRow & { embedding: ArrayBuffer | Uint8Array };

const COLUMNS =
  'i.id, i.collection_id, i.image_id, i.state, i.content_hash, i.mime_type, i.width, i.height, i.size_bytes, i.path, i.modified_at_ms';
const INSERT_COLUMNS = [
  'id', 'collection_id', 'image_id', 'image_key', 'live_key', 'state', 'content_hash', 'fingerprint', 'mime_type',
  'width', 'height', 'size_bytes', 'source_id', 'path', 'modified_at_ms', 'embedding',
]; // prettier-ignore
/** Rows of one INSERT statement. */
const INSERT_SLICE = 50;

/** Image versions, their embeddings, previews and copied originals. */
export class ImageStore extends CollectionStore {
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
    for (const slice of slices(ids, LIST_SLICE)) {
      const sql = `SELECT ${COLUMNS}, i.embedding FROM image i WHERE i.id IN ${placeholders(slice.length)}`;
      for (const row of await this.database.query<WithEmbedding>(sql, slice)) found.push(toRowWithEmbedding(row));
    }
    return found;
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

  async pageIdsInState(
    collectionId: number,
    state: 'PENDING' | 'TOMBSTONE',
    afterId: number,
    limit: number,
  ): Promise<number[]> {
    const sql = 'SELECT id FROM image WHERE collection_id = ? AND state = ? AND id > ? ORDER BY id LIMIT ?';
    return (await this.database.query<{ id: number }>(sql, [collectionId, state, afterId, limit])).map((row) =>
      Number(row.id),
    );
  }

  async countUnsettled(collectionId: number): Promise<number> {
    const sql = "SELECT COUNT(*) AS count FROM image WHERE collection_id = ? AND state IN ('PENDING', 'TOMBSTONE')";
    const [row] = await this.database.query<{ count: number }>(sql, [collectionId]);
    return Number(row?.count ?? 0);
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

  async insertPending(collectionId: number, images: readonly NewImage[]): Promise<void> {
    await this.database.transaction(async (manager) => {
      const sources = await this.sourceIds(manager, collectionId, new Set(images.map((image) => image.source)));
      for (const slice of slices(images, INSERT_SLICE)) {
        const values = slice.flatMap((image) => toValues(collectionId, sources.get(image.source) as number, image));
        const rows = slice.map(() => placeholders(INSERT_COLUMNS.length)).join(', ');
        await manager.query(`INSERT INTO image (${INSERT_COLUMNS.join(', ')}) VALUES ${rows}`, values);
      }
      for (const { id, preview, data } of images) {
        if (preview)
          await manager.query('INSERT INTO image_preview (image_row_id, data) VALUES (?, ?)', [id, asBuffer(preview)]);
        if (data)
          await manager.query('INSERT INTO image_data (image_row_id, data) VALUES (?, ?)', [id, asBuffer(data)]);
      }
    });
  }

  async settle(collectionId: number, ids: readonly number[]): Promise<number[]> {
    return await this.database.transaction(async (manager) => {
      const tombstoned: number[] = [];
      let settled = 0;
      for (const slice of slices(ids, LIST_SLICE)) {
        const pending = await manager.query<{ id: number; image_key: string }[]>(
          `SELECT id, image_key FROM image WHERE collection_id = ? AND state = 'PENDING' AND id IN ${placeholders(slice.length)} ORDER BY id`,
          [collectionId, ...slice],
        );
        for (const { id, image_key } of pending) {
          const [old] = await manager.query<{ id: number }[]>(
            'SELECT id FROM image WHERE collection_id = ? AND live_key = ?',
            [collectionId, image_key],
          );
          if (old) {
            await manager.query("UPDATE image SET state = 'TOMBSTONE', live_key = NULL WHERE id = ?", [old.id]);
            tombstoned.push(Number(old.id));
          }
          await manager.query(
            "UPDATE image SET state = 'READY', live_key = image_key WHERE id = ? AND state = 'PENDING'",
            [id],
          );
        }
        settled += pending.length;
      }
      await changeCount(manager, collectionId, settled - tombstoned.length);
      return tombstoned;
    });
  }

  async relocate(
    collectionId: number,
    moves: readonly { id: number; source: string; original: Original }[],
  ): Promise<void> {
    await this.database.transaction(async (manager) => {
      const sources = await this.sourceIds(manager, collectionId, new Set(moves.map((move) => move.source)));
      for (const { id, source, original } of moves) {
        const [path, modifiedAtMs] =
          original.kind === 'reference' ? [original.path, original.modifiedAtMs] : [null, null];
        const sql =
          "UPDATE image SET source_id = ?, path = ?, modified_at_ms = ? WHERE id = ? AND collection_id = ? AND state = 'READY'";
        await manager.query(sql, [sources.get(source), path, modifiedAtMs, id, collectionId]);
      }
    });
  }

  async tombstone(collectionId: number, ids: readonly number[]): Promise<number[]> {
    return await this.database.transaction(async (manager) => {
      const done: number[] = [];
      for (const slice of slices(ids, LIST_SLICE)) {
        const where = `collection_id = ? AND state = 'READY' AND id IN ${placeholders(slice.length)}`;
        const ready = await manager.query<{ id: number }[]>(`SELECT id FROM image WHERE ${where}`, [
          collectionId,
          ...slice,
        ]);
        await manager.query(`UPDATE image SET state = 'TOMBSTONE', live_key = NULL WHERE ${where}`, [
          collectionId,
          ...slice,
        ]);
        done.push(...ready.map((row) => Number(row.id)));
      }
      await changeCount(manager, collectionId, -done.length);
      return done;
    });
  }

  async removeRows(collectionId: number, ids: readonly number[]): Promise<void> {
    for (const slice of slices(ids, LIST_SLICE)) {
      await this.database.transaction(async (manager) => {
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

  private async sourceIds(
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
}

async function changeCount(manager: EntityManager, collectionId: number, by: number): Promise<void> {
  if (by !== 0)
    await manager.query('UPDATE collection SET image_count = image_count + ? WHERE id = ?', [by, collectionId]);
}

function toValues(collectionId: number, sourceId: number, image: NewImage): unknown[] {
  const { original } = image;
  const [path, modifiedAtMs] = original.kind === 'reference' ? [original.path, original.modifiedAtMs] : [null, null];
  const { id, imageId, contentHash, fingerprint, mimeType, width, height, sizeBytes, embedding } = image;
  const keys = [textKey(imageId), null, 'PENDING', contentHash, fingerprint, mimeType];
  return [
    id,
    collectionId,
    imageId,
    ...keys,
    width,
    height,
    sizeBytes,
    sourceId,
    path,
    modifiedAtMs,
    toEmbeddingBytes(embedding),
  ];
}

function toOriginal({ path, modified_at_ms }: Pick<ImageSqlRow, 'path' | 'modified_at_ms'>): Original {
  return path === null ? { kind: 'copied' } : { kind: 'reference', path, modifiedAtMs: Number(modified_at_ms) };
}

function toRow(row: ImageSqlRow): ImageRow {
  return {
    id: Number(row.id),
    collectionId: Number(row.collection_id),
    imageId: row.image_id,
    state: row.state,
    contentHash: row.content_hash,
    mimeType: row.mime_type,
    width: row.width,
    height: row.height,
    sizeBytes: Number(row.size_bytes),
    original: toOriginal(row),
  };
}

function toRowWithEmbedding(row: WithEmbedding): ImageRowWithEmbedding {
  return { ...toRow(row), embedding: fromBytes(toBytes(row.embedding)) };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
