import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '@wentu/domain';
import { createDatasetOpener } from '../open-dataset';
import { all, brief, good, messageOf, TempFolder } from '../testing/temp-folder';
import { fixtureTsv, lmdbFixture } from '../testing/lmdb-fixtures';

let folder: TempFolder;
let opened: Dataset[] = [];
beforeEach(async () => {
  folder = await TempFolder.make();
});
afterEach(async () => {
  for (const dataset of opened) await dataset.close();
  opened = [];
  expect(await folder.openFiles()).toEqual([]);
  await folder.remove();
});

async function open(below = '', split?: string, maxImageBytes = 10_000): Promise<Dataset> {
  const openDataset = createDatasetOpener({ maxImageBytes });
  const dataset = await openDataset(join(folder.path, below), split === undefined ? {} : { split });
  opened.push(dataset);
  return dataset;
}
const write = (name: string, fixture = 'dataset'): Promise<string> =>
  folder.write(`${name}/data.mdb`, lmdbFixture(fixture));

test('an LMDB folder gives the pictures of its source tsv, in the order of the keys', async () => {
  await write('lmdb/valid/imgs');
  await folder.write('tsv/valid_imgs.tsv', fixtureTsv());
  const dataset = await open();
  expect(dataset).toMatchObject({ kind: 'lmdb', directory: folder.path });
  expect(await dataset.count()).toBe(6);
  const entries = await all(dataset);
  const wanted = await all(await open('tsv'));
  expect(entries.map(brief)).toEqual(['1', '10', '9', '9007199254740992', '9007199254740993', '末尾']);
  expect(entries.map(({ item }) => item).slice(0, 2)).toEqual(['lmdb/valid/imgs:1', 'lmdb/valid/imgs:10']);
  expect(entries.map(brief).sort()).toEqual(wanted.map(brief).sort());
  for (const id of entries.map(brief)) expect(await good(entries, id).read()).toEqual(await good(wanted, id).read());
});

