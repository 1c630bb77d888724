import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FeatureWriter, type FeatureFileOptions } from './feature-writer';
import { TempFolder } from './testing/temp-folder';

const maker = { model: 'm', space: 's', dimension: 2, preprocessing: 'p', input: 'i' };
const row = (literal: string, ...feature: number[]): { literal: string; feature: Float32Array } => ({
  literal,
  feature: Float32Array.from(feature),
});
const line = (literal: string): string => `{"image_id": ${literal}, "feature": [0.1, -0.2]}\n`;

let folder: TempFolder;
let options: FeatureFileOptions;
beforeEach(async () => {
  folder = await TempFolder.make();
  options = { path: join(folder.path, 'new/v.img_feat.jsonl'), idKey: 'image_id', maker };
});
afterEach(() => folder.remove());

async function write(...literals: string[]): Promise<FeatureWriter> {
  const writer = await FeatureWriter.open(options);
  await writer.append(literals.map((literal) => row(literal, 0.1, -0.2)));
  await writer.close();
  return writer;
}
const content = (): Promise<string> => readFile(options.path, 'utf8');
const put = (text: string): Promise<string> => folder.write('new/v.img_feat.jsonl', text);

test('a new file gets its folder and its sidecar', async () => {
  await write('9007199254740993', '"a\\"b"');
  expect(await content()).toBe(line('9007199254740993') + line('"a\\"b"'));
  expect(await readdir(join(folder.path, 'new'))).toEqual(['v.img_feat.json', 'v.img_feat.jsonl']);
  expect(JSON.parse(await readFile(options.path.replace('.jsonl', '.json'), 'utf8'))).toEqual(maker);
});

test.each([
  ['in the middle of a line', '{"image_id": 3, "fea'],
  ['before the end of a line', line('3').slice(0, -1)],
])('a file that ends %s is continued after its last complete line', async (_, incomplete) => {
  await write('1', '"2"');
  await put((await content()) + incomplete);
  const writer = await write('4');
  expect(await content()).toBe(line('1') + line('"2"') + line('4'));
  expect(['1', '2', '3', '4'].filter((id) => writer.has(id))).toEqual(['1', '2']);
});

test('a file with an incomplete first line starts again', async () => {
  await write('1');
  await put('{"image_id');
  expect((await write('2')).has('1')).toBe(false);
  expect(await content()).toBe(line('2'));
});

test.each([
  ['model', 'other', /started with model m, but this run has other/],
  ['space', 'other', /started with space s, but this run has other/],
  ['dimension', 3, /started with dimension 2, but this run has 3/],
  ['preprocessing', 'other', /started with preprocessing p, but this run has other/],
])('features of another %s are never added', async (key, value, message) => {
  await write('1');
  const other = { ...options, maker: { ...maker, [key]: value } };
  await expect(FeatureWriter.open(other)).rejects.toMatchObject({
    code: 'INDEX_MISMATCH',
    message: expect.stringMatching(message) as string,
  });
  expect(await content()).toBe(line('1'));
  expect(await folder.openFiles()).toEqual([]);
});

test('a file whose input has changed is not continued', async () => {
  await write('1');
  const other = { ...options, maker: { ...maker, input: 'other' } };
  await expect(FeatureWriter.open(other)).rejects.toThrow(
    /img_feat\.jsonl was started with input files that have changed since/,
  );
  expect(await content()).toBe(line('1'));
});

test('a file without a sidecar is not changed', async () => {
  await put(line('1'));
  await expect(FeatureWriter.open(options)).rejects.toThrow(/not its sidecar .*img_feat\.json, which names its model/);
  expect(await content()).toBe(line('1'));
});

test('a file with a line that is not a feature is not continued', async () => {
  await write('1');
  await put(`${await content()}nonsense\n${line('2')}`);
  await expect(FeatureWriter.open(options)).rejects.toThrow(/img_feat\.jsonl:2: the line is not a feature/);
});

test('the error names a path that cannot be written', async () => {
  const path = join(await folder.write('file'), 'f.jsonl');
  await expect(FeatureWriter.open({ ...options, path })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringMatching(/f\.jsonl cannot be written \((ENOTDIR|EEXIST)\)/) as string,
  });
});
