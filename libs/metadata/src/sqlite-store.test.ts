import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_FACTS } from '@wentu/domain';
import libsql from 'libsql';
import { newEmbedding, newImage } from './contract/bench';
import { metadataStoreContract } from './contract/metadata-store-contract';
import { openSqliteSource, openSqliteStore } from './open-sqlite-store';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-metadata-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

metadataStoreContract('SQLite', async () => {
  const own = await mkdtemp(join(tmpdir(), 'wentu-contract-'));
  const path = join(own, 'wentu.sqlite');
  const store = await openSqliteStore({ path });
  return {
    store,
    connect: () => openSqliteStore({ path }),
    async cleanup() {
      await store.close();
      await rm(own, { recursive: true, force: true });
    },
  };
});

test('a reading connection sees the commits of another connection, and cannot write', async () => {
  const path = join(folder, 'wentu.sqlite');
  const writer = await openSqliteStore({ path });
  const reader = await openSqliteStore({ path, readOnly: true });
  const made = await writer.collections.create({ name: 'c', model: 'm', space: 's', dimension: 4 });
  expect(await reader.collections.find('c')).toEqual(made);
  await expect(reader.collections.create({ name: 'd', model: 'm', space: 's', dimension: 4 })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
  });
  await reader.close();
  await writer.close();
});

test('a missing or invalid database is UNAVAILABLE, and the error has its path', async () => {
  const path = join(folder, 'not.sqlite');
  await writeFile(path, 'this is text, and long enough not to be taken for an empty database file. '.repeat(50));
  await expect(openSqliteStore({ path })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining(path) as string,
  });
  const empty = join(folder, 'empty.sqlite');
  await writeFile(empty, '');
  for (const bad of [path, empty]) {
    await expect(openSqliteStore({ path: bad, readOnly: true })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(bad) as string,
    });
  }
  const missing = join(folder, 'missing.sqlite');
  await expect(openSqliteStore({ path: missing, readOnly: true })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining(missing) as string,
  });
});

test('a proof that the store accepts writes is a change that another connection sees', async () => {
  const path = join(folder, 'wentu.sqlite');
  const store = await openSqliteStore({ path });
  const other = new libsql(path);
  const proof = (): unknown => other.prepare("SELECT next_id FROM id_counter WHERE name = 'proof'").raw().all();
  expect(proof()).toEqual([]);
  const before = Date.now();
  await store.proveWrite();
  other.exec("UPDATE id_counter SET next_id = 1 WHERE name = 'proof'");
  await store.proveWrite();
  const [[at]] = proof() as [[number]];
  expect(at).toBeGreaterThanOrEqual(before);
  const reader = await openSqliteStore({ path, readOnly: true });
  await expect(reader.proveWrite()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  other.close();
  await reader.close();
  await store.close();
});

test('the store does not write to a file that was removed or replaced while it was open', async () => {
  const path = join(folder, 'wentu.sqlite');
  const store = await openSqliteStore({ path });
  await store.proveWrite();
  await rename(path, `${path}.away`);
  await expect(store.collections.create({ name: 'c', model: 'm', space: 's', dimension: 4 })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('was removed while it was open') as string,
  });
  await writeFile(path, '');
  await expect(store.proveWrite()).rejects.toThrow('was replaced while it was open');
  await rename(`${path}.away`, path);
  await store.proveWrite();
  await store.close();
});

test('concurrent calls of one connection never join each other’s transactions', async () => {
  const store = await openSqliteStore({ path: join(folder, 'wentu.sqlite') });
  const work = Array.from({ length: 30 }, (_, i) =>
    i % 3 === 0
      ? store.collections.create({ name: i < 15 ? 'same' : `c${i}`, model: 'm', space: 's', dimension: 4 })
      : store.ids.reserve(2),
  );
  const results = await Promise.allSettled(work);
  const refused = results.filter((result) => result.status === 'rejected');
  // Five calls used the same name: one succeeded, and the failures rolled back no change of the other calls.
  expect(refused).toHaveLength(4);
  expect(await store.collections.list()).toHaveLength(6);
  expect(await store.ids.reserve(1)).toBe(41);
  await store.close();
});

