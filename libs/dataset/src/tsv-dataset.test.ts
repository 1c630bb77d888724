import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '@wentu/domain';
import { createDatasetOpener } from './open-dataset';
import { all, brief, good, messageOf, TempFolder } from './testing/temp-folder';

const openDataset = createDatasetOpener({ maxImageBytes: 3_000 });
let folder: TempFolder;
beforeEach(async () => {
  folder = await TempFolder.make();
});
afterEach(() => folder.remove());

const open = async (content: string | Uint8Array): Promise<Dataset> => {
  await folder.write('valid_imgs.tsv', content);
  const dataset = await openDataset(folder.path, {});
  expect(dataset.kind).toBe('tsv');
  return dataset;
};
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const row = (id: string): string => `${id}\t${base64(`picture ${id}`)}`;

test('gives the pictures in the order of the lines, with unchanged ids', async () => {
  const ids = ['7000000000123456789', '007', '猫.jpg', ' a b '];
  const dataset = await open(ids.map(row).join('\n'));
  const entries = await all(dataset);
  expect(entries.map(brief)).toEqual(ids);
  expect(entries.map(({ item }) => item)).toEqual([1, 2, 3, 4].map((line) => `valid_imgs.tsv:${line}`));
  for (const id of ids) expect(Buffer.from(await good(entries, id).read()).toString()).toBe(`picture ${id}`);
  expect(await dataset.count()).toBe(4);
});

test.each([
  ['CRLF', '1\tQUJD\r\n2\tQUJD\r\n'],
  ['a byte order mark', '\ufeff1\tQUJD\n2\tQUJD\n'],
  ['blank lines', '1\tQUJD\n\n2\tQUJD\n\n'],
  ['url-safe base64 without padding', `1\t${Buffer.from('ABC').toString('base64url')}\n2\tQUJD`],
])('reads a file with %s', async (_, content) => {
  const dataset = await open(content);
  const entries = await all(dataset);
  expect(entries.map(brief)).toEqual(['1', '2']);
  for (const id of ['1', '2']) expect(Buffer.from(await good(entries, id).read()).toString()).toBe('ABC');
  expect(await dataset.count()).toBe(2);
});

test('each bad row is a failure of its own, and the other rows are read', async () => {
  const long = 'x'.repeat(513);
  const invalid = Buffer.from('\xff\tQUJD\n', 'latin1');
  const text = ['1\tQUJD', 'no tab', '\tQUJD', `${long}\tQUJD`, '1\tREVG', `9\t${'A'.repeat(50_000)}`, '2\tQUJD'];
  const dataset = await open(Buffer.concat([invalid, Buffer.from(text.join('\n'))]));
  const entries = await all(dataset);
  expect(entries.map(brief)).toEqual([
    'valid_imgs.tsv:1 BAD_ID',
    '1',
    'valid_imgs.tsv:3 BAD_ROW',
    'valid_imgs.tsv:4 BAD_ID',
    'valid_imgs.tsv:5 BAD_ID',
    'valid_imgs.tsv:6 DUPLICATE_ID',
    'valid_imgs.tsv:7 TOO_LARGE',
    '2',
  ]);
  expect(messageOf(entries, 'valid_imgs.tsv:6')).toContain('line 2');
  expect(messageOf(entries, 'valid_imgs.tsv:7')).toMatch(/50002 bytes.* 3000 /);
  expect(await dataset.count()).toBe(8);
});

test('a bad picture is a failure when it is read', async () => {
  const large = Buffer.alloc(3_001).toString('base64');
  const entries = await all(await open(`1\tQU*D\n2\tQUJDR\n3\t\n4\t${large}\n5\tQUJD\textra`));
  const codes = ['BAD_BASE64', 'BAD_BASE64', 'EMPTY_FILE', 'TOO_LARGE', 'BAD_BASE64'];
  for (const [i, code] of codes.entries()) {
    await expect(good(entries, String(i + 1)).read()).rejects.toMatchObject({ name: 'ItemError', code });
  }
});

test('rows are read lazily; an abort or a stop closes the file', async () => {
  const dataset = await open(Array.from({ length: 10_000 }, (_, i) => row(`${'0'.repeat(100)}${i}`)).join('\n') + '\n');
  const controller = new AbortController();
  const entries = dataset.entries(controller.signal)[Symbol.asyncIterator]();
  await entries.next();
  await appendFile(join(folder.path, 'valid_imgs.tsv'), row('late'));
  expect((await folder.openFiles()).length).toBeLessThanOrEqual(1);
  controller.abort(new Error('cancelled'));
  await expect(entries.next()).rejects.toThrow('cancelled');
  const found: string[] = [];
  for await (const entry of dataset.entries()) {
    found.push(brief(entry));
    if (found.length === 3) break;
  }
  expect((await all(dataset)).map(brief).at(-1)).toBe('late');
  await dataset.close();
  while ((await folder.openFiles()).length > 0) await new Promise(setImmediate);
});
