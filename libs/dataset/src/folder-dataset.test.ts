import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '@wentu/domain';
import { createDatasetOpener } from './open-dataset';
import { all, brief, good, messageOf, TempFolder } from './temp-folder';

const openDataset = createDatasetOpener({ maxImageBytes: 100 });
let folder: TempFolder;
beforeEach(async () => {
  folder = await TempFolder.make();
});
afterEach(() => folder.remove());

const open = (idFrom?: 'path' | 'stem'): Promise<Dataset> => openDataset(folder.path, idFrom ? { idFrom } : {});
const list = async (idFrom?: 'path' | 'stem'): Promise<string[]> => {
  const dataset = await open(idFrom);
  const entries = await all(dataset);
  expect(await dataset.count()).toBe(entries.length);
  return entries.map(brief);
};

test('finds image files by their endings, at every depth, in the same order every time', async () => {
  const names = [
    'b.jpg',
    'a.JPEG',
    'c/d/e.webp',
    'c/a.png',
    '猫/黑猫.gif',
    'x.jpe',
    'x.jfif',
    'x.avif',
    'x.svg',
    'x.tif',
    // Not read, but pictures: whoever has them is told so.
    'x.heic',
    'x.BMP',
  ];
  for (const name of [...names, 'y.TIFF', 'readme.txt', 'x.mov', 'jpg', 'c/Thumbs.db']) await folder.write(name);
  const found = await list();
  expect(found.toSorted()).toEqual([...names, 'y.TIFF'].sort());
  expect(await list()).toEqual(found);
});

test('hidden files and folders, and what NAS boxes leave, are passed over', async () => {
  for (const name of ['a.jpg', '.b.jpg', '.cache/c.jpg', '@eaDir/a.jpg/SYNO.jpg', '__MACOSX/d.jpg'])
    await folder.write(name);
  expect(await list()).toEqual(['a.jpg']);
});

test('an item knows its file, and reads its bytes when asked', async () => {
  const path = await folder.write('sub/a.jpg', 'bytes');
  const item = good(await all(await open()), 'sub/a.jpg');
  expect(item).toMatchObject({ item: 'sub/a.jpg', file: { path } });
  expect(item.file!.modifiedAtMs).toBeGreaterThan(1e12);
  expect(Buffer.from(await item.read()).toString()).toBe('bytes');
});

test('files that are empty, too large or gone are failures of their own', async () => {
  await folder.write('empty.jpg', '');
  await folder.write('large.jpg', Buffer.alloc(101));
  await folder.write('largest.jpg', Buffer.alloc(100));
  await folder.write('gone.jpg');
  const entries = await all(await open());
  await rm(join(folder.path, 'gone.jpg'));
  await expect(good(entries, 'empty.jpg').read()).rejects.toMatchObject({ name: 'ItemError', code: 'EMPTY_FILE' });
  await expect(good(entries, 'gone.jpg').read()).rejects.toMatchObject({ code: 'READ_FAILED' });
  await expect(good(entries, 'large.jpg').read()).rejects.toMatchObject({
    code: 'TOO_LARGE',
    message: expect.stringMatching(/101 bytes.* 100 /) as unknown,
  });
  expect(await good(entries, 'largest.jpg').read()).toHaveLength(100);
});

test('a file that grew since it was found is measured again', async () => {
  const path = await folder.write('a.jpg');
  const entries = await all(await open());
  await writeFile(path, Buffer.alloc(1_000));
  await expect(good(entries, 'a.jpg').read()).rejects.toMatchObject({ code: 'TOO_LARGE' });
});

test('links are followed to files inside, never out of the folder and never to folders', async () => {
  await folder.write('in/real/a.jpg', 'inside');
  await folder.write('secret.jpg', 'outside');
  const root = join(folder.path, 'in');
  await symlink('real/a.jpg', join(root, 'link.jpg'));
  await symlink('../secret.jpg', join(root, 'out.jpg'));
  await symlink('nowhere.jpg', join(root, 'dangling.jpg'));
  await symlink('.', join(root, 'loop'));
  await symlink('real', join(root, 'folder.jpg'));
  const entries = await all(await openDataset(root, {}));
  expect(entries.map(brief)).toEqual(['link.jpg', 'real/a.jpg']);
  expect(Buffer.from(await good(entries, 'link.jpg').read()).toString()).toBe('inside');
});

