import { cp, rename, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { lmdbFixture } from './testing/lmdb-fixtures';
import { openPictures } from './open-pictures';
import { all, brief, TempFolder } from './testing/temp-folder';

const PICTURE = Buffer.from('picture').toString('base64');
let folder: TempFolder;
beforeEach(async () => {
  folder = await TempFolder.make();
});
afterEach(() => folder.remove());

async function idsOf(source: string, split: string): Promise<string[]> {
  const { dataset } = await openPictures(source, split, { maxImageBytes: 1_000 });
  try {
    return (await all(dataset)).map(brief);
  } finally {
    await dataset.close();
  }
}

test('a tsv file may have any name', async () => {
  expect(await idsOf(await folder.write('pictures.tsv', `1\t${PICTURE}\n2\t${PICTURE}\n`), 'valid')).toEqual([
    '1',
    '2',
  ]);
});

test('a directory of splits gives the given split, without its features', async () => {
  await folder.write('valid_imgs.tsv', `1\t${PICTURE}\n2\t${PICTURE}\n`);
  await folder.write('test_imgs.tsv', `3\t${PICTURE}\n`);
  await folder.write('valid_imgs.img_feat.jsonl', '{"image_id": 2, "feature": [1]}\n');
  expect(await idsOf(folder.path, 'valid')).toEqual(['1', '2']);
  expect(await idsOf(folder.path, 'test')).toEqual(['3']);
  await expect(idsOf(folder.path, 'train')).rejects.toThrow(/has no train_imgs\.tsv; it has test_imgs\.tsv, valid/);
});

test('the only split is not used in place of another one', async () => {
  await folder.write('train_imgs.tsv', `1\t${PICTURE}\n`);
  await expect(idsOf(folder.path, 'valid')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a directory of picture files has no splits', async () => {
  await folder.write('a/b.jpg');
  expect(await idsOf(folder.path, 'valid')).toEqual(['a/b.jpg']);
});

test('the LMDB folder of a split is read, also when its own path is given, under any name', async () => {
  const ids = ['1', '10', '9', '9007199254740992', '9007199254740993', '末尾'];
  await folder.write('set/lmdb/valid/imgs/data.mdb', lmdbFixture('dataset'));
  await folder.write('alone/data.mdb', lmdbFixture('dataset'));
  expect(await idsOf(join(folder.path, 'set'), 'valid')).toEqual(ids);
  expect(await idsOf(join(folder.path, 'alone'), 'valid')).toEqual(ids);
  expect(await idsOf(join(folder.path, 'alone/data.mdb'), 'valid')).toEqual(ids);
  await expect(idsOf(join(folder.path, 'set'), 'test')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test.each([
  ['a tsv', 'valid_imgs.tsv', `1\t${PICTURE}\n`],
  ['a folder', 'a/b.jpg', 'picture'],
])('the fingerprint of %s changes with its content but not with its folder', async (_, name, content) => {
  const fingerprint = async (path: string): Promise<string> => {
    const { dataset, fingerprint } = await openPictures(path, 'valid', { maxImageBytes: 1_000 });
    await dataset.close();
    return fingerprint;
  };
  await folder.write(`one/${name}`, content);
  await utimes(join(folder.path, 'one', name), 1_700_000_000, 1_700_000_000);
  const before = await fingerprint(join(folder.path, 'one'));
  await cp(join(folder.path, 'one'), join(folder.path, 'two'), { recursive: true, preserveTimestamps: true });
  expect(await fingerprint(join(folder.path, 'two'))).toBe(before);
  await folder.write(`one/${name}`, `${content} `);
  expect(await fingerprint(join(folder.path, 'one'))).not.toBe(before);
});

test('the fingerprint of a folder depends on the names of its pictures', async () => {
  await folder.write('a/b.jpg');
  const { fingerprint } = await openPictures(folder.path, 'valid', { maxImageBytes: 1_000 });
  await rename(join(folder.path, 'a'), join(folder.path, 'c'));
  expect((await openPictures(folder.path, 'valid', { maxImageBytes: 1_000 })).fingerprint).not.toBe(fingerprint);
});

test('a missing path is NOT_FOUND', async () => {
  await expect(idsOf(join(folder.path, 'none'), 'valid')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
