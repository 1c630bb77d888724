import { Readable } from 'node:stream';
import { NotFoundError, type ByteRange, type ByteStream, type StoredPictures } from '@wentu/domain';
import type { Database } from './database';
import { maxBlobBytes } from './dialect';
import { toBytes } from './entities/columns';
import { ImageDataEntity, ImagePreviewEntity } from './entities/image.entity';

/** Of one statement. SQLite reads all of a blob to give a part of it: few statements are better than small ones. */
const PIECE_BYTES = 4 * 1024 * 1024;

export class TypeOrmStoredPictures implements StoredPictures {
  constructor(private readonly database: Database) {}

  async readCopy(id: number): Promise<Uint8Array | null> {
    return await this.readBlob(ImageDataEntity, id);
  }

  async openCopy(id: number, range?: ByteRange): Promise<ByteStream | null> {
    const [row] = await this.selectCopy<{ size: number | string }>(id, 'LENGTH(d.data)', 'size');
    if (!row) return null;
    const { start, end } = range ?? { start: 0, end: Number(row.size) };
    return Readable.from(this.pieces(id, start, Math.min(end, Number(row.size))), {
      objectMode: false,
      highWaterMark: 1,
    });
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