test('ids are NFC and at most 512 characters long', async () => {
  await folder.write('cafe\u0301.jpg');
  const deep = Array.from({ length: 4 }, () => '长'.repeat(80)).join('/');
  await folder.write(`${deep}/${'😀'.repeat(60)}.jpg`);
  await folder.write(`${deep}/${deep}/a.jpg`);
  const found = await list();
  expect(found).toContain('caf\u00e9.jpg');
  expect(found).toContain(`${deep}/${'😀'.repeat(60)}.jpg`);
  expect(found).toContain(`${deep}/${deep}/a.jpg BAD_ID`);
});

test('two spellings of one name in Unicode are one id: the second is refused', async () => {
  await folder.write('e\u0301.jpg');
  await folder.write('\u00e9.jpg');
  expect(await list()).toEqual(['\u00e9.jpg', '\u00e9.jpg DUPLICATE_ID']);
});

test('with ids from file names a second file of the name is refused, and both are named', async () => {
  for (const name of ['1.jpg', 'a/1.png', 'a/2.tar.jpg']) await folder.write(name);
  expect(await list('stem')).toEqual(['1', 'a/1.png DUPLICATE_ID', '2.tar']);
  const message = messageOf(await all(await open('stem')), 'a/1.png');
  expect(message).toContain('a/1.png and 1.jpg both have the id 1');
});

test('names that are not UTF-8 are BAD_ID, the rest goes on', async () => {
  await folder.write('good.jpg');
  const bad = (name: string): Buffer => Buffer.concat([Buffer.from(`${folder.path}/`), Buffer.from(name, 'latin1')]);
  await writeFile(bad('\xe9.jpg'), 'x');
  await mkdir(bad('dir\xe9'));
  const found = await list();
  expect(found).toHaveLength(3);
  expect(found.filter((each) => each.endsWith('BAD_ID'))).toHaveLength(2);
  expect(found).toContain('good.jpg');
});

test('10,000 files are found as they are asked for, not ahead', async () => {
  for (let i = 0; i < 100; i++) {
    const directory = `d${String(i).padStart(2, '0')}`;
    await mkdir(join(folder.path, directory));
    await Promise.all(Array.from({ length: 100 }, (_, j) => folder.write(`${directory}/${j}.jpg`)));
  }
  const dataset = await open();
  expect(await dataset.count()).toBe(10_000);
  const entries = dataset.entries()[Symbol.asyncIterator]();
  await entries.next();
  await rename(join(folder.path, 'd99'), join(folder.path, '.d99'));
  const rest: string[] = [];
  for (let next = await entries.next(); !next.done; next = await entries.next()) rest.push(brief(next.value));
  expect(rest).toHaveLength(9_900);
  // The folder that has gone is one failure.
  expect(rest.at(-1)).toBe('d99 READ_FAILED');
});

test('an abort ends the walk with its reason; a stopped walk leaves nothing open', async () => {
  for (const name of ['a.jpg', 'b/c.jpg', 'b/d.jpg']) await folder.write(name);
  const dataset = await open();
  const controller = new AbortController();
  const reason = new Error('cancelled');
  const entries = dataset.entries(controller.signal)[Symbol.asyncIterator]();
  await entries.next();
  controller.abort(reason);
  await expect(entries.next()).rejects.toBe(reason);
  await expect(all(dataset, AbortSignal.abort(reason))).rejects.toBe(reason);
  await expect(dataset.count(AbortSignal.abort(reason))).rejects.toBe(reason);
  for await (const entry of dataset.entries()) if (brief(entry) === 'b/c.jpg') break;
  expect(await folder.openFiles()).toEqual([]);
});
