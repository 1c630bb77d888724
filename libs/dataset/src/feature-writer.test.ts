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
])('a file that ends %s goes on after its last whole line', async (_, torn) => {
  await write('1', '"2"');
  await put((await content()) + torn);
  const writer = await write('4');
  expect(await content()).toBe(line('1') + line('"2"') + line('4'));
  expect(['1', '2', '3', '4'].filter((id) => writer.has(id))).toEqual(['1', '2']);
});

test('a file that is torn in its first line begins anew', async () => {
  await write('1');
  await put('{"image_id');
  expect((await write('2')).has('1')).toBe(false);
  expect(await content()).toBe(line('2'));
});

test.each([
  ['model', 'other', /begun with model m, this is other/],
  ['space', 'other', /begun with space s, this is other/],
  ['dimension', 3, /begun with dimension 2, this is 3/],
  ['preprocessing', 'other', /begun with preprocessing p, this is other/],
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

test('a file of an input that has changed since is not gone on with', async () => {
  await write('1');
  const other = { ...options, maker: { ...maker, input: 'other' } };
  await expect(FeatureWriter.open(other)).rejects.toThrow(
    /img_feat\.jsonl was begun from files that have changed since/,
  );
  expect(await content()).toBe(line('1'));
});

test('a file that nobody says the model of is left alone', async () => {
  await put(line('1'));
  await expect(FeatureWriter.open(options)).rejects.toThrow(/img_feat\.json, which would say what made it, is not/);
  expect(await content()).toBe(line('1'));
});

test('a file with a line that is no feature is not gone on with', async () => {
  await write('1');
  await put(`${await content()}nonsense\n${line('2')}`);
  await expect(FeatureWriter.open(options)).rejects.toThrow(/img_feat\.jsonl:2: the line is no feature/);
});

test('a place that cannot be written is named', async () => {
  const path = join(await folder.write('file'), 'f.jsonl');
  await expect(FeatureWriter.open({ ...options, path })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringMatching(/f\.jsonl cannot be written \((ENOTDIR|EEXIST)\)/) as string,
  });
});
