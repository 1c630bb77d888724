import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWordReader } from './open-word-reader';
import { fixtureOf, fold, LIMITS } from './testing/fixtures';
import { findWordModels, revisionOf, shippedWordModels } from './word-models';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-words-'));
  await cp(shippedWordModels(), folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('the shipped models have a detector, a classifier, a recogniser and characters', async () => {
  const { detector, classifier, recogniser, characters } = await findWordModels(shippedWordModels());
  expect(detector).toMatch(/det/);
  expect(classifier).toMatch(/cls/);
  expect(recogniser).toMatch(/rec/);
  expect(characters).toMatch(/\.txt$/);
});

test('models of another folder read, also without a classifier, and have another revision', async () => {
  await rm(join(folder, 'ch_ppocr_mobile_v2.0_cls_infer.onnx'));
  const reader = await openWordReader({ modelFolder: folder }, LIMITS);
  try {
    expect(reader.revision).not.toBe(await revisionOf(await findWordModels(shippedWordModels())));
    expect(reader.revision.length).toBeLessThanOrEqual(64);
    const { bytes, truth } = fixtureOf('sign');
    expect((await reader.read(bytes)).map(({ text }) => fold(text))).toEqual(truth.map(fold));
  } finally {
    await reader.close();
  }
});

const opening = (): Promise<unknown> => openWordReader({ modelFolder: folder }, LIMITS);

test('a missing file is named', async () => {
  await rm(join(folder, 'ch_PP-OCRv4_rec_infer.onnx'));
  await expect(opening()).rejects.toThrow(/no file of the recogniser \(\*rec\*\.onnx\)/);
});

test('two files for one purpose are refused', async () => {
  await cp(join(folder, 'ch_PP-OCRv4_det_infer.onnx'), join(folder, 'det_2.onnx'));
  await expect(opening()).rejects.toThrow(/2 files of the detector/);
});

test('characters of another model are refused', async () => {
  await writeFile(join(folder, 'ppocr_keys_v1.txt'), '一\n二\n');
  await expect(opening()).rejects.toThrow(/has 6625 classes, but .* has 2 characters/);
});

test('models in each other’s place are refused', async () => {
  const rec = join(folder, 'ch_PP-OCRv4_rec_infer.onnx');
  const cls = join(folder, 'ch_ppocr_mobile_v2.0_cls_infer.onnx');
  await cp(rec, cls);
  await expect(opening()).rejects.toThrow(/cls.* makes 1 × 24 × 6625 numbers .*Remove the file to read lines as they/);
  await rm(cls);
  await cp(rec, join(folder, 'ch_PP-OCRv4_det_infer.onnx'));
  await expect(opening()).rejects.toThrow(/det.* (does not run on a picture|a detector makes one for each pixel)/);
});

test('a file that is no graph is refused', async () => {
  await writeFile(join(folder, 'ch_PP-OCRv4_det_infer.onnx'), 'no graph');
  await expect(opening()).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('a folder that does not exist is named', async () => {
  await expect(openWordReader({ modelFolder: join(folder, 'none') }, LIMITS)).rejects.toThrow(/cannot be read/);
});
