import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '@wentu/domain';
import { createDatasetOpener } from './open-dataset';
import { all, brief, good, messageOf, TempFolder } from './testing/temp-folder';

const FEATURES = 'valid_imgs.img_feat.jsonl';
const openDataset = createDatasetOpener({ maxImageBytes: 3_000 });
let folder: TempFolder;
let opened: Dataset[] = [];
beforeEach(async () => {
  folder = await TempFolder.make();
});
afterEach(async () => {
  for (const dataset of opened) await dataset.close();
  opened = [];
  await folder.remove();
});

async function open(tsv: readonly string[], features: readonly string[], end = '\n'): Promise<Dataset> {
  await folder.write('valid_imgs.tsv', tsv.join(end) + end);
  await folder.write(FEATURES, features.join(end) + end);
  const dataset = await openDataset(folder.path, {});
  opened.push(dataset);
  return dataset;
}
const row = (id: string): string => `${id}\t${Buffer.from(`picture ${id}`).toString('base64')}`;
const line = (id: string, feature: string): string => `{"image_id": ${id}, "feature": ${feature}}`;
const BIG = '7000000000123456789';

test.each([
  ['LF', '\n', ''],
  ['CRLF and a byte order mark', '\r\n', '\ufeff'],
])('joins features with pictures by id, in the order of the features (%s)', async (_, end, bom) => {
  const tsv = [bom + row('1'), row(BIG), row('3')];
  const dataset = await open(tsv, [line('3', '[0.6, 0.8]'), line('1', '[0, 1]'), line(BIG, '[1, 0]')], end);
  expect(dataset).toMatchObject({ kind: 'features', directory: folder.path, features: { dimension: 2 } });
  const entries = await all(dataset);
  expect(entries.map(brief)).toEqual(['3', '1', BIG]);
  expect(entries.map(({ item }) => item)).toEqual([1, 2, 3].map((number) => `${FEATURES}:${number}`));
  expect(good(entries, BIG).feature).toEqual(Float32Array.of(1, 0));
  expect(good(entries, '3').feature).toEqual(Float32Array.of(0.6, 0.8));
  // The pictures can still be read after the iteration has ended.
  for (const id of ['1', '3', BIG])
    expect(Buffer.from(await good(entries, id).read()).toString()).toBe(`picture ${id}`);
  expect(await dataset.count()).toBe(3);
});

test('each fault in either file is a separate failure', async () => {
  const dataset = await open(
    [row('1'), 'no tab', row('1'), row('2'), row('3'), row('4'), row('5'), row('6'), row('7'), row('8')],
    [
      line('1', '[0.6, 0.8]'),
      line('1', '[0.6, 0.8]'),
      line('2', '[0.6, 0.8, 0]'),
      line('3', '[NaN, 1]'),
      line('4', '[Infinity, 1]'),
      line('5', '[0, 0]'),
      line('6', '[30, 40]'),
      line('99', '[0.6, 0.8]'),
      '{"image_id": 7, "feature": [0.6',
      line('1.5', '[0.6, 0.8]'),
      line('8', '[0.6, 0.8]'),
    ],
  );
  const entries = await all(dataset);
  expect(entries.map(brief)).toEqual([
    'valid_imgs.tsv:2 BAD_ROW',
    'valid_imgs.tsv:3 DUPLICATE_ID',
    '1',
    `${FEATURES}:2 DUPLICATE_ID`,
    `${FEATURES}:3 BAD_FEATURE`,
    `${FEATURES}:4 BAD_FEATURE`,
    `${FEATURES}:5 BAD_FEATURE`,
    `${FEATURES}:6 BAD_FEATURE`,
    `${FEATURES}:7 BAD_FEATURE`,
    `${FEATURES}:8 NO_IMAGE`,
    `${FEATURES}:9 BAD_ROW`,
    `${FEATURES}:10 BAD_ID`,
    '8',
    'valid_imgs.tsv:9 BAD_FEATURE',
  ]);
  expect(messageOf(entries, 'valid_imgs.tsv:3')).toContain('valid_imgs.tsv:1');
  expect(messageOf(entries, `${FEATURES}:3`)).toMatch(/3 numbers.* 2/);
  expect(messageOf(entries, 'valid_imgs.tsv:9')).toContain('has no feature');
  // `count` does not parse the numbers, so for line 9 it does not count the picture without a feature.
  expect(await dataset.count()).toBe(entries.length - 1);
});

test('normalised features are unchanged, features of half precision are normalised', async () => {
  const exact = Float32Array.of(0.6, 0.8);
  const dataset = await open(
    [row('1'), row('2')],
    [line('1', JSON.stringify([...exact])), line('2', '[0.599, 0.801]')],
  );
  const entries = await all(dataset);
  expect(good(entries, '1').feature).toEqual(exact);
  expect(Math.hypot(...good(entries, '2').feature!)).toBeCloseTo(1, 6);
});

test('a sidecar names the model of the features', async () => {
  await folder.write('valid_imgs.img_feat.json', '{"model": "m", "space": "s", "dimension": 2}');
  const dataset = await open([row('1')], [line('1', '[0.6, 0.8]')]);
  expect(dataset.features).toEqual({ model: 'm', space: 's', dimension: 2 });
});

test.each(['', '[]', '{"model": 1, "space": "s", "dimension": 2}', '{"model": "m", "space": "s", "dimension": 1.5}'])(
  'the sidecar %j is refused',
  async (sidecar) => {
    await folder.write('valid_imgs.img_feat.json', sidecar);
    await expect(open([row('1')], [line('1', '[1, 0]')])).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  },
);

test('the dimension comes from the first good line; a file without a good line is refused', async () => {
  const dataset = await open([row('1')], ['broken', line('9', '[NaN]'), line('1', '[0, 0, 1]')]);
  expect(dataset.features).toEqual({ dimension: 3 });
  await expect(open([row('1')], ['broken'])).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('a tsv that is truncated while it is read fails only the pictures', async () => {
  const dataset = await open([row('1'), row('2')], [line('1', '[1, 0]'), line('2', '[1, 0]')]);
  const entries = await all(dataset);
  await writeFile(join(folder.path, 'valid_imgs.tsv'), row('1'));
  expect(Buffer.from(await good(entries, '1').read()).toString()).toBe('picture 1');
  await expect(good(entries, '2').read()).rejects.toMatchObject({ name: 'ItemError', code: 'READ_FAILED' });
});

test('closing closes the tsv, and an abort or a stop closes the feature file', async () => {
  const ids = Array.from({ length: 2_000 }, (_, i) => String(i));
  const dataset = await open(
    ids.map(row),
    ids.map((id) => line(id, '[1, 0]')),
  );
  const controller = new AbortController();
  const entries = dataset.entries(controller.signal)[Symbol.asyncIterator]();
  const first = await entries.next();
  expect(first.done).toBe(false);
  controller.abort(new Error('cancelled'));
  await expect(entries.next()).rejects.toThrow('cancelled');
  await expect(dataset.count(controller.signal)).rejects.toThrow('cancelled');
  for await (const entry of dataset.entries()) {
    if (!('error' in entry)) await entry.read();
    break;
  }
  await dataset.close();
  while ((await folder.openFiles()).length > 0) await new Promise(setImmediate);
  await rm(join(folder.path, FEATURES));
});
