import type { LoadOptions, SourceFolder, SourceWatches, WatchReport } from '@wentu/domain';
import { In, IsNull, LessThan, Not } from 'typeorm';
import type { Database } from './database';
import { lockRow, now } from './dialect';
import { CollectionEntity, SourceEntity } from './entities/collection.entity';
import { findSource, toSource } from './source-rows';

/** The watches of source folders, with their leases. */
export class TypeOrmWatches implements SourceWatches {
  constructor(private readonly database: Database) {}

  async set(sourceId: number, options: LoadOptions | null): Promise<SourceFolder | null> {
    return await this.database.transaction(async (manager) => {
      const wanted = options === null ? null : JSON.stringify(options);
      // A watch that is on already keeps its owner.
      const ended = options === null ? { watchOwner: null, watchExpiresAt: null, watchReport: null } : {};
      await manager.update(SourceEntity, { id: sourceId }, { watchOptions: wanted, ...ended });
      return await findSource(manager, sourceId);
    });
  }

  async claim(owner: string, leaseMs: number): Promise<SourceFolder[]> {
    return await this.database.transaction(async (manager) => {
      const sources = manager.getRepository(SourceEntity);
      const isWatched = { watchOptions: Not(IsNull()) };
      if (!(await sources.existsBy(isWatched))) return [];
      // Claims run one at a time, so that no folder has two owners.
      await lockRow(manager, 'SELECT uuid FROM store_info');
      const at = await now(manager);
      const free = [
        { ...isWatched, watchOwner: owner },
        { ...isWatched, watchExpiresAt: IsNull() },
        { ...isWatched, watchExpiresAt: LessThan(at) },
      ];
      const found = await sources.find({ where: free, order: { id: 'ASC' } });
      const collections = [...new Set(found.map(({ collectionId }) => collectionId))];
      const live = await manager.find(CollectionEntity, {
        select: { id: true },
        where: { id: In(collections), liveNameKey: Not(IsNull()) },
      });
      const isLive = new Set(live.map(({ id }) => id));
      const mine = found.filter(({ collectionId }) => isLive.has(collectionId));
      for (const { id, watchOwner } of mine) {
        const taken = watchOwner === owner ? {} : { watchReport: null };
        await sources.update({ id }, { watchOwner: owner, watchExpiresAt: at + leaseMs, ...taken });
      }
      return mine.map(toSource);
    });
  }

  async report(sourceId: number, owner: string, report: WatchReport): Promise<void> {
    await this.database.transaction(async (manager) => {
      const held = { id: sourceId, watchOwner: owner };
      await manager.update(SourceEntity, held, { watchReport: JSON.stringify(report) });
    });
  }

  async release(ownerPrefix: string): Promise<void> {
    await this.database.transaction(async (manager) => {
      await manager
        .createQueryBuilder()
        .update(SourceEntity)
        .set({ watchOwner: null, watchExpiresAt: null, watchReport: null })
        .where('SUBSTR(watch_owner, 1, :length) = :prefix', { length: ownerPrefix.length, prefix: ownerPrefix })
        .execute();
    });
  }
}
