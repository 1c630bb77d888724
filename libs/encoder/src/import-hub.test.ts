import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lowestCosines, readGolden, type Golden } from './testing/golden-features';
import { importModel } from './import-model';
import { loadModel, verifyModel } from './model';

// tools/make-encoder-fixtures/make_hub_model.py: one joint graph of a random Chinese-CLIP, and the vectors of torch.
const HUB = join(__dirname, '../fixtures/hub-model');
const PARITY = { upright: false, background: 'drop' } as const;

let folder: string;
let source: string;
let target: string;
let golden: Golden;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-hub-'));
  source = join(folder, 'chinese-clip-tiny');
  target = join(folder, 'installed');
  await cp(HUB, source, { recursive: true });
  golden = await readGolden(HUB);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function expectRefused(message: RegExp): Promise<void> {
  await expect(importModel(source, target)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringMatching(message) as string,
  });
  // No partial files remain.
  expect(await readdir(folder)).toEqual(['chinese-clip-tiny']);
}

async function edit(file: string, from: string, to: string): Promise<void> {
  const path = join(source, file);
  const text = await readFile(path, 'utf8');
  expect(text).toContain(from);
  await writeFile(path, text.replace(from, to));
}

describe('a joint graph of the hub', () => {
  test('becomes two towers that give the vectors of torch', async () => {
    const info = await importModel(source, target);
    expect(info).toMatchObject({ name: 'chinese-clip-tiny', dimension: 16, imageSize: 16, contextLength: 52 });
    expect(info.space).toMatch(/^chinese-clip-[0-9a-f]{16}$/);
    expect(info.logitScale).toBeCloseTo(golden.logitScale!, 4);
    const { images, texts } = await lowestCosines(target, golden);
    expect(images).toBeGreaterThan(0.99999);
    expect(texts).toBeGreaterThan(0.99999);
    await expect(verifyModel(await loadModel(target, PARITY))).resolves.toBeUndefined();
    expect((await readdir(target)).sort()).toEqual(['image.onnx', 'text.onnx', 'vocab.txt', 'wentu-model.json']);
  });

  test('neither tower contains the weights of the other', async () => {
    await importModel(source, target);
    const [joint, image, text] = await Promise.all(
      [join(source, 'onnx/model.onnx'), join(target, 'image.onnx'), join(target, 'text.onnx')].map((path) =>
        readFile(path, 'latin1'),
      ),
    );
    expect(joint).toContain('patch_embedding.weight');
    expect(text).not.toContain('patch_embedding.weight');
    expect(text).not.toContain('pixel_values');
    expect(image).toContain('patch_embedding.weight');
    expect(image).not.toContain('word_embeddings.weight');
    expect(image).not.toContain('input_ids');
    expect(image!.length + text!.length).toBeLessThan(1.02 * joint!.length);
  });

  test('of half precision, with half precision inputs and outputs, gives the vectors of torch to 0.001', async () => {
    await rm(join(source, 'onnx/model.onnx'));
    const info = await importModel(source, target, { name: 'half' });
    expect(info.name).toBe('half');
    expect(info.logitScale).toBeCloseTo(golden.logitScale!, 2);
    const { images, texts } = await lowestCosines(target, golden);
    expect(images).toBeGreaterThan(0.999);
    expect(texts).toBeGreaterThan(0.999);
  });

  test('quantised, with token types and weights in a second file, gives about the vectors of torch', async () => {
    await rm(join(source, 'onnx/model.onnx'));
    await rm(join(source, 'onnx/model_fp16.onnx'));
    await importModel(source, target);
    const { images, texts } = await lowestCosines(target, golden);
    expect(images).toBeGreaterThan(0.99);
    expect(texts).toBeGreaterThan(0.99);
    expect(await readdir(target)).toContain('model_quantized.onnx_data');
    expect((await loadModel(target, PARITY)).manifest.text.inputs.tokenTypes).toBe('token_type_ids');
    // The bytes of the second file are part of the space and of the verification.
    await rm(join(source, 'onnx/model_quantized.onnx_data'));
    await expect(importModel(source, `${target}-2`)).rejects.toThrow(/has no file .*onnx\/model_quantized\.onnx_data/);
    await expect(verifyModel(await loadModel(target, PARITY))).resolves.toBeUndefined();
  });

  test('has another space when anything that vectors depend on differs, and the same space otherwise', async () => {
    const spaces = [];
    spaces.push((await importModel(source, target)).space);
    spaces.push((await importModel(source, `${target}-2`, { name: 'another name' })).space);
    expect(spaces[1]).toBe(spaces[0]);
    await edit('preprocessor_config.json', '0.48145466', '0.5');
    spaces.push((await importModel(source, `${target}-3`)).space);
    await rm(join(source, 'onnx/model.onnx'));
    spaces.push((await importModel(source, `${target}-4`)).space);
    expect(new Set(spaces).size).toBe(3);
  });

  test('may have its vocabulary in tokenizer.json only, and its graph beside it', async () => {
    const pieces = (await readFile(join(source, 'vocab.txt'), 'utf8')).trimEnd().split('\n');
    const vocab = Object.fromEntries(pieces.map((piece, id) => [piece, id]));
    await writeFile(join(source, 'tokenizer.json'), JSON.stringify({ model: { type: 'WordPiece', vocab } }));
    await rm(join(source, 'vocab.txt'));
    await rename(join(source, 'onnx/model.onnx'), join(source, 'model.onnx'));
    await rm(join(source, 'onnx'), { recursive: true });
    const { space } = await importModel(source, target);
    expect((await lowestCosines(target, golden)).texts).toBeGreaterThan(0.99999);
    // The same pieces in another file are the same vocabulary.
    expect(space).toBe((await importModel(HUB, `${target}-2`)).space);
  });
});

