import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importModel } from './import-model';
import { loadModel } from './model';
import { lowestCosines, readGolden } from './testing/golden-features';

// tools/make-encoder-fixtures/make_tower_models.py: a SigLIP of transformers with random weights, and its vectors.
const FIXTURE = join(__dirname, '../fixtures/tower-models/siglip');
const PARITY = { upright: false, background: 'drop' } as const;

let folder: string;
let source: string;
let target: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-siglip-'));
  source = join(folder, 'siglip');
  target = join(folder, 'installed');
  await cp(FIXTURE, source, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function expectParity(): Promise<void> {
  const { images, texts } = await lowestCosines(target, await readGolden(source));
  expect(images).toBeGreaterThan(0.99999);
  expect(texts).toBeGreaterThan(0.99999);
}

test('a joint graph of SigLIP gives the vectors of transformers, and its scale and bias', async () => {
  const info = await importModel(source, target);
  expect(info).toMatchObject({ dimension: 16, imageSize: 16, contextLength: 24 });
  expect(info.resize).toEqual({ fit: 'squash', filter: 'bilinear' });
  const { logitScale, logitBias } = JSON.parse(await readFile(join(source, 'golden.json'), 'utf8')) as {
    logitScale: number;
    logitBias: number;
  };
  expect(info.logitScale).toBeCloseTo(logitScale, 4);
  expect(info.logitBias).toBeCloseTo(logitBias, 4);
  expect((await loadModel(target, PARITY)).info.preprocessing).toBe('pillow-bilinear-1/16/as-stored/drop');
  expect((await readdir(target)).sort()).toEqual(['image.onnx', 'text.onnx', 'tokenizer.json', 'wentu-model.json']);
  await expectParity();
});

test('a graph of SigLIP for each tower gives the vectors of transformers, but no scale', async () => {
  await rm(join(source, 'onnx/model.onnx'));
  const info = await importModel(source, target);
  expect(info.logitScale).toBeNull();
  expect(info.logitBias).toBeUndefined();
  await expectParity();
});

test('a text tower with an attention mask is another model', async () => {
  await rm(join(source, 'onnx/model.onnx'));
  await cp(join(FIXTURE, '../../hub-model/onnx/model.onnx'), join(source, 'onnx/text_model.onnx'));
  await expect(importModel(source, target)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringMatching(/text_model\.onnx takes \w+ beside input_ids; Wentu knows SigLIP only/) as string,
  });
  expect(await readdir(folder)).toEqual(['siglip']);
});

test('a tokenizer with more tokens than embeddings is refused', async () => {
  const path = join(source, 'tokenizer.json');
  const tokenizer = JSON.parse(await readFile(path, 'utf8')) as { model: { vocab: Record<string, number> } };
  const { vocab } = tokenizer.model;
  vocab['more'] = Object.keys(vocab).length;
  await writeFile(path, JSON.stringify(tokenizer));
  await expect(importModel(source, target)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringMatching(
      /tokenizer\.json has 701 tokens, but .*model\.onnx has embeddings for 700/,
    ) as string,
  });
});
