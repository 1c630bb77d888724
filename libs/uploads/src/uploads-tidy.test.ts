import { cp, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadJob } from '@wentu/domain';
import { bytes, testUploads } from './testing/upload-fixtures';
import { removeUploadFolder } from './upload-folder';

let root: string;
let logged: string[];
let clockMs: number;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'wentu-uploads-'));
  logged = [];
  clockMs = 0;
});
afterEach(() => rm(root, { recursive: true, force: true }));

const MINUTE = 60_000;
const HEX = '0123456789abcdef0123456789abcdef';
const log = { info: (fields: object, message: string) => void logged.push(`${JSON.stringify(fields)} ${message}`) };
const uploads = (jobs: readonly Partial<LoadJob>[] = [], storeId = 'store') =>
  testUploads(root, {}, { jobs, storeId, log, now: () => clockMs });
const folderOf = (id: string): string => join(root, `wentu-upload-${id}`);
async function age(path: string, days: number): Promise<void> {
  const then = new Date(Date.now() - days * 24 * 60 * MINUTE);
  await utimes(path, then, then);
}
/** An upload of a process that has ended. */
async function leave(storeId = 'store'): Promise<string> {
  const dead = uploads([], storeId);
  const id = await dead.create();
  await dead.receive(id, 'a.jpg', bytes(5));
  await dead.handOver(id, async () => undefined);
  return id;
}

test('an upload without a load is removed after a day and logged; one that a load reads and a new one stay', async () => {
  const [old, busy, fresh] = [await leave(), await leave(), await leave()];
  for (const [id, days] of [
    [old, 2],
    [busy, 2],
    [fresh, 0.5],
  ] as const)
    await age(folderOf(id), days);
  const jobs: Partial<LoadJob>[] = [
    { directory: folderOf(busy), status: 'QUEUED' },
    { directory: folderOf(old), status: 'SUCCEEDED' },
  ];
  // 3,000 newer jobs are queued besides the one of this upload.
  jobs.unshift(...Array.from({ length: 3_000 }, (): Partial<LoadJob> => ({ directory: '/x', status: 'QUEUED' })));
  await uploads(jobs).removeLeftovers();
  expect((await readdir(root)).sort()).toEqual([busy, fresh].map((id) => `wentu-upload-${id}`).sort());
  expect(logged).toEqual([expect.stringContaining(old)]);
});

test('files and folders of others are never touched, whatever their age and name', async () => {
  await mkdir(join(root, 'photos/2019'), { recursive: true });
  await writeFile(join(root, 'photos/2019/a.jpg'), 'x');
  await mkdir(join(root, '.git'));
  await writeFile(join(root, '.git/HEAD'), 'ref: refs/heads/main');
  // Folders with the name of an upload: without a mark, with a mark that is a folder or a link, with the mark of
  // another store.
  await mkdir(join(root, HEX));
  await mkdir(folderOf(HEX));
  await writeFile(join(folderOf(HEX), 'thesis.doc'), 'x');
  const [marked, linked] = [folderOf(HEX.replace('0', 'a')), folderOf(HEX.replace('0', 'b'))];
  await mkdir(join(marked, 'wentu-upload.json'), { recursive: true });
  const foreign = await leave('another store');
  await mkdir(linked);
  await writeFile(join(root, 'mark'), '{"madeBy":"Wentu","store":"store"}\n');
  await symlink(join(root, 'mark'), join(linked, 'wentu-upload.json'));
  await writeFile(folderOf(HEX.replace('0', 'c')), 'a file with such a name');
  // A link with the name of an upload to an upload's folder, and a copy of an upload under another name.
  const ours = await leave();
  await cp(folderOf(ours), join(root, 'my copy'), { recursive: true });
  await symlink(join(root, 'my copy'), folderOf(HEX.replace('0', 'd')));
  const before = (await readdir(root, { recursive: true })).sort();
  for (const name of await readdir(root)) await age(join(root, name), 400);

  const some = uploads();
  await some.removeLeftovers();
  const removed = new Set(before.filter((path) => path.startsWith(`wentu-upload-${ours}`)));
  expect((await readdir(root, { recursive: true })).sort()).toEqual(before.filter((path) => !removed.has(path)));
  expect(logged).toHaveLength(1);
  // The end of a load does not remove them either.
  for (const path of [join(root, 'photos'), folderOf(HEX), folderOf(foreign), join(root, 'my copy')])
    expect(await removeUploadFolder(path, 'store')).toBe(false);
  expect((await readdir(root, { recursive: true })).sort()).toEqual(before.filter((path) => !removed.has(path)));
});

test('a change of the system time does not end an upload; an hour without traffic does', async () => {
  const some = uploads();
  const id = await some.create();
  const wallClock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 3 * 60 * MINUTE);
  clockMs = 59 * MINUTE;
  await some.removeLeftovers();
  await some.receive(id, 'a.jpg', bytes(5));
  wallClock.mockReturnValue(Date.now() + 400 * 24 * 60 * MINUTE);
  clockMs = 118 * MINUTE;
  await some.removeLeftovers();
  expect(await readdir(root)).toEqual([`wentu-upload-${id}`]);
  wallClock.mockRestore();
  clockMs = 120 * MINUTE;
  await some.removeLeftovers();
  expect(await readdir(root)).toEqual([]);
  expect(logged).toEqual([expect.stringContaining(id)]);
  await expect(some.receive(id, 'b.jpg', bytes(5))).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('abandoned uploads do not block new ones: the one with the longest time without traffic is discarded', async () => {
  const some = uploads();
  const ids: string[] = [];
  for (let i = 0; i < 16; i++, clockMs += 1_000) ids.push(await some.create());
  await expect(some.create()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  clockMs += 10 * MINUTE;
  // The first upload has had traffic in the meantime.
  await some.receive(ids[0]!, 'a.jpg', bytes(5));
  const next = await some.create();
  await expect(some.receive(ids[1]!, 'a.jpg', bytes(5))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  for (const id of [ids[0]!, ids[2]!, next]) await some.receive(id, 'b.jpg', bytes(5));
  expect(await readdir(root)).toHaveLength(16);
});