test.each([
  ['the environment itself', 'a/valid/imgs', 'a/valid/imgs', 'imgs:1'],
  ['the folder of a split', 'a/valid/imgs', 'a/valid', 'imgs:1'],
  ['the folder of the splits', 'a/valid/imgs', 'a', 'valid/imgs:1'],
  ['the folder of the dataset', 'a/lmdb/valid/imgs', 'a', 'lmdb/valid/imgs:1'],
])('is found from %s', async (_, at, from, item) => {
  await write(at);
  for (const split of [undefined, 'valid']) expect((await all(await open(from, split)))[0]!.item).toBe(item);
  await expect(open(from, 'test')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('takes the given split, else valid, else the only one; a tsv of the same split comes first', async () => {
  await write('lmdb/train/imgs', 'one');
  expect((await open()).kind).toBe('lmdb');
  await write('test/imgs');
  await expect(open()).rejects.toThrow(/has lmdb\/train\/imgs, test\/imgs; choose one/);
  await expect(open('', 'valid')).rejects.toThrow(/valid_imgs\.tsv; it has lmdb\/train\/imgs, test\/imgs/);
  await expect(open('', '../test')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await (await open('', 'test')).count()).toBe(6);
  await write('lmdb/valid/imgs', 'one');
  expect(await (await open()).count()).toBe(1);
  await folder.write('valid_imgs.tsv', fixtureTsv());
  expect((await open()).kind).toBe('tsv');
});

test('a value that is not base64, too large or empty fails only its picture', async () => {
  await write('imgs', 'sizes');
  const entries = await all(await open('', undefined, 3_000));
  const failure = async (id: string): Promise<unknown> =>
    good(entries, id)
      .read()
      .catch((error: unknown) => error);
  expect(await failure('0')).toMatchObject({ name: 'ItemError', code: 'EMPTY_FILE' });
  expect(await failure('1')).toMatchObject({ name: 'ItemError', code: 'BAD_BASE64' });
  expect(await failure('3000000')).toMatchObject({ name: 'ItemError', code: 'TOO_LARGE' });
});

test('a value with damaged pages fails only its picture and names the page', async () => {
  const bytes = lmdbFixture('sizes');
  // The page number in the header of the first page of a large value.
  for (let at = 2 * 4_096; at < bytes.length; at += 4_096) {
    if (bytes.readUInt16LE(at + 10) === 4 && bytes.readUInt32LE(at + 12) === 733) bytes[at] = 0xff;
  }
  await folder.write('imgs/data.mdb', bytes);
  const entries = await all(await open('', undefined, 10_000_000));
  await expect(good(entries, '3000000').read()).rejects.toMatchObject({
    name: 'ItemError',
    code: 'READ_FAILED',
    message: expect.stringMatching(/data\.mdb cannot be read at page \d+/) as unknown,
  });
  expect((await good(entries, '1048576').read()).length).toBe(786_432);
});

test('an id that is not UTF-8 is a failure of its own', async () => {
  const bytes = lmdbFixture('dataset');
  bytes[bytes.lastIndexOf('末尾') + 5] = 0xff;
  await folder.write('imgs/data.mdb', bytes);
  const entries = await all(await open());
  expect(entries.map(brief).at(-1)).toMatch(/^imgs:末.* BAD_ID$/);
  expect(messageOf(entries, entries.at(-1)!.item)).toContain('UTF-8');
});

test('features beside an LMDB folder are joined with its pictures by id', async () => {
  await write('lmdb/valid/imgs');
  const line = (id: string): string => `{"image_id": ${id}, "feature": [0.6, 0.8]}\n`;
  await folder.write('valid_imgs.img_feat.jsonl', ['9007199254740993', '1', '"末尾"', '7', '10'].map(line).join(''));
  const dataset = await open();
  expect(dataset).toMatchObject({ kind: 'features', directory: folder.path, features: { dimension: 2 } });
  const entries = await all(dataset);
  expect(entries.map(brief)).toEqual([
    '9007199254740993',
    '1',
    '末尾',
    'valid_imgs.img_feat.jsonl:4 NO_IMAGE',
    '10',
    'lmdb/valid/imgs:9 BAD_FEATURE',
    'lmdb/valid/imgs:9007199254740992 BAD_FEATURE',
  ]);
  expect(await dataset.count()).toBe(entries.length);
  await folder.write('tsv/valid_imgs.tsv', fixtureTsv());
  const wanted = await all(await open('tsv'));
  for (const id of ['9007199254740993', '末尾'])
    expect(await good(entries, id).read()).toEqual(await good(wanted, id).read());
});

test('after unusable features no file is open', async () => {
  await write('lmdb/valid/imgs');
  await folder.write('valid_imgs.img_feat.jsonl', 'nonsense\n');
  await expect(open()).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('an environment without pictures and that of the texts are refused', async () => {
  await write('imgs', 'empty');
  await expect(open()).rejects.toThrow(/data\.mdb is empty/);
  await write('pairs', 'pairs');
  await expect(open('pairs')).rejects.toThrow(/contains cn_clip's pairs .* give the imgs folder/);
});

test('ids are in NFC; an id that exists in two forms is loaded once', async () => {
  await write('imgs', 'unicode-forms');
  const entries = await all(await open());
  expect(entries.map(brief)).toEqual(['imgs:e\u0301 DUPLICATE_ID', '\u00f6', '\u00e9']);
  expect(Buffer.from(await good(entries, '\u00f6').read()).toString()).toBe('o\u0308');
});

test('a link that leads out of the directory is refused', async () => {
  await write('secret/imgs');
  await mkdir(join(folder.path, 'in'));
  await symlink(join(folder.path, 'secret'), join(folder.path, 'in', 'valid'));
  await expect(open('in')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('after closing, reading a picture gives an ItemError', async () => {
  await write('imgs');
  const dataset = await open();
  const entries = await all(dataset);
  await dataset.close();
  await expect(good(entries, '1').read()).rejects.toMatchObject({ name: 'ItemError', code: 'READ_FAILED' });
});

test('an abort ends the reading with its reason', async () => {
  await write('imgs', 'many');
  const controller = new AbortController();
  const entries = (await open()).entries(controller.signal)[Symbol.asyncIterator]();
  await entries.next();
  controller.abort(new Error('cancelled'));
  await expect(entries.next()).rejects.toThrow('cancelled');
});
