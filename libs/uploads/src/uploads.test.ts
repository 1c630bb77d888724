import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createDatasetOpener } from '@wentu/dataset';
import type { DatasetItem } from '@wentu/domain';
import { bytes, testUploads } from './testing/upload-fixtures';
import { MARK } from './upload-folder';
import type { Uploads } from './uploads';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'wentu-uploads-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const uploads = (limits = {}): Uploads => testUploads(root, limits);

/** Reads an upload's folder as a load does: paths, and the size of each file in bytes. */
async function read(directory: string): Promise<Record<string, number>> {
  const dataset = await createDatasetOpener({ maxImageBytes: 10_000 })(directory, { isUpload: true });
  const found: Record<string, number> = {};
  for await (const entry of dataset.entries()) found[entry.item] = (await (entry as DatasetItem).read()).length;
  return found;
}

test('a load reads the files under the paths of the sender, in NFC', async () => {
  const some = uploads();
  const id = await some.create();
  await some.receive(id, '2024/小狗.jpg', bytes(3));
  await some.receive(id, 'cafe\u0301.png', bytes(4));
  expect(await some.handOver(id, read)).toEqual({ '2024/小狗.jpg': 3, 'caf\u00e9.png': 4 });
});

test('accepts names that a file system would refuse: files on the disk have numbers', async () => {
  const some = uploads();
  const id = await some.create();
  const names = [
    `${'小'.repeat(90)}.jpg`,
    `${'长'.repeat(400)}.jpg`,
    'CON.jpg',
    'a:b?.jpg',
    ' .jpg',
    '.x.png',
    'a',
    'a/b.jpg',
  ];
  for (const name of names) await some.receive(id, name, bytes(5));
  expect(await some.handOver(id, read)).toEqual(Object.fromEntries([...names].sort().map((name) => [name, 5])));
  const [folder] = await readdir(root);
  const files = (await readdir(join(root, folder!))).filter((name) => /^\d+$/.test(name));
  expect(files).toHaveLength(names.length);
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
  expect(await readdir(root)).toEqual([`wentu-upload-${id}`]);
  expect(await readdir(join(root, `wentu-upload-${id}`))).toEqual([MARK]);
});

test('of two files with the same name the first one stays, even while it is being received', async () => {
  const some = uploads();
  const id = await some.create();
  const slow = stream();
  const receiving = some.receive(id, 'a/b.jpg', slow.content);
  await expect(some.receive(id, 'a/b.jpg', bytes(9))).rejects.toMatchObject({ code: 'CONFLICT' });
  slow.end();
  await receiving;
  await expect(some.receive(id, 'a/b.jpg', bytes(9))).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await some.handOver(id, read)).toEqual({ 'a/b.jpg': 1 });
});

test('a file over a limit is refused with the name of the setting and leaves nothing; other files are accepted', async () => {
  const some = uploads({ maxImageBytes: 100, maxUploadBytes: 150 });
  const id = await some.create();
  const refused = async (path: string, content: Readable, setting: string, sizeBytes?: number): Promise<void> =>
    await expect(some.receive(id, path, content, sizeBytes)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: expect.stringContaining(setting) as string,
    });
  await refused('large.jpg', bytes(101), 'WENTU_MAX_IMAGE_BYTES');
  // A file that is announced as too large is refused before it is read.
  const unread = bytes(101);
  await refused('large.jpg', unread, 'WENTU_MAX_IMAGE_BYTES', 101);
  expect(unread.readableDidRead).toBe(false);
  // Refused files do not count.
  await some.receive(id, 'a.jpg', bytes(90));
  await refused('b.jpg', bytes(61), 'WENTU_MAX_UPLOAD_BYTES');
  await some.receive(id, 'large.jpg', bytes(60));
  expect(await some.handOver(id, read)).toEqual({ 'a.jpg': 90, 'large.jpg': 60 });
  await expect(uploads({ maxUploadBytes: 0 }).create()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
});

