import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importModel } from './import-model';
import { loadModel, towerBytes, verifyModel } from './model';
import { lowestCosines, readGolden } from './testing/golden-features';

// tools/make-encoder-fixtures/make_tower_models.py and make_more_tower_models.py: open_clip's towers with random
// weights, and the vectors of torch.
const FIXTURES = join(__dirname, '../fixtures/tower-models');
const PARITY = { upright: false, background: 'drop' } as const;

let folder: string;
let source: string;
let target: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-immich-'));
  source = join(folder, 'immich');
  target = join(folder, 'installed');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const take = (name: string): Promise<void> => cp(join(FIXTURES, name), source, { recursive: true });

async function edit(file: string, from: string | RegExp, to: string): Promise<void> {
  const path = join(source, file);
  const text = await readFile(path, 'utf8');
  expect(text).toMatch(from);
  await writeFile(path, text.replace(from, to));
}

async function expectRefused(message: RegExp): Promise<void> {
  await expect(importModel(source, target)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringMatching(message) as string,
  });
  expect(await readdir(folder)).toEqual(['immich']);
}

describe('a model in Immich’s layout', () => {
  test('with an XLM-RoBERTa gives the vectors of open_clip', async () => {
    await take('immich-xlmr');
    const info = await importModel(source, target);
    expect(info).toMatchObject({
      ...{ name: 'immich', dimension: 16, imageSize: 16, contextLength: 24, logitScale: null },
      resize: { fit: 'crop', filter: 'bicubic' },
    });
    expect((await loadModel(target, PARITY)).info.preprocessing).toBe('pillow-bicubic-1/16-crop/as-stored/drop');
    const { images, texts } = await lowestCosines(target, await readGolden(source));
    expect(images).toBeGreaterThan(0.99999);
    expect(texts).toBeGreaterThan(0.99999);
  });

  test('with bytes as pictures and texts without punctuation gives the vectors of open_clip', async () => {
    await take('immich-siglip');
    const info = await importModel(source, target);
    expect(info).toMatchObject({ resize: { fit: 'squash', filter: 'bicubic' } });
    const { manifest } = await loadModel(target, PARITY);
    expect(manifest.image.pixels).toBe('uint8-nhwc');
    expect(manifest.text.cleaning).toBe('canonical');
    const { images, texts } = await lowestCosines(target, await readGolden(source));
    expect(images).toBeGreaterThan(0.99999);
    expect(texts).toBeGreaterThan(0.99999);
  });

  test('with the encoder of NLLB gives the vectors of open_clip for texts after zho_Hans', async () => {
    await take('immich-nllb');
    const info = await importModel(source, target);
    expect(info.resize).toEqual({ fit: 'squash', filter: 'bicubic' });
    const { manifest } = await loadModel(target, PARITY);
    expect(manifest.text.prefix).toBe('zho_Hans');
    expect(manifest.image.pixels).toBe('float-nchw');
    const { images, texts } = await lowestCosines(target, await readGolden(source));
    expect(images).toBeGreaterThan(0.99999);
    expect(texts).toBeGreaterThan(0.99999);
  });

  test('of FG-CLIP 2, with cropped pictures and the weights in the graphs, gives the vectors of torch', async () => {
    await take('immich-fg-clip');
    const info = await importModel(source, target);
    expect(info.resize).toEqual({ fit: 'crop', filter: 'bicubic' });
    const { manifest } = await loadModel(target, PARITY);
    expect(manifest.image).toMatchObject({ pixels: 'float-nchw', mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] });
    expect(manifest.text).toMatchObject({ prefix: '', cleaning: 'white-space', inputs: { ids: 'text' } });
    const { images, texts } = await lowestCosines(target, await readGolden(source));
    expect(images).toBeGreaterThan(0.99999);
    expect(texts).toBeGreaterThan(0.99999);
  });

  test('of M-CLIP, whose text tower takes a mask, gives the vectors of torch', async () => {
    await take('immich-m-clip');
    await importModel(source, target);
    const { manifest } = await loadModel(target, PARITY);
    expect(manifest.text.inputs).toEqual({ ids: 'input_ids', attentionMask: 'attention_mask' });
    const { images, texts } = await lowestCosines(target, await readGolden(source));
    expect(images).toBeGreaterThan(0.99999);
    expect(texts).toBeGreaterThan(0.99999);
  });

  test('keeps the weights of both towers apart, though their files have the same names', async () => {
    await take('immich-xlmr');
    await importModel(source, target);
    for (const file of ['textual/weights.0', 'visual/weights.0'])
      expect(await readFile(join(target, file))).toEqual(await readFile(join(source, file)));
    const model = await loadModel(target, PARITY);
    await expect(verifyModel(model)).resolves.toBeUndefined();
    const { image, text } = towerBytes(model.manifest);
    const total = Object.values(model.manifest.files).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    // The open tokenizer takes ten times the size of its file.
    expect(image + text).toBe(total + 9 * model.manifest.files['textual/tokenizer.json']!.sizeBytes);
    // The installed folder is a model too.
    const again = await importModel(target, join(folder, 'again'), { name: 'again' });
    expect(again.space).toBe(model.info.space);
    await rm(join(source, 'visual/weights.0'));
    await expect(importModel(source, join(folder, 'third'))).rejects.toThrow(/has no file .*visual\/weights\.0/);
  });

  test('of NLLB reads Chinese texts after the code of their language', async () => {
    await take('immich-xlmr');
    await edit('config.json', 'xlm-roberta-base', 'facebook/nllb-200-distilled-600M');
    const { space } = await importModel(source, target);
    expect((await loadModel(target, PARITY)).manifest.text.prefix).toBe('zho_Hans');
    await rm(source, { recursive: true });
    await take('immich-xlmr');
    expect((await importModel(source, join(folder, 'other'))).space).not.toBe(space);
  });

  test.each([
    ['visual/preprocess_cfg.json', '"shortest"', '"longest"', /preprocess_cfg\.json .* resize_mode/],
    ['visual/preprocess_cfg.json', '"bicubic"', '"lanczos"', /preprocess_cfg\.json .* interpolation/],
    [
      'visual/preprocess_cfg.json',
      /"size": \[\s*16,\s*16\s*\]/,
      '"size": [16, 24]',
      /pictures must be square, not 24 × 16/,
    ],
    ['config.json', '"context_length": 24', '"context_length": 32', /takes 24 tokens, but config\.json says 32/],
    ['config.json', '"hf_tokenizer_name"', '"tokenizer_kwargs": {"clean": "basic"}, "hf_tokenizer_name"', /clean/],
    ['textual/tokenizer_config.json', '<pad>', '<nothing>', /tokenizer\.json has no token "<nothing>"/],
    ['config.json', '"embed_dim": 16', '"embed_dim": 17', /gives float32 \[1, 16\].*\[1, 17\]/],
  ])('with %s of %s as %s is refused', async (file, from, to, message) => {
    await take('immich-xlmr');
    await edit(file, from, to);
    await expectRefused(message);
  });

  test.each(['config.json', 'textual/tokenizer.json', 'visual/preprocess_cfg.json', 'visual/model.onnx'])(
    'without %s is refused',
    async (file) => {
      await take('immich-siglip');
      await rm(join(source, file));
      await expectRefused(new RegExp(`has no file .*${file}`));
    },
  );
});
