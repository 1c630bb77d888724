import type { MetadataStore } from '@wentu/domain';
import type { Database } from './database';
import { IdCounterEntity, MilestoneEntity, StoreInfoEntity } from './entities/store-info.entity';
import { TypeOrmIds } from './ids';
import { TypeOrmAuditLog } from './typeorm-audit-log';
import { TypeOrmCollections } from './typeorm-collections';
import { TypeOrmImageAttributes } from './typeorm-image-attributes';
import { TypeOrmImages } from './typeorm-images';
import { TypeOrmKeptOut } from './typeorm-kept-out';
import { TypeOrmKeys } from './typeorm-keys';
import { TypeOrmLoadQueue } from './typeorm-load-queue';
import { TypeOrmOriginals } from './typeorm-originals';
import { TypeOrmWatches } from './typeorm-watches';
import { TypeOrmWords } from './typeorm-words';

/** The metadata store: all its ports use one database. */
export function typeOrmMetadataStore(database: Database): MetadataStore {
  return {
    collections: new TypeOrmCollections(database),
    images: new TypeOrmImages(database),
    attributes: new TypeOrmImageAttributes(database),
    originals: new TypeOrmOriginals(database),
    keptOut: new TypeOrmKeptOut(database),
    words: new TypeOrmWords(database),
    loads: new TypeOrmLoadQueue(database),
    keys: new TypeOrmKeys(database),
    audit: new TypeOrmAuditLog(database),
    ids: new TypeOrmIds(database),
    watches: new TypeOrmWatches(database),
    isRemote: database.isRemote,
    async storeId() {
      const info = await database.read((manager) => manager.getRepository(StoreInfoEntity).findOneByOrFail({}));
      return info.uuid;
    },
    async hasReached(name) {
      return await database.read((manager) => manager.getRepository(MilestoneEntity).existsBy({ name }));
    },
    async reach(name) {
      await database.transaction(async (manager) => {
        await manager.upsert(MilestoneEntity, { name, reachedAt: Date.now() }, ['name']);
      });
    },
    async ping() {
      await database.query('SELECT 1');
    },
    async proveWrite() {
      await database.transaction(async (manager) => {
        const counters = manager.getRepository(IdCounterEntity);
        // The value differs each time, because MySQL writes nothing for an unchanged value.
        const proof = { name: 'proof', nextId: Date.now() };
        const { affected } = await counters.update({ name: proof.name }, proof);
        // Another process may be inserting the row. The upsert waits for its commit and then updates the row.
        if (affected === 0) await counters.upsert(proof, ['name']);
      });
    },
    async close() {
      await database.close();
    },
  };
}
