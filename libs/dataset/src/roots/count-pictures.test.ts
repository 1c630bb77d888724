import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countPictures } from './count-pictures';

const NEVER = new AbortController().signal;
let root: string;
beforeEach(async () => (root = await realpath(await mkdtemp(join(tmpdir(), 'wentu-count-')))));
afterEach(() => rm(root, { recursive: true, force: true }));

const fill = async (folder: string, ...names: string[]): Promise<void> => {
  await mkdir(join(root, folder), { recursive: true });
  for (const name of names) await writeFile(join(root, folder, name), 'x');
};

test('counts the pictures of a folder and its subfolders, without the entries that a load ignores', async () => {
  await fill('a', '1.JPG', '2.heic', 'notes.txt', 'clip.MP4');
  await fill('a/b/c', '3.png', '4.CR2');
  await fill('a/@eaDir', 'thumb.jpg');
  await fill('a/.hidden', '5.jpg');
  await fill('other', '6.jpg', '7.jpg');
  await symlink(join(root, 'other'), join(root, 'a/link'));
  expect(await countPictures(join(root, 'a'), [root], NEVER)).toEqual({
    ...{ count: 4, videos: 1, others: 1 },
    ...{ sizeBytes: 4, isComplete: true },
  });
  expect(await countPictures(root, [root], NEVER)).toMatchObject({ count: 6, sizeBytes: 6, isComplete: true });
});

test('the count is incomplete after the limit of entries or of time, and after an abort', async () => {
  await fill('a', ...Array.from({ length: 30 }, (_, i) => `${i}.jpg`));
  const limits = { maxEntries: 1_000, maxMs: 10_000 };
  expect(await countPictures(root, [root], NEVER, { ...limits, maxEntries: 11 })).toMatchObject({
    count: 10,
    sizeBytes: null,
    isComplete: false,
  });
  expect(await countPictures(root, [root], NEVER, { ...limits, maxEntries: 31 })).toMatchObject({
    count: 30,
    isComplete: true,
  });
  expect((await countPictures(root, [root], AbortSignal.abort(), limits)).isComplete).toBe(false);
  expect((await countPictures(root, [root], NEVER, { ...limits, maxMs: 0 })).isComplete).toBe(false);
});

test('refuses a folder outside the roots', async () => {
  await fill('a', '1.jpg');
  await fill('b');
  const counted = countPictures(join(root, 'a'), [join(root, 'b')], NEVER);
  await expect(counted).rejects.toMatchObject({ code: 'FORBIDDEN' });
});
