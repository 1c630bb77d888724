import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MetadataStore } from '@wentu/domain';
import { copySqliteStore } from './copy-sqlite-store';
import { openSqliteStore } from './open-sqlite-store';

let folder: string;
let original: MetadataStore;
const opened: MetadataStore[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-copy-'));
  original = await open('original.sqlite');
});
afterAll(async () => {
  for (const store of opened) await store.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(name: string): Promise<MetadataStore> {
  const store = await openSqliteStore({ path: join(folder, name) });
  opened.push(store);
  return store;
}
const copy = async (name: string): Promise<MetadataStore> => {
  await copySqliteStore(join(folder, 'original.sqlite'), join(folder, name));
  return await open(name);
};

test('contains all commits before the copy, also from the write-ahead log, and no later commit', async () => {
  await original.collections.create({ name: 'before', model: 'm', space: 's', dimension: 4 });
  const copied = await copy('a.sqlite');
  await original.collections.create({ name: 'after', model: 'm', space: 's', dimension: 4 });
  expect((await copied.collections.list()).map(({ name }) => name)).toEqual(['before']);
  expect(await copied.storeId()).not.toBe(await original.storeId());
  expect(await copied.storeId()).toMatch(/^[0-9a-f-]{36}$/);
});

test('never assigns an id that the original assigns after the copy', async () => {
  const first = await original.ids.reserve(1);
  const copied = await copy('b.sqlite');
  const later = await original.ids.reserve(1_000);
  expect(later).toBeGreaterThan(first);
  expect(await copied.ids.reserve(1)).toBeGreaterThanOrEqual(later + 1_000);
});

test('refuses to overwrite a file', async () => {
  await copySqliteStore(join(folder, 'original.sqlite'), join(folder, 'c.sqlite'));
  await expect(copySqliteStore(join(folder, 'original.sqlite'), join(folder, 'c.sqlite'))).rejects.toThrow(
    /already exists/,
  );
});
