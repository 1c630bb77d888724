import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MetadataStore } from '@wentu/domain';
import { openSqliteStore } from '@wentu/metadata';
import { backUp, type BackupSource } from './back-up';
import { storeIdentity } from './store-mark';

let dataDir: string;
let config: BackupSource & { readonly database: { readonly kind: 'sqlite'; readonly path: string } };
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wentu-mark-'));
  config = { dataDir, database: { kind: 'sqlite', path: join(dataDir, 'wentu.sqlite') } };
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const open = async (readOnly = false): Promise<MetadataStore> =>
  await openSqliteStore({ path: config.database.path, readOnly, identity: storeIdentity(dataDir, !readOnly) });

/** @returns the store's id */
async function start(): Promise<string> {
  const store = await open();
  const id = await store.storeId();
  await store.close();
  return id;
}

async function removeDatabase(): Promise<void> {
  for (const end of ['', '-wal', '-shm']) await rm(join(dataDir, `wentu.sqlite${end}`), { force: true });
}

test('the data folder remembers its store and refuses another one', async () => {
  const id = await start();
  expect(await readFile(join(dataDir, 'store-id'), 'utf8')).toBe(`${id}\n`);
  await removeDatabase();
  await expect(start()).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining(`remove the file ${join(dataDir, 'store-id')}`) as string,
  });
  // Without the file, an empty store is accepted.
  await rm(join(dataDir, 'store-id'));
  const another = await start();
  expect(another).not.toBe(id);
  expect(await start()).toBe(another);
});

test('a data folder without a store id takes it from the database', async () => {
  const id = await start();
  await rm(join(dataDir, 'store-id'));
  expect(await start()).toBe(id);
  expect(existsSync(join(dataDir, 'store-id'))).toBe(true);
});

test('a read-only open writes no store id', async () => {
  await start();
  await rm(join(dataDir, 'store-id'));
  await (await open(true)).close();
  expect(existsSync(join(dataDir, 'store-id'))).toBe(false);
});

test('a backup starts, also when its files replace the lost ones', async () => {
  const id = await start();
  const backup = join(dataDir, 'backup');
  await backUp(config, backup);
  await removeDatabase();
  for (const name of ['wentu.sqlite', 'store-id']) await rename(join(backup, name), join(dataDir, name));
  expect(await start()).not.toBe(id);
});

test('the database of a backup without its store id is refused', async () => {
  await start();
  const backup = join(dataDir, 'backup');
  await backUp(config, backup);
  await removeDatabase();
  await rename(join(backup, 'wentu.sqlite'), join(dataDir, 'wentu.sqlite'));
  await expect(start()).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('If it is the backup that you have restored, remove the file') as string,
  });
});

test('an unreadable store id is an error, not a missing one', async () => {
  await start();
  await rm(join(dataDir, 'store-id'));
  // Reading a folder of that name gives an error that is not ENOENT.
  await mkdir(join(dataDir, 'store-id'));
  await expect(start()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});
