import type { KeptOutImage, KeptOutImages } from '@wentu/domain';
import { IsNull, LessThan } from 'typeorm';
import { among } from './among';
import { LIST_SLICE, slices, type Database } from './database';
import { ImageEntity } from './entities/image.entity';
import { KeptOutEntity } from './entities/kept-out.entity';
import { lockCollection, tombstoneRows } from './image-changes';
import { findLocationKeys, insertKeptOut } from './kept-out-changes';
import { textKey } from './keys';

/** The images that were deleted for good. */
export class TypeOrmKeptOut implements KeptOutImages {
  constructor(private readonly database: Database) {}

  async count(collectionId: number): Promise<number> {
    return await this.database.read((manager) => manager.countBy(KeptOutEntity, { collectionId }));
  }

  async page(collectionId: number, before: number | null, limit: number): Promise<KeptOutImage[]> {
    const where = { collectionId, ...(before === null ? {} : { id: LessThan(before) }) };
    const rows = await this.database.read((manager) =>
      manager.find(KeptOutEntity, { where, order: { id: 'DESC' }, take: limit }),
    );
    return rows.map(toKeptOut);
  }

  async findLocations(collectionId: number, locations: readonly string[]): Promise<Set<string>> {
    const keys = new Map(locations.map((location) => [textKey(location), location]));
    const found = await this.database.read((manager) => findLocationKeys(manager, collectionId, [...keys.keys()]));
    return new Set([...found].map((key) => keys.get(key) as string));
  }

  async findContents(collectionId: number, contentHashes: readonly string[]): Promise<KeptOutImage[]> {
    const found: KeptOutEntity[] = [];
    for (const slice of slices([...new Set(contentHashes)], LIST_SLICE)) {
      const where = { collectionId, contentHash: among(slice) };
      found.push(...(await this.database.read((manager) => manager.find(KeptOutEntity, { where }))));
    }
    // Without an index, because it is read only for pictures that were moved, once for each.
    const held = new Set<string>();
    for (const slice of slices([...new Set(found.map(({ contentHash }) => contentHash))], LIST_SLICE)) {
      const where = { collectionId, state: 'READY', contentHash: among(slice) } as const;
      const rows = await this.database.read((manager) =>
        manager.find(ImageEntity, { select: { contentHash: true }, where }),
      );
      for (const { contentHash } of rows) held.add(contentHash);
    }
    return found.filter(({ contentHash }) => !held.has(contentHash)).map(toKeptOut);
  }

  async add(collectionId: number, rowIds: readonly number[]): Promise<number[]> {
    return await this.database.transaction(async (manager) => {
      await lockCollection(manager, collectionId);
      const keptOutAt = Date.now();
      for (const slice of slices(rowIds, LIST_SLICE)) await insertKeptOut(manager, collectionId, slice, keptOutAt);
      return await tombstoneRows(manager, collectionId, rowIds);
    });
  }

  async relocate(collectionId: number, moves: Parameters<KeptOutImages['relocate']>[1]): Promise<void> {
    if (moves.length === 0) return;
    await this.database.transaction(async (manager) => {
      await lockCollection(manager, collectionId);
      for (const { id, location, path } of moves)
        await manager.update(KeptOutEntity, { id, collectionId }, { locationKey: textKey(location), path });
    });
  }

  async allow(collectionId: number, imageIds: readonly string[], which: 'all' | 'unplaced' = 'all'): Promise<number> {
    const place = which === 'unplaced' ? { locationKey: IsNull() } : {};
    return await this.database.transaction(async (manager) => {
      await lockCollection(manager, collectionId);
      let allowed = 0;
      for (const slice of slices([...new Set(imageIds)], LIST_SLICE)) {
        const { affected } = await manager.delete(KeptOutEntity, {
          ...{ collectionId, imageKey: among(slice.map(textKey)) },
          ...place,
        });
        allowed += affected ?? 0;
      }
      return allowed;
    });
  }
}

function toKeptOut({ id, imageId, contentHash, path, keptOutAt }: KeptOutEntity): KeptOutImage {
  return { id, imageId, contentHash, path, keptOutAt: new Date(keptOutAt) };
}
