import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lowestCosines, readGolden } from './testing/golden-features';
import { importModel } from './import-model';
import { loadModel } from './model';

// tools/make-encoder-fixtures/make_cn_clip_pair.py: fp32 accepts one row per run; fp16 accepts any number and declares
// no dimension.
const PAIR = join(__dirname, '../fixtures/cn-clip-pair');
const TINY = join(__dirname, '../fixtures/tiny-model');
const PARITY = { upright: false, background: 'drop' } as const;

let folder: string;
let source: string;
let target: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-pair-'));
  source = join(folder, 'source');
  target = join(folder, 'installed');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function copyPair(precision: string): Promise<void> {
  await cp(PAIR, source, { recursive: true, filter: (path) => path === PAIR || path.includes(`.${precision}.`) });
}

async function expectRefused(message: RegExp): Promise<void> {
  await expect(importModel(source, target)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringMatching(message) as string,
  });
  expect(await readdir(folder)).toEqual(['source']);
}

async function rename(file: string, from: string, to: string): Promise<void> {
  const path = join(source, file);
  const bytes = await readFile(path, 'latin1');
  expect(bytes).toContain(from);
  await writeFile(path, bytes.replaceAll(from, to), 'latin1');
}

describe('the pair that cn_clip exports', () => {
  test('in fp32, one row per run, gives the vectors of torch', async () => {
    await copyPair('fp32');
    const info = await importModel(source, target);
    expect(info).toMatchObject({ name: 'cn-clip-tiny', dimension: 12, imageSize: 16, contextLength: 52 });
    expect(info.space).toMatch(/^cn-clip-tiny-[0-9a-f]{16}$/);
    expect((await readFile(join(target, 'vocab.txt'), 'utf8')).trimEnd().split('\n').length).toBe(21_128);
    const { images, texts } = await lowestCosines(target, await readGolden(PAIR));
    expect(images).toBeGreaterThan(0.99999);
    expect(texts).toBeGreaterThan(0.99999);
  });

  test('in fp16, with weights in extra files, gives the vectors of torch to 0.001', async () => {
    await copyPair('fp16');
    const info = await importModel(source, target, { name: 'mine' });
    expect(info).toMatchObject({ name: 'mine', dimension: 12, imageSize: 16, contextLength: 52 });
    const { images, texts } = await lowestCosines(target, await readGolden(PAIR));
    expect(images).toBeGreaterThan(0.999);
    expect(texts).toBeGreaterThan(0.999);
    expect(Object.keys((await loadModel(target, PARITY)).manifest.files)).toContain('tiny.img.fp16.onnx.extra_file');
  });

  test('in both precisions is imported in fp32, and the two have different spaces', async () => {
    await cp(PAIR, source, { recursive: true });
    const both = await importModel(source, target);
    await copyPair('fp16');
    await rm(join(source, 'tiny.txt.fp32.onnx'));
    const half = await importModel(source, `${target}-half`);
    await copyPair('fp32');
    await rm(join(source, 'tiny.img.fp16.onnx'));
    const single = await importModel(source, `${target}-single`);
    expect(single.space).toBe(both.space);
    expect(half.space).not.toBe(both.space);
  });

  test.each([
    ['fp32', 'tiny.txt.fp32.onnx'],
    ['fp32', 'tiny.img.fp32.onnx'],
    ['fp16', 'tiny.img.fp16.onnx.extra_file'],
  ])('of %s without %s is refused', async (precision, file) => {
    await copyPair(precision);
    await rm(join(source, file));
    await expectRefused(new RegExp(`has no file .*source/${file}`));
  });

  test('of several models in one folder is refused', async () => {
    await copyPair('fp32');
    await cp(join(source, 'tiny.img.fp32.onnx'), join(source, 'other.img.fp32.onnx'));
    await expectRefused(/exports of several models: other, tiny/);
  });

  test.each([
    ['tiny.txt.fp32.onnx', 'unnorm_text_features', 'normed_text_features'],
    ['tiny.img.fp32.onnx', 'unnorm_image_features', 'normed_image_features'],
  ])('with other tensors in %s is refused', async (file, from, to) => {
    await copyPair('fp32');
    await rename(file, from, to);
    await expectRefused(new RegExp(`${file} has no tensor ${from}; it has the inputs \\w+ and the outputs ${to}`));
  });

  test('with a truncated graph is refused', async () => {
    await copyPair('fp32');
    await truncate(join(source, 'tiny.txt.fp32.onnx'), 9_000);
    await expectRefused(/source\/tiny\.txt\.fp32\.onnx is not a complete ONNX file/);
  });

  test('with truncated weights is refused', async () => {
    await copyPair('fp16');
    await truncate(join(source, 'tiny.txt.fp16.onnx.extra_file'), 1_000);
    await expectRefused(/source\/tiny\.txt\.fp16\.onnx cannot be run/);
  });

  test('with weights outside the folder is refused', async () => {
    await copyPair('fp16');
    await rename('tiny.img.fp16.onnx', 'tiny.img.fp16.onnx.extra_file', '../g.img.fp16.onnx.extra_file');
    await expectRefused(/keeps weights in "\.\.\/g/);
  });

  test('with an invalid vocab.txt is refused', async () => {
    await copyPair('fp32');
    await writeFile(join(source, 'vocab.txt'), '[PAD]\n[UNK]\n');
    await expectRefused(/source\/vocab\.txt has 2 pieces but not \[CLS\], \[SEP\]/);
  });
});

describe('a Wentu folder', () => {
  beforeEach(() => cp(TINY, source, { recursive: true }));

  test('is copied unchanged, under another name if one is given', async () => {
    await writeFile(join(source, 'NOTICE'), 'whose it is');
    await writeFile(join(source, 'unrelated.bin'), 'x');
    const info = await importModel(source, target, { name: 'renamed' });
    expect(info).toMatchObject({ name: 'renamed', space: 'tiny-1', dimension: 3 });
    for (const file of ['image.onnx', 'text.onnx', 'vocab.txt'])
      expect(await readFile(join(target, file))).toEqual(await readFile(join(TINY, file)));
    expect((await readdir(target)).sort()).toEqual([
      'NOTICE',
      'image.onnx',
      'text.onnx',
      'vocab.txt',
      'wentu-model.json',
    ]);
    expect((await loadModel(target, PARITY)).manifest).toEqual({
      ...(await loadModel(TINY, PARITY)).manifest,
      name: 'renamed',
    });
  });

  test('is installed with the permissions of any new folder', async () => {
    await importModel(source, target);
    await mkdir(`${target}-plain`);
    expect((await stat(target)).mode).toBe((await stat(`${target}-plain`)).mode);
  });

  test('with other bytes of the same length is refused', async () => {
    await rename('vocab.txt', '[UNK]', '[UNX]');
    await expectRefused(/source\/vocab\.txt has SHA-256 \w+ instead of \w+/);
  });

  test('with a wrong dimension is refused', async () => {
    await rename('wentu-model.json', '"dimension": 3', '"dimension": 9');
    await expectRefused(/source\/image\.onnx gives float32 \[1, 3\].*\[1, 9\]/);
  });

  test('with a file outside its folder in the description is refused', async () => {
    await rename('wentu-model.json', '"vocab.txt": {', '"../vocab.txt": {');
    await expectRefused(/wentu-model\.json is not a model description/);
  });
});
