import { Readable } from 'node:stream';
import { NotFoundError, type ByteRange, type ByteStream, type NewOriginal, type Originals } from '@wentu/domain';
import { among } from './among';
import { liveCollection } from './collection-rows';
import { LIST_SLICE, placeholders, slices, type Database } from './database';
import { insertRows, lockRow, maxBlobBytes } from './dialect';
import { toBytes } from './entities/columns';
import { ImageDataEntity, ImageEntity, ImagePreviewEntity, LooseOriginalEntity } from './entities/image.entity';
import { asBuffer, lockCollection } from './image-changes';

/** Bytes per statement. SQLite reads the whole blob to return a part of it, so a few large parts are faster. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** Copied originals and previews, stored in database tables. */
export class TypeOrmOriginals implements Originals {
  constructor(private readonly database: Database) {}

  async read(id: number): Promise<Uint8Array | null> {
    return await this.readBlob(ImageDataEntity, id);
  }

  async open(id: number, range?: ByteRange): Promise<ByteStream | null> {
    const [row] = await this.selectCopy<{ size: number | string }>(id, 'LENGTH(d.data)', 'size');
    if (!row) return null;
    const { start, end } = range ?? { start: 0, end: Number(row.size) };
    return Readable.from(this.pieces(id, start, Math.min(end, Number(row.size))), {
      objectMode: false,
      highWaterMark: 1,
    });
  }

  async exists(imageRowId: number): Promise<boolean> {
    return await this.database.read((manager) => manager.getRepository(ImageDataEntity).existsBy({ imageRowId }));
  }

  async put(collectionId: number, originals: readonly NewOriginal[]): Promise<void> {
    await this.database.transaction(async (manager) => {
      // The lock keeps rows from being inserted meanwhile, and originals from being added to a dropped collection.
      await lockCollection(manager, collectionId);
      await liveCollection(manager, collectionId);
      for (const slice of slices(originals, LIST_SLICE)) {
        const ids = among(slice.map(({ id }) => id));
        // This call may be a late duplicate of a call that was answered.
        const rows = await manager.find(ImageEntity, { select: { id: true }, where: { id: ids } });
        const taken = new Set(rows.map(({ id }) => id));
        const free = slice.filter(({ id }) => !taken.has(id));
        const imageRowId = among(free.map(({ id }) => id));
        for (const entity of [LooseOriginalEntity, ImageDataEntity]) await manager.delete(entity, { imageRowId });
        const loose = free.map(({ id }) => ({ imageRowId: id, collectionId }));
        if (loose.length > 0) await manager.insert(LooseOriginalEntity, loose);
        const blobs = free.map(({ id, data }) => [id, asBuffer(data)]);
        await insertRows(manager, 'image_data', ['image_row_id', 'data'], blobs);
      }
    });
  }

  async delete(ids: readonly number[]): Promise<void> {
    for (const slice of slices(ids, LIST_SLICE)) {
      await this.database.transaction(async (manager) => {
        // A concurrent insert of a row takes its original before this lock, or does not find it afterwards.
        const lock = `SELECT image_row_id FROM loose_original WHERE image_row_id IN ${placeholders(slice.length)}`;
        await lockRow(manager, lock, [...slice]);
        const found = await manager.findBy(LooseOriginalEntity, { imageRowId: among(slice) });
        const imageRowId = among(found.map((row) => row.imageRowId));
        await manager.delete(LooseOriginalEntity, { imageRowId });
        await manager.delete(ImageDataEntity, { imageRowId });
      });
    }
  }

  async listLoose(collectionId: number, limit: number): Promise<number[]> {
    const page = { where: { collectionId }, order: { imageRowId: 'ASC' }, take: limit } as const;
    const rows = await this.database.read((manager) => manager.find(LooseOriginalEntity, page));
    return rows.map(({ imageRowId }) => imageRowId);
  }

  async readPreview(id: number): Promise<Uint8Array | null> {
    return await this.readBlob(ImagePreviewEntity, id);
  }

  async maxBytes(): Promise<number> {
    return await this.database.read(maxBlobBytes);
  }

  private async *pieces(id: number, start: number, end: number): AsyncGenerator<Uint8Array> {
    for (let at = start; at < end; at += PIECE_BYTES) {
      const part = `SUBSTR(d.data, ${at + 1}, ${Math.min(PIECE_BYTES, end - at)})`;
      const [row] = await this.selectCopy<{ piece: ArrayBuffer | Uint8Array }>(id, part, 'piece');
      if (!row) throw new NotFoundError(`the original of image ${id} was removed while it was read`);
      yield toBytes(row.piece);
    }
  }

  private async selectCopy<Row>(id: number, expression: string, name: string): Promise<Row[]> {
    return await this.database.read((manager) =>
      manager
        .createQueryBuilder(ImageDataEntity, 'd')
        .select(expression, name)
        .where('d.imageRowId = :id', { id })
        .getRawMany<Row>(),
    );
  }

  private async readBlob(
    entity: typeof ImageDataEntity | typeof ImagePreviewEntity,
    imageRowId: number,
  ): Promise<Uint8Array | null> {
    const row = await this.database.read((manager) => manager.getRepository(entity).findOneBy({ imageRowId }));
    return row && row.data;
  }
}
