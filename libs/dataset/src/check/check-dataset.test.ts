import { ItemError, type ImagePreparer } from '@wentu/domain';
import { lmdbFixture } from '../testing/lmdb-fixtures';
import { TempFolder } from '../testing/temp-folder';
import { checkDataset, type DatasetCheckOptions, type DatasetReport } from './check-dataset';

let folder: TempFolder;
beforeEach(async () => {
  folder = await TempFolder.make();
});
afterEach(async () => {
  expect(await folder.openFiles()).toEqual([]);
  await folder.remove();
});

/** A decoder that accepts bytes that start with "picture". */
const preparer: ImagePreparer = {
  prepare: async (bytes) => {
    if (!Buffer.from(bytes).toString().startsWith('picture')) throw new ItemError('DECODE_FAILED', 'no picture');
    return { pixels: new Uint8Array(3), mimeType: 'image/png', width: 1, height: 1 };
  },
};
const check = (options: Partial<DatasetCheckOptions> = {}): Promise<DatasetReport> =>
  checkDataset(folder.path, { preparer, maxImageBytes: 1_000, concurrency: 3, maxListedPerCode: 10, ...options });
const found = ({ problems }: DatasetReport): string[] => problems.listed.map(({ item, code }) => `${item} ${code}`);
const row = (id: string, content = `picture ${id}`): string => `${id}\t${Buffer.from(content).toString('base64')}\n`;
const text = (id: number, ...images: string[]): string =>
  `{"text_id": ${id}, "text": "第${id}句 \\"1\\"", "image_ids": [${images.join(', ')}]}\n`;
const feature = (key: string, id: string, values = '[0.6, 0.8]'): string => `{"${key}": ${id}, "feature": ${values}}\n`;
const BIG = '9007199254740993';

test('a correct dataset has no problem; ids above 2^53 are distinct', async () => {
  await folder.write('valid_imgs.tsv', row('1') + row(BIG));
  await folder.write('valid_texts.jsonl', text(1, '1', BIG) + text(2, BIG));
  await folder.write('valid_imgs.img_feat.jsonl', feature('image_id', BIG) + feature('image_id', '1'));
  await folder.write('valid_texts.txt_feat.jsonl', feature('text_id', '2') + feature('text_id', '1'));
  expect(await check()).toEqual({
    directory: folder.path,
    kind: 'tsv',
    split: 'valid',
    pictures: { total: 2, good: 2 },
    texts: { file: 'valid_texts.jsonl', total: 2, good: 2 },
    imageFeatures: { file: 'valid_imgs.img_feat.jsonl', total: 2, good: 2, dimension: 2, missing: 0 },
    textFeatures: { file: 'valid_texts.txt_feat.jsonl', total: 2, good: 2, dimension: 2, missing: 0 },
    problems: { total: 0, counts: {}, listed: [] },
  });
});

test('lists each picture that cannot be used', async () => {
  await folder.write(
    'valid_imgs.tsv',
    `${row('1')}no tab\n${row('1')}3\t!!!\n${row('4', 'broken')}5\t\n${row('6', `picture${'x'.repeat(1_000)}`)}`,
  );
  const report = await check();
  expect(report.pictures).toEqual({ total: 7, good: 1 });
  expect(found(report).sort()).toEqual([
    'valid_imgs.tsv:2 BAD_ROW',
    'valid_imgs.tsv:3 DUPLICATE_ID',
    'valid_imgs.tsv:4 BAD_BASE64',
    'valid_imgs.tsv:5 DECODE_FAILED',
    'valid_imgs.tsv:6 EMPTY_FILE',
    'valid_imgs.tsv:7 TOO_LARGE',
  ]);
});

test('lists each text that cannot be used, and texts of missing pictures', async () => {
  await folder.write('valid_imgs.tsv', row('1') + row('9007199254740992'));
  await folder.write(
    'valid_texts.jsonl',
    `${text(1, '1')}${text(1, '1')}${text(3, '1', BIG, '8')}nonsense\n{"text_id": 5, "text": " ", "image_ids": []}\n{"text_id": 6}\n`,
  );
  const report = await check();
  expect(report.texts).toEqual({ file: 'valid_texts.jsonl', total: 6, good: 1 });
  expect(found(report)).toEqual([
    'valid_texts.jsonl:2 DUPLICATE_ID',
    'valid_texts.jsonl:3 NO_IMAGE',
    'valid_texts.jsonl:4 BAD_ROW',
    'valid_texts.jsonl:5 BAD_ROW',
    'valid_texts.jsonl:6 BAD_ROW',
  ]);
  expect(report.problems.listed[1]!.message).toBe(`there is no picture with the id ${BIG} and 1 more`);
});