describe('of the hub’s layout is refused', () => {
  test('a folder without one of the files', async () => {
    await rm(join(source, 'config.json'));
    await expectRefused(/has no file .*config\.json/);
  });

  test('a folder without a vocabulary', async () => {
    await rm(join(source, 'vocab.txt'));
    await expectRefused(/has no file .*tokenizer\.json/);
  });

  test.each([
    ['{', /tokenizer\.json is not JSON/],
    ['{"model":{"type":"BPE","vocab":{}}}', /tokenizer\.json is not the file of a model that Wentu knows: model\.type/],
    ['{"model":{"vocab":{"[PAD]":0,"[UNK]":2}}}', /tokenizer\.json gives "\[UNK\]" the id 2 where 1 should be/],
  ])('a tokenizer.json of %s', async (json, message) => {
    await rm(join(source, 'vocab.txt'));
    await writeFile(join(source, 'tokenizer.json'), json);
    await expectRefused(message);
  });

  test('a model of another kind', async () => {
    await edit('config.json', 'chinese_clip', 'clip');
    await expectRefused(/config\.json is not the file of a model that Wentu knows: model_type/);
  });

  test('a wrong dimension', async () => {
    await edit('config.json', '"projection_dim": 16', '"projection_dim": 32');
    await expectRefused(/chinese-clip-tiny\/onnx\/model\.onnx gives float32 \[1, 16\].*\[1, 32\]/);
  });

  test('a wrong picture size', async () => {
    await edit('preprocessor_config.json', '"height": 16,\n    "width": 16', '"height": 24,\n    "width": 24');
    await expectRefused(/model\.onnx does not run with the inputs of its description/);
  });

  test('a vocabulary that is too small for the table of embeddings', async () => {
    await edit('vocab.txt', '##b\n', '');
    await expectRefused(/vocab\.txt has \d+ pieces, but .*model\.onnx has embeddings for \d+/);
  });

  test('a vocabulary without the special pieces', async () => {
    await writeFile(join(source, 'vocab.txt'), '红\n绿\n');
    await expectRefused(/vocab\.txt has 2 pieces but not \[PAD\], \[UNK\], \[CLS\], \[SEP\]/);
  });

  test('a graph with other tensors', async () => {
    const path = join(source, 'onnx/model.onnx');
    const bytes = await readFile(path);
    for (let at = bytes.indexOf('image_embeds'); at >= 0; at = bytes.indexOf('image_embeds', at))
      bytes.write('other', at);
    await writeFile(path, bytes);
    await expectRefused(/model\.onnx has no tensor image_embeds; .*inputs input_ids, pixel_values.*other_embeds/);
  });

  test.each([10, 1_000, 70_000])('a graph truncated after %i bytes', async (sizeBytes) => {
    const path = join(source, 'onnx/model.onnx');
    await writeFile(path, (await readFile(path)).subarray(0, sizeBytes));
    await expectRefused(/model\.onnx is not a complete ONNX file/);
  });

  test('an empty graph', async () => {
    await writeFile(join(source, 'onnx/model.onnx'), '');
    await expectRefused(/model\.onnx contains no ONNX graph/);
  });
});

describe('an import', () => {
  test('that is aborted at any moment rejects with the reason and leaves no files', async () => {
    for (const delayMs of [0, 2, 5, 10, 15, 20, 30]) {
      const controller = new AbortController();
      const importing = importModel(source, target, { signal: controller.signal });
      const reason = new Error('given up');
      const timer = setTimeout(() => controller.abort(reason), delayMs);
      const outcome = await importing.then(
        () => 'installed',
        (error: unknown) => error,
      );
      clearTimeout(timer);
      if (outcome === 'installed') await rm(target, { recursive: true });
      else expect(outcome).toBe(reason);
      expect(await readdir(folder)).toEqual(['chinese-clip-tiny']);
    }
    await expect(importModel(source, target, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow(
      'before',
    );
  });

  test('does not touch a target that exists', async () => {
    await mkdir(target);
    await writeFile(join(target, 'precious'), 'x');
    await expect(importModel(source, target)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await stat(join(target, 'precious'))).size).toBe(1);
  });

  test('of an unknown layout lists the known layouts and the files of the folder', async () => {
    await rm(source, { recursive: true });
    await mkdir(source);
    await writeFile(join(source, 'weights.pt'), 'x');
    await expectRefused(
      /neither wentu-model\.json, nor .*img\.fp32\.onnx.* nor onnx\/model\.onnx .*contains weights\.pt/,
    );
  });
});
