import { cpSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { imageFacts } from '@wentu/domain';
import { openSqliteStore } from '@wentu/metadata';
import libsql from 'libsql';
import { backUp } from './back-up';
import { lastBackup } from './last-backup';
import { restore } from './restore';
import { verifyBackup } from './verify-backup';

const IMAGES = 200;
let base: string;
let backup: string;
const source = (): { dataDir: string; database: { kind: 'sqlite'; path: string } } => ({
  dataDir: join(base, 'data'),
  database: { kind: 'sqlite', path: join(base, 'data/wentu.sqlite') },
});

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'wentu-verify-'));
  backup = join(base, 'backup');
  const store = await openSqliteStore({ path: source().database.path });
  const collection = await store.collections.create({ name: 'c', model: 'm', space: 's', dimension: 64 });
  const first = await store.ids.reserve(IMAGES);
  const images = Array.from({ length: IMAGES }, (_, i) => {
    const bytes = new Uint8Array(3_000).fill(i % 256);
    return {
      ...{ id: first + i, imageId: `图片/${i}.png`, contentHash: createHash('sha256').update(bytes).digest('hex') },
      ...{ mimeType: 'image/png', width: 8, height: 8, sizeBytes: bytes.length, source: '/p', location: null },
      ...{ facts: imageFacts(undefined, 0), original: { kind: 'copied' as const }, bytes },
    };
  });
  await store.originals.put(
    collection.id,
    images.map(({ id, bytes }) => ({ id, data: bytes })),
  );
  const embeddings = images.map(({ id, contentHash }) => ({
    ...{ imageRowId: id, spaceId: collection.activeSpace.id, fingerprint: contentHash },
    vector: Float32Array.from({ length: 64 }, Math.random),
  }));
  await store.images.insertPending(collection.id, images, embeddings);
  await store.images.settle(
    collection.id,
    images.map(({ id }) => id),
  );
  await store.close();
  await backUp(source(), backup);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

let copies = 0;
/** A copy of the backup to damage. */
function copy(): { folder: string; path: string; size: number } {
  const folder = join(base, `copy-${++copies}`);
  cpSync(backup, folder, { recursive: true });
  const path = join(folder, 'wentu.sqlite');
  return { folder, path, size: statSync(path).size };
}

async function overwrite(path: string, at: number, length: number): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(Buffer.alloc(length, 0xa5), 0, length, at);
  await file.close();
}

const codesOf = async (folder: string): Promise<string[]> =>
  (await verifyBackup(folder)).problems.map(({ code }) => code);

test('a backup is sound, and its data folder knows where it is', async () => {
  const verified = await verifyBackup(backup);
  expect(verified).toMatchObject({ problems: [], images: IMAGES, originals: IMAGES });
  expect(lastBackup(source().dataDir)).toEqual({ folder: backup, madeAt: verified.madeAt });
});

test('one changed byte anywhere is found', async () => {
  for (let i = 0; i < 10; i++) {
    const { folder, path, size } = copy();
    await overwrite(path, Math.floor(Math.random() * size), 1);
    const { problems } = await verifyBackup(folder);
    // The byte may have had this value.
    if (problems.length === 0) expect((await verifyBackup(backup)).sizeBytes).toBe(size);
    else expect(problems[0]).toMatchObject({ code: 'OTHER_BYTES', sizeBytes: size });
  }
});

test('lost pages, a lost end and a lost header are named', async () => {
  const page = copy();
  await overwrite(page.path, 12 * 4096, 8 * 4096);
  expect(await codesOf(page.folder)).toEqual(['OTHER_BYTES', 'DAMAGED']);
  const end = copy();
  truncateSync(end.path, Math.floor(end.size / 8192) * 4096);
  expect(await codesOf(end.folder)).toEqual(['OTHER_BYTES', 'DAMAGED']);
  const header = copy();
  await overwrite(header.path, 0, 16);
  expect(await codesOf(header.folder)).toEqual(['OTHER_BYTES', 'DAMAGED']);
  await expect(restore(source(), page.folder, { replaces: true })).rejects.toThrow(
    /is damaged \(OTHER_BYTES, DAMAGED\)/,
  );
});

test('rows that do not fit together are named', async () => {
  const { folder, path } = copy();
  const rows = new libsql(path);
  rows.exec(`UPDATE image_data SET data = x'00' WHERE image_row_id % 3 = 0`);
  rows.exec('DELETE FROM image_data WHERE image_row_id % 3 = 1');
  rows.exec('DELETE FROM embedding WHERE image_row_id % 2 = 0');
  rows.exec(`UPDATE embedding SET vector = x'00'`);
  rows.exec('UPDATE collection SET image_count = 7');
  rows.close();
  expect(await codesOf(folder)).toEqual([
    ...['OTHER_BYTES', 'WRONG_COUNT', 'NO_EMBEDDING', 'BAD_EMBEDDING', 'ORIGINAL_MISSING', 'ORIGINAL_CHANGED'],
  ]);
});

test('a folder without a backup is not a damaged one', async () => {
  await expect(verifyBackup(base)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a restore keeps the database that is there, and the models of both', async () => {
  await expect(restore(source(), backup)).rejects.toThrow(/with --replace it is kept/);
  const { kept, images } = await restore(source(), backup, { replaces: true });
  expect(images).toBe(IMAGES);
  const before = await openSqliteStore({ path: kept! });
  const now = await openSqliteStore({ path: source().database.path });
  expect((await now.collections.find('c'))?.imageCount).toBe(IMAGES);
  expect(await now.storeId()).not.toBe(await before.storeId());
  await before.close();
  await now.close();
});
