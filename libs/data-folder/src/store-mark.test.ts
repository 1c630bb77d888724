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

test('the data folder remembers its store, and starts no other in its place', async () => {
  const id = await start();
  expect(await readFile(join(dataDir, 'store-id'), 'utf8')).toBe(`${id}\n`);
  await removeDatabase();
  await expect(start()).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining(`remove the file ${join(dataDir, 'store-id')}`) as string,
  });
  // Who wants an empty one says so.
  await rm(join(dataDir, 'store-id'));
  const another = await start();
  expect(another).not.toBe(id);
  expect(await start()).toBe(another);
});

test('a data folder from before learns its store from the database', async () => {
  const id = await start();
  await rm(join(dataDir, 'store-id'));
  expect(await start()).toBe(id);
  expect(existsSync(join(dataDir, 'store-id'))).toBe(true);
});

test('one that only reads remembers nothing', async () => {
  await start();
  await rm(join(dataDir, 'store-id'));
  await (await open(true)).close();
  expect(existsSync(join(dataDir, 'store-id'))).toBe(false);
});

test('a backup starts, also when its files are put where the lost ones were', async () => {
  const id = await start();
  const backup = join(dataDir, 'backup');
  await backUp(config, backup);
  await removeDatabase();
  for (const name of ['wentu.sqlite', 'store-id']) await rename(join(backup, name), join(dataDir, name));
  expect(await start()).not.toBe(id);
});

test('the database of a backup alone is not taken without a word', async () => {
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

test('a mark that cannot be read is not taken for none', async () => {
  await start();
  await rm(join(dataDir, 'store-id'));
  // A folder of that name: reading it is an error that is not ENOENT.
  await mkdir(join(dataDir, 'store-id'));
  await expect(start()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});