test.each([
  [{ maxCopiedBytes: 50 }, 1_000, 50, 'WENTU_MAX_COPIED_BYTES'],
  [{ maxImageBytes: 40 }, 1_000, 40, 'WENTU_MAX_IMAGE_BYTES'],
  [{}, 30, 30, 'max_allowed_packet'],
])(
  'a file that could not be stored is refused: %j, and %i bytes in the database',
  async (limits, most, maxBytes, setting) => {
    const some = testUploads(root, limits, { maxOriginalBytes: async () => most });
    expect(await some.fileLimit()).toEqual({ maxBytes, setting: expect.stringContaining(setting) as string });
    const id = await some.create();
    await some.receive(id, 'a.jpg', bytes(maxBytes));
    await expect(some.receive(id, 'b.jpg', bytes(maxBytes + 1))).rejects.toMatchObject({
      message: expect.stringContaining(setting) as string,
    });
  },
);

test('all uploads together have a quota; loaded uploads no longer count', async () => {
  const some = uploads({ maxImageBytes: 4_000, uploadsQuotaBytes: 10_000 });
  const [first, second] = [await some.create(), await some.create()];
  await some.receive(first, 'a.jpg', bytes(4_000));
  const directory = await some.handOver(first, async (folder) => folder);
  await some.receive(second, 'b.jpg', bytes(4_000));
  const over = { code: 'LIMIT_EXCEEDED', message: expect.stringContaining('WENTU_UPLOADS_QUOTA_BYTES') as string };
  await expect(some.receive(second, 'c.jpg', bytes(4_000))).rejects.toMatchObject(over);
  // Another process, or this one after a restart, counts the existing folders.
  await expect(uploads({ uploadsQuotaBytes: 7_000 }).create()).rejects.toMatchObject(over);
  await rm(directory, { recursive: true });
  await some.receive(second, 'c.jpg', bytes(4_000));
});

test('an interrupted file is a typed error, leaves no partial file, and can be sent again', async () => {
  const some = uploads();
  const id = await some.create();
  const broken = Readable.from(
    (async function* () {
      yield Buffer.alloc(5);
      throw Object.assign(new Error('gone'), { code: 'ECONNRESET' });
    })(),
  );
  await expect(some.receive(id, 'half.jpg', broken)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  expect(await readdir(join(root, `wentu-upload-${id}`))).toEqual([MARK]);
  await some.receive(id, 'half.jpg', bytes(7));
  expect(await some.handOver(id, read)).toEqual({ 'half.jpg': 7 });
});

test('a discarded or unknown upload accepts no more files, not even one that is being received', async () => {
  const some = uploads();
  const id = await some.create();
  const slow = stream();
  const receiving = some.receive(id, 'slow.jpg', slow.content);
  const refused = expect(receiving).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await some.discard(id)).toBe(true);
  slow.end();
  await refused;
  expect(await some.discard(id)).toBe(false);
  await expect(some.receive(id, 'a.jpg', bytes(1))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(some.receive('../..', 'a.jpg', bytes(1))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await readdir(root)).toEqual([]);
});

test('is loaded once: not while a file is being received, not twice, not without files; again after a refused load', async () => {
  const some = uploads();
  const id = await some.create();
  await expect(some.handOver(id, async () => 1)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  const slow = stream();
  const receiving = some.receive(id, 'slow.jpg', slow.content);
  await expect(some.handOver(id, async () => 1)).rejects.toMatchObject({ code: 'CONFLICT' });
  slow.end();
  await receiving;
  await expect(some.handOver(id, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  await some.receive(id, 'b.jpg', bytes(2));
  let open: (directory: string) => void = () => undefined;
  const gate = new Promise<string>((done) => (open = done));
  const loading = some.handOver(id, async () => await gate);
  await expect(some.handOver(id, async () => 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await some.discard(id)).toBe(false);
  open(join(root, `wentu-upload-${id}`));
  expect(await read(await loading)).toEqual({ 'b.jpg': 2, 'slow.jpg': 1 });
});

test('a folder whose manifest is missing, damaged or points elsewhere is refused', async () => {
  const open = createDatasetOpener({ maxImageBytes: 1_000 });
  await expect(open(root, { isUpload: true })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  for (const line of ['{"file":"../1","path":"a"}', '{"file":"1"}', '{"file":', '[]']) {
    await writeFile(join(root, 'files.jsonl'), `${line}\n`);
    await expect(open(root, { isUpload: true })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  }
});

/** A stream of one byte that ends when the test calls `end`. */
function stream(): { content: Readable; end: () => void } {
  const content = new Readable({ read: () => undefined });
  content.push(Buffer.alloc(1, 1));
  return { content, end: () => content.push(null) };
}
