import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { LoadJob } from '@wentu/domain';
import { Uploads } from './uploads';

let root: string;
let jobs: Partial<LoadJob>[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'wentu-uploads-'));
  jobs = [];
});
afterEach(() => rm(root, { recursive: true, force: true }));

const uploads = (maxImageBytes = 100, maxUploadBytes = 150): Uploads =>
  new Uploads(root, { maxImageBytes, maxUploadBytes }, { listJobs: async () => jobs as LoadJob[] });
const bytes = (length: number): Readable => Readable.from([Buffer.alloc(length, 1)]);

test('files lie where their paths say, in NFC', async () => {
  const some = uploads();
  const id = await some.create();
  await some.receive(id, '2024/小狗.jpg', bytes(3));
  await some.receive(id, 'cafe\u0301.png', bytes(4));
  const directory = join(root, id);
  expect((await readdir(directory, { recursive: true })).sort()).toEqual(['2024', '2024/小狗.jpg', 'caf\u00e9.png']);
  expect(await readFile(join(directory, '2024/小狗.jpg'))).toHaveLength(3);
});

test.each([
  '../x.jpg',
  'a/../../x.jpg',
  '/etc/x.jpg',
  '',
  'a//b.jpg',
  './a.jpg',
  'a\\b.jpg',
  'a\0.jpg',
  `${'x/'.repeat(300)}a.jpg`,
])('the path %j is refused, and nothing is written', async (path) => {
  const some = uploads();
  const id = await some.create();
  await expect(some.receive(id, path, bytes(3))).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  expect(await readdir(root)).toEqual([id]);
  expect(await readdir(join(root, id))).toEqual([]);
});

test('what is too much is refused and leaves nothing; the rest goes on', async () => {
  const some = uploads();
  const id = await some.create();
  await expect(some.receive(id, 'large.jpg', bytes(101))).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  await some.receive(id, 'a.jpg', bytes(40));
  await expect(some.receive(id, 'b.jpg', bytes(20))).rejects.toMatchObject({
    code: 'LIMIT_EXCEEDED',
    message: expect.stringContaining('WENTU_MAX_UPLOAD_BYTES') as string,
  });
  expect(await readdir(join(root, id))).toEqual(['a.jpg']);
  await expect(uploads(100, 0).create()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
});

test('a file that breaks off, a name too long, a file where a folder is: a typed error, and no half file', async () => {
  const some = uploads();
  const id = await some.create();
  const broken = Readable.from(
    (async function* () {
      yield Buffer.alloc(5);
      throw Object.assign(new Error('gone'), { code: 'ECONNRESET' });
    })(),
  );
  await expect(some.receive(id, 'half.jpg', broken)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expect(some.receive(id, `${'长'.repeat(200)}.jpg`, bytes(1))).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await some.receive(id, 'a/b.jpg', bytes(1));
  await expect(some.receive(id, 'a', bytes(1))).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(some.receive(id, 'a/b.jpg/c.jpg', bytes(1))).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(some.receive(id, 'a/b.jpg', bytes(9))).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await readFile(join(root, id, 'a/b.jpg'))).toHaveLength(1);
  expect((await readdir(join(root, id), { recursive: true })).sort()).toEqual(['a', 'a/b.jpg']);
});

test('an upload that is discarded or unknown takes nothing more', async () => {
  const some = uploads();
  const id = await some.create();
  expect(await some.discard(id)).toBe(true);
  expect(await some.discard(id)).toBe(false);
  await expect(some.receive(id, 'a.jpg', bytes(1))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(some.receive('../..', 'a.jpg', bytes(1))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await readdir(root)).toEqual([]);
});

test('is loaded once: not while a file is coming, not twice, not when it was given up; and again when the load was refused', async () => {
  const some = uploads();
  const id = await some.create();
  let finish = (): void => undefined;
  const slow = Readable.from(
    (async function* () {
      yield Buffer.alloc(1);
      await new Promise<void>((done) => (finish = done));
    })(),
  );
  const receiving = some.receive(id, 'slow.jpg', slow);
  await new Promise((done) => setTimeout(done, 20));
  await expect(some.handOver(id, async () => 1)).rejects.toMatchObject({ code: 'CONFLICT' });
  finish();
  await receiving;
  await expect(some.handOver(id, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  const loading = some.handOver(id, async (directory) => {
    await new Promise((done) => setTimeout(done, 20));
    return directory;
  });
  await expect(some.handOver(id, async () => 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await some.discard(id)).toBe(false);
  expect(await readdir(await loading)).toEqual(['slow.jpg']);
});

test('leftovers of a day ago go; those that a load still reads, and fresh ones, stay', async () => {
  const days = (n: number): Date => new Date(Date.now() - n * 24 * 60 * 60_000);
  for (const [name, age] of [
    ['old', 2],
    ['busy', 2],
    ['fresh', 0],
  ] as const) {
    await mkdir(join(root, name));
    await writeFile(join(root, name, 'a.jpg'), 'x');
    await utimes(join(root, name), days(age), days(age));
  }
  jobs = [
    { directory: join(root, 'busy'), status: 'QUEUED' },
    { directory: join(root, 'old'), status: 'SUCCEEDED' },
  ];
  const id = await uploads().create();
  expect((await readdir(root)).sort()).toEqual(['busy', 'fresh', id].sort());
});
