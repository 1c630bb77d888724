import { existsSync } from 'node:fs';
import { mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import libsql from 'libsql';
import { openSqliteStore } from './open-sqlite-store';
import type { StoreIdentity } from './store-identity';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-identity-'));
  path = join(folder, 'wentu.sqlite');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const SPACE = { model: 'm', space: 's', dimension: 4 };

function identity(expected: string | null, opened: string[] = []): StoreIdentity {
  return { expected, remedy: 'remove the file /data/store-id', onOpened: (id) => opened.push(id) };
}

/** Creates a store with a collection. @returns the id of the store */
async function make(name = 'c'): Promise<string> {
  const store = await openSqliteStore({ path });
  await store.collections.create({ name, ...SPACE });
  const id = await store.storeId();
  await store.close();
  const file = new libsql(path);
  file.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  file.close();
  return id;
}

test('the first start reports the id of the new store, and later starts require it', async () => {
  const opened: string[] = [];
  const store = await openSqliteStore({ path, identity: identity(null, opened) });
  const id = await store.storeId();
  await store.close();
  expect(opened).toEqual([id]);
  const again = await openSqliteStore({ path, identity: identity(id) });
  await again.close();
});

test('a missing database is refused when a store is expected, and none is created', async () => {
  const id = await make();
  await rm(path);
  await expect(openSqliteStore({ path, identity: identity(id) })).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringMatching(/there is no database at .*restore.*remove the file/s) as string,
  });
  expect(existsSync(path)).toBe(false);
});

test('an empty database is refused when a store is expected, and stays empty', async () => {
  const id = await make();
  await truncate(path, 0);
  await expect(openSqliteStore({ path, identity: identity(id) })).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('is empty') as string,
  });
  expect((await readFile(path)).length).toBe(0);
});

test('another store is refused', async () => {
  const id = await make();
  await expect(openSqliteStore({ path, identity: identity('another') })).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining(
      `holds the store ${id}, but this data folder has used the store another`,
    ) as string,
  });
});

test('a database of another program is refused, and its bytes do not change', async () => {
  const other = new libsql(path);
  other.exec('CREATE TABLE notes (text)');
  other.close();
  const before = await readFile(path);
  await expect(openSqliteStore({ path })).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('another program (tables notes)') as string,
  });
  expect(await readFile(path)).toEqual(before);
});

test.each([
  ['no database at all', async () => await writeFile(path, 'x'.repeat(8192))],
  ['one whose pages are damaged', damagePages],
])('%s: the remedy is the backup, not free disk space', async (_what, damage) => {
  await make();
  await rm(`${path}-wal`, { force: true });
  await damage();
  const error = await openSqliteStore({ path }).then(
    async (store) => {
      const failed = await store.loads.list({ first: 10 }).catch((thrown: unknown) => thrown);
      await store.close();
      return failed;
    },
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(/^(?!.*full).*restore the backup/) as string,
  });
});

/** All bytes after the first page, which has the list of tables. */
async function damagePages(): Promise<void> {
  const file = await open(path, 'r+');
  const { size } = await file.stat();
  await file.write(Buffer.alloc(size - 4096, 0x5a), 0, size - 4096, 4096);
  await file.close();
}

test('a text that is not UTF-8 is an error at the start, because reading it would abort the process', async () => {
  await make();
  const other = new libsql(path);
  other.exec("UPDATE collection SET name = CAST(x'e69687ff' AS TEXT)");
  other.close();
  await expect(openSqliteStore({ path })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(/not UTF-8 \(table collection\).*restore the backup/) as string,
  });
  // Valid text in any script is accepted.
  const fixed = new libsql(path);
  fixed.exec("UPDATE collection SET name = '文图 🐶 é'");
  fixed.close();
  await (await openSqliteStore({ path })).close();
});
