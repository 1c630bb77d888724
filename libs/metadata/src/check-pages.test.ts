import { cpSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDamaged } from '@wentu/domain';
import libsql from 'libsql';
import { openSqliteStore } from './open-sqlite-store';

let folder: string;
let sound: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wentu-pages-'));
  sound = join(folder, 'sound.sqlite');
  const store = await openSqliteStore({ path: sound });
  for (let i = 0; i < 50; i++)
    await store.collections.create({ name: `图库 ${i}`, model: 'm', space: 's', dimension: 4 });
  await store.close();
  const log = new libsql(sound);
  log.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  log.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let copies = 0;
function copy(): { path: string; size: number } {
  const path = join(folder, `copy-${++copies}.sqlite`);
  cpSync(sound, path);
  return { path, size: statSync(path).size };
}

async function overwrite(path: string, at: number, length: number): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(Buffer.alloc(length, 0xa5), 0, length, at);
  await file.close();
}

/** The error of a start on the file. */
async function refusal(path: string): Promise<Error> {
  const opened = await openSqliteStore({ path }).catch((error: unknown) => error as Error);
  if (opened instanceof Error) return opened;
  await opened.close();
  throw new Error('the file was opened');
}

test('a file that was cut off is refused, with the number of bytes that are missing', async () => {
  const { path, size } = copy();
  truncateSync(path, size - 3 * 4096);
  const error = await refusal(path);
  expect(isDamaged(error)).toBe(true);
  expect(error.message).toContain(`was cut off: its last ${3 * 4096} of ${size} bytes are missing`);
  expect(error.message).toContain('restore the backup: wentu restore FOLDER --replace');
  expect(statSync(path).size).toBe(size - 3 * 4096);
});

test('a header of another program is refused', async () => {
  const { path } = copy();
  await overwrite(path, 0, 16);
  expect((await refusal(path)).message).toMatch(/file is not a database; the file is damaged/);
});

test('every page with other bytes is refused', async () => {
  const { size } = copy();
  expect(size).toBeGreaterThan(50 * 4096);
  for (let page = 1; page < size / 4096; page++) {
    const { path } = copy();
    await overwrite(path, page * 4096, 4096);
    const error = await refusal(path);
    expect([page, isDamaged(error), error.message]).toEqual([page, true, expect.stringMatching(/damaged/)]);
  }
});

test('a file whose last change is in its write-ahead log is opened', async () => {
  const { path } = copy();
  const store = await openSqliteStore({ path });
  await store.collections.create({ name: 'in the log', model: 'm', space: 's', dimension: 4 });
  const killed = join(folder, 'killed.sqlite');
  for (const end of ['', '-wal']) cpSync(path + end, killed + end);
  await store.close();
  const again = await openSqliteStore({ path: killed });
  expect(await again.collections.find('in the log')).not.toBeNull();
  await again.close();
});