test('a migration of an older database adds the sizes of its collections and the locations of its pictures', async () => {
  const path = join(folder, 'wentu.sqlite');
  const store = await openSqliteStore({ path });
  const { id, activeSpace } = await store.collections.create({ name: 'c', model: 'm', space: 's', dimension: 4 });
  const first = await store.ids.reserve(3);
  const rows = [7, 20, 400].map((sizeBytes, i) => ({ ...newImage(first + i, `i${i}`), sizeBytes }));
  await store.images.insertPending(
    id,
    rows,
    rows.map((row) => newEmbedding(row.id, activeSpace.id)),
  );
  await store.images.settle(id, [first, first + 1]);
  await store.close();
  const source = await openSqliteSource({ path });
  const hasSizes = async (): Promise<boolean> =>
    (await source.query<{ name: string }[]>('PRAGMA table_info(collection)')).some(({ name }) => name === 'size_bytes');
  while (await hasSizes()) await source.undoLastMigration();
  await source.destroy();
  const migrated = await openSqliteStore({ path });
  expect(await migrated.collections.find('c')).toMatchObject({ imageCount: 2, sizeBytes: 27 });
  const space = (await migrated.collections.find('c'))!.activeSpace;
  expect(space).toMatchObject({ model: 'm', space: 's', dimension: 4 });
  const wanted = { locations: ['/photos/i0', '/photos/i1'], imageIds: [] };
  const { byLocation } = await migrated.images.findVersions(id, space.id, wanted);
  expect([...byLocation.keys()].sort()).toEqual(['/photos/i0', '/photos/i1']);
  const embedded = await migrated.images.getEmbedded(space.id, [first, first + 1, first + 2]);
  expect(embedded.map(({ facts }) => facts)).toEqual([NO_FACTS, NO_FACTS, NO_FACTS]);
  expect(embedded.map(({ vector }) => vector[0])).toEqual([first, first + 1, first + 2]);
  // Rows of that version are to get their facts.
  expect(await migrated.images.countWithoutFacts(id)).toBe(2);
  expect((await migrated.images.pageWithoutFacts(id, 0, 10)).map((row) => row.id)).toEqual([first, first + 1]);
  expect(await migrated.images.pageWithoutFacts(id, first, 10)).toHaveLength(1);
  await migrated.images.setFacts(id, [{ id: first, facts: { ...NO_FACTS, camera: 'A7' } }]);
  expect((await migrated.images.pageWithoutFacts(id, 0, 10)).map((row) => row.id)).toEqual([first + 1]);
  await migrated.close();
});

test('entities and migrations agree on every table, column and index', async () => {
  const source = await openSqliteSource({ path: join(folder, 'wentu.sqlite') });
  const tables = await source.query<{ name: string }[]>(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'migrations'",
  );
  expect(tables.map(({ name }) => name).sort()).toEqual(
    source.entityMetadatas.map(({ tableName }) => tableName).sort(),
  );
  for (const entity of source.entityMetadatas) {
    const columns = await source.query<{ name: string; notnull: number; pk: number }[]>(
      `PRAGMA table_info(${entity.tableName})`,
    );
    expect(columns.map(({ name, notnull, pk }) => ({ name, nullable: notnull === 0, key: pk > 0 }))).toEqual(
      entity.columns.map((column) => ({
        name: column.databaseName,
        nullable: column.isNullable,
        key: column.isPrimary,
      })),
    );
    const indexes = await source.query<{ name: string; unique: number; origin: string }[]>(
      `PRAGMA index_list(${entity.tableName})`,
    );
    const made = [];
    for (const { name, unique } of indexes.filter(({ origin }) => origin === 'c')) {
      const parts = await source.query<{ name: string }[]>(`PRAGMA index_info(${name})`);
      made.push({ name, unique: unique === 1, columns: parts.map((part) => part.name) });
    }
    const declared = entity.indices.map((index) => ({
      name: index.name,
      unique: index.isUnique,
      columns: index.columns.map((column) => column.databaseName),
    }));
    const byName = (a: { name?: string | undefined }, b: { name?: string | undefined }): number =>
      String(a.name).localeCompare(String(b.name));
    expect(made.sort(byName)).toEqual(declared.sort(byName));
  }
  await source.destroy();
});
