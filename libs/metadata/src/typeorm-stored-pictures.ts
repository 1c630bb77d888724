import type { StoredPictures } from '@wentu/domain';
import type { Database } from './database';
import { maxBlobBytes } from './dialect';
import { ImageDataEntity, ImagePreviewEntity } from './entities/image.entity';

export class TypeOrmStoredPictures implements StoredPictures {
  constructor(private readonly database: Database) {}

  async readCopy(id: number): Promise<Uint8Array | null> {
    return await this.readBlob(ImageDataEntity, id);
  }

  async readPreview(id: number): Promise<Uint8Array | null> {
    return await this.readBlob(ImagePreviewEntity, id);
  }

  async maxBytes(): Promise<number> {
    return await this.database.read(maxBlobBytes);
  }

  private async readBlob(
    entity: typeof ImageDataEntity | typeof ImagePreviewEntity,
    imageRowId: number,
  ): Promise<Uint8Array | null> {
    const row = await this.database.read((manager) => manager.getRepository(entity).findOneBy({ imageRowId }));
    return row && row.data;
  }
}