test('lists each feature that cannot be used, and missing ones', async () => {
  await folder.write('valid_imgs.tsv', ['1', '2', '3', '4', '5'].map((id) => row(id)).join(''));
  await folder.write(
    'valid_imgs.img_feat.jsonl',
    feature('image_id', '1') +
      feature('image_id', '1') +
      feature('image_id', '2', '[1, 0, 0]') +
      feature('image_id', '3', '[NaN, 1]') +
      feature('image_id', '4', '[0.6, 0.9]') +
      feature('image_id', '9') +
      feature('text_id', '5'),
  );
  const report = await check();
  expect(report.imageFeatures).toMatchObject({ total: 7, good: 1, dimension: 2, missing: 1 });
  expect(found(report)).toEqual([
    'valid_imgs.img_feat.jsonl:2 DUPLICATE_ID',
    'valid_imgs.img_feat.jsonl:3 BAD_FEATURE',
    'valid_imgs.img_feat.jsonl:4 BAD_FEATURE',
    'valid_imgs.img_feat.jsonl:5 BAD_FEATURE',
    'valid_imgs.img_feat.jsonl:6 NO_IMAGE',
    'valid_imgs.img_feat.jsonl:7 BAD_ROW',
    'valid_imgs.img_feat.jsonl NO_FEATURE',
  ]);
});

test('a sidecar with another dimension is a problem', async () => {
  await folder.write('valid_imgs.tsv', row('1'));
  await folder.write('valid_imgs.img_feat.jsonl', feature('image_id', '1'));
  await folder.write('valid_imgs.img_feat.json', '{"model": "m", "space": "s", "dimension": 3}');
  expect(found(await check())).toEqual(['valid_imgs.img_feat.jsonl INDEX_MISMATCH']);
});

test('all problems are counted, and the first ones of each code are kept', async () => {
  await folder.write('valid_imgs.tsv', `${'no tab\n'.repeat(1_000)}${row('1', 'broken')}`);
  const { problems } = await check({ maxListedPerCode: 2 });
  expect(problems).toMatchObject({ total: 1_001, counts: { BAD_ROW: 1_000, DECODE_FAILED: 1 } });
  expect(problems.listed).toHaveLength(3);
});

test('a folder of pictures and an LMDB folder are checked too', async () => {
  await folder.write('a.jpg', 'picture');
  await folder.write('b.jpg', 'broken');
  expect(await check()).toMatchObject({ kind: 'folder', split: null, pictures: { total: 2, good: 1 }, texts: null });
  await folder.write('lmdb/test/imgs/data.mdb', lmdbFixture('dataset'));
  await folder.write('test_texts.jsonl', text(1, BIG));
  const report = await check({ split: 'test' });
  expect(report).toMatchObject({ kind: 'lmdb', split: 'test', pictures: { total: 6, good: 0 }, texts: { good: 1 } });
  expect(report.problems.counts).toEqual({ DECODE_FAILED: 6 });
});

test('a damaged LMDB file is a problem that names the page', async () => {
  const bytes = lmdbFixture('many');
  const root = Number(bytes.readBigUInt64LE(4_096 + 128)) * 4_096;
  // The second last child of the root.
  const branch = bytes.readUInt16LE(root + 12) - 4;
  bytes.writeUInt32LE(9_999, root + bytes.readUInt16LE(root + branch));
  await folder.write('imgs/data.mdb', bytes);
  const { pictures, problems } = await check();
  expect(pictures.total).toBeGreaterThan(1_000);
  expect(problems.counts['INVALID_INPUT']).toBe(1);
  expect(problems.listed.at(-1)!.message).toMatch(/data\.mdb cannot be read at page 9999/);
});

test('an abort ends the check with its reason', async () => {
  await folder.write('valid_imgs.tsv', row('1'));
  await expect(check({ signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
});

test('a feature with very many numbers is checked like any other', async () => {
  await folder.write('valid_imgs.tsv', row('1'));
  await folder.write('valid_imgs.img_feat.jsonl', feature('image_id', '1', `[${'0,'.repeat(200_000)}0]`));
  expect((await check()).imageFeatures).toMatchObject({ total: 1, good: 0, dimension: 200_001 });
});
