import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { sourceError } from './file-errors';
import { createDatasetOpener } from './open-dataset';
import { all, brief, TempFolder } from './testing/temp-folder';

const openDataset = createDatasetOpener({ maxImageBytes: 1_000 });
let folder: TempFolder;
beforeEach(async () => {
  folder = await TempFolder.make();
});
afterEach(() => folder.remove());

const ids = async (split?: string): Promise<string[]> =>
  (await all(await openDataset(folder.path, split === undefined ? {} : { split }))).map(brief);

test('takes the given split, else valid, else the only one', async () => {
  await folder.write('train_imgs.tsv', 'train\tQUJD\n');
  expect(await ids()).toEqual(['train']);
  await folder.write('valid_imgs.tsv', 'valid\tQUJD\n');
  await folder.write('test_imgs.tsv', 'test\tQUJD\n');
  await folder.write('a.jpg');
  expect(await ids()).toEqual(['valid']);
  expect(await ids('test')).toEqual(['test']);
});

test('the error of an ambiguous or missing split lists the splits', async () => {
  await folder.write('train_imgs.tsv', '1\tQUJD\n');
  await folder.write('test_imgs.tsv', '1\tQUJD\n');
  await expect(ids()).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expect(ids()).rejects.toThrow(/test.*train/);
  await expect(ids('valid')).rejects.toThrow(/valid_imgs\.tsv.*test.*train/);
  await expect(ids('../test')).rejects.toThrow(/test.*train/);
});

test('a split of a folder of images is refused', async () => {
  await folder.write('a.jpg');
  await expect(ids('valid')).rejects.toThrow('valid_imgs.tsv');
});

test('a directory without images or with an empty tsv is refused when it is opened', async () => {
  await expect(ids()).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await mkdir(join(folder.path, 'sub'));
  await folder.write('sub/notes.txt');
  await expect(ids()).rejects.toThrow(/contains no pictures/);
  await folder.write('valid_imgs.tsv', '\n\r\n');
  await expect(ids()).rejects.toThrow(/valid_imgs\.tsv is empty/);
});

test('a missing path is NOT_FOUND, a file is INVALID_INPUT', async () => {
  const path = await folder.write('a.jpg');
  await expect(openDataset(join(folder.path, 'none'), {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(openDataset(path, {})).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('a directory without permission is FORBIDDEN, one that cannot be read is UNAVAILABLE', () => {
  const error = (code: string): Error => sourceError('dir', Object.assign(new Error('no'), { code }));
  expect(error('EACCES')).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('dir') as unknown });
  expect(error('EIO')).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('EIO') as unknown });
});

test('the directory is given as its real path', async () => {
  await folder.write('real/a.jpg');
  await symlink('real', join(folder.path, 'link'));
  const dataset = await openDataset(join(folder.path, 'link'), {});
  expect(dataset.directory).toBe(join(folder.path, 'real'));
});

test('a tsv that is a link out of the directory is refused', async () => {
  const secret = await folder.write('secret.tsv', 'secret\tQUJD\n');
  await mkdir(join(folder.path, 'in'));
  await symlink(secret, join(folder.path, 'in', 'valid_imgs.tsv'));
  await expect(openDataset(join(folder.path, 'in'), {})).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});
