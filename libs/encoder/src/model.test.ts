import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openImageEncoder } from './image-encoder';
import { startImageEncoderThread } from './image-encoder-thread';
import { loadModel, verifyModel } from './model';
import { openTextEncoder } from './text-encoder';

const MINI = join(__dirname, '../../../models/wentu-mini');
const PREPROCESSING = { upright: true, background: 'white' } as const;
const CPU = { device: 'cpu', threads: 1 } as const;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-model-'));
  await cp(MINI, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Manifest {
  dimension: number;
  logitScale: number;
  image: Record<string, unknown>;
  text: { contextLength: number; sequence: string; output: string };
  files: Record<string, { sha256: string; sizeBytes: number }>;
}
async function change(edit: (manifest: Manifest) => void): Promise<void> {
  const path = join(folder, 'wentu-model.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as Manifest;
  edit(manifest);
  await writeFile(path, JSON.stringify(manifest));
}
const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const pixels = (seed: number, size: number): Uint8Array =>
  new Uint8Array(size * size * 3).map((_, i) => (i * seed * 31 + (i >> 7)) & 255);

describe('a model folder', () => {
  test('that is complete is loaded and verified', async () => {
    const model = await loadModel(folder, PREPROCESSING);
    expect(model.info).toMatchObject({ name: 'wentu-mini', contextLength: 52 });
    expect(model.info.preprocessing).toBe(`pillow-bicubic-1/${model.info.imageSize}/upright/white`);
    expect((await loadModel(folder, { upright: false, background: 'drop' })).info.preprocessing).not.toBe(
      model.info.preprocessing,
    );
    await expect(verifyModel(model)).resolves.toBeUndefined();
  });

  test.each([
    ['without its description', () => rm(join(folder, 'wentu-model.json')), /wentu-model\.json cannot be read/],
    ['with a scale out of range', () => change((m) => (m.logitScale = 1e3)), /logitScale/],
    [
      'that lists its own description',
      () => change((m) => (m.files['wentu-model.json'] = m.files['vocab.txt']!)),
      /files must not contain the description itself/,
    ],
    ['with a description that is not JSON', () => writeFile(join(folder, 'wentu-model.json'), '{'), /cannot be read/],
    [
      'with bad keys, which the error lists',
      () => change((m) => ((m.dimension = 0), (m.image['mean'] = [1]))),
      /dimension: [^]*image\.mean/,
    ],
    [
      'with a file outside the folder',
      () => change((m) => (m.image['file'] = '../image.onnx')),
      /image\.file: give the name of a file in the folder/,
    ],
    ['without a file', () => rm(join(folder, 'text.onnx')), /has no file text\.onnx/],
    [
      'with a truncated file',
      () => truncate(join(folder, 'image.onnx'), 1_000),
      /image\.onnx has 1000 bytes instead of/,
    ],
  ])('%s is refused', async (_name, breakIt, message) => {
    await breakIt();
    await expect(loadModel(folder, PREPROCESSING)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringMatching(message) as string,
    });
  });

  test('with other bytes of the same length fails verification', async () => {
    const path = join(folder, 'vocab.txt');
    const bytes = await readFile(path);
    bytes[10]! ^= 1;
    await writeFile(path, bytes);
    await expect(verifyModel(await loadModel(folder, PREPROCESSING))).rejects.toThrow(/vocab\.txt has SHA-256/);
  });
});

describe('the towers', () => {
  test('texts: unit vectors, equal alone and in a batch; equal texts have equal vectors', async () => {
    const model = await loadModel(MINI, PREPROCESSING);
    const encoder = await openTextEncoder(model, CPU);
    const texts = ['小狗', '一只小狗在草地上奔跑，天气很好', 'rocket', '', '小狗'];
    const together = await encoder.encodeTexts(texts);
    for (const vector of together) expect(Math.sqrt(dot(vector, vector))).toBeCloseTo(1, 5);
    expect(dot(together[0]!, together[4]!)).toBeCloseTo(1, 6);
    for (const [i, text] of texts.entries())
      expect(dot((await encoder.encodeTexts([text]))[0]!, together[i]!)).toBeGreaterThan(0.9999);
    expect(dot(together[0]!, together[2]!)).toBeLessThan(0.95);
    expect(await encoder.encodeTexts([])).toEqual([]);
    await encoder.close();
  });

  test('texts: words that wentu-mini does not know all have the same vector, and the report lists them', async () => {
    const model = await loadModel(MINI, PREPROCESSING);
    const encoder = await openTextEncoder(model, CPU, 'compatible');
    const [dog, face, percent, radicals, plain] = await encoder.encodeTexts(['dog', '🐶', '%', '⼩⽝', '小犬']);
    expect([face, percent]).toEqual([dog, dog]);
    expect(radicals).toEqual(plain);
    expect(radicals).not.toEqual(dog);
    expect(await encoder.explainTexts(['红色的apple', '🐶'])).toEqual([
      { understood: true, unknownWords: ['apple'], usedText: '红色的apple', ignoredText: '' },
      { understood: false, unknownWords: ['🐶'], usedText: '🐶', ignoredText: '' },
    ]);
    await encoder.close();
    const reference = await openTextEncoder(model, CPU);
    expect(await reference.encodeTexts(['⼩⽝'])).toEqual([dog]);
    await reference.close();
  });

  test('images: unit vectors, equal alone and in a batch, also in another thread', async () => {
    const model = await loadModel(MINI, PREPROCESSING);
    const encoder = await openImageEncoder(model, { ...CPU, batchSize: 2 });
    const images = [1, 2, 3, 4, 5].map((seed) => pixels(seed, model.info.imageSize));
    const together = await encoder.encodeImages(images);
    for (const vector of together) expect(Math.sqrt(dot(vector, vector))).toBeCloseTo(1, 5);
    for (const [i, image] of images.entries())
      expect(dot((await encoder.encodeImages([image]))[0]!, together[i]!)).toBeGreaterThan(0.9999);
    await expect(encoder.encodeImages([new Uint8Array(5)])).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await encoder.close();

    const thread = await startImageEncoderThread({ modelFolder: MINI, ...CPU, batchSize: 2, ...PREPROCESSING });
    expect(thread.model).toEqual(model.info);
    expect(thread.provider).toEqual({ name: 'cpu', reason: 'WENTU_DEVICE is cpu' });
    const there = await thread.encodeImages(images);
    there.forEach((vector, i) => expect(dot(vector, together[i]!)).toBeGreaterThan(0.9999));
    await thread.close();
  });

  test('a thread with a broken model rejects with the same error', async () => {
    await rm(join(folder, 'image.onnx'));
    await expect(
      startImageEncoderThread({ modelFolder: folder, ...CPU, batchSize: 1, ...PREPROCESSING }),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  test('auto gives the reason for its provider, and cuda never runs on the CPU', async () => {
    const model = await loadModel(MINI, PREPROCESSING);
    const auto = await openTextEncoder(model, { device: 'auto', threads: 1 });
    expect(auto.provider.reason).toMatch(
      /^(CUDA opened a session|the CUDA provider library is not installed|CUDA is not)/,
    );
    await auto.close();
    if (auto.provider.name === 'cuda') return;
    for (const device of ['cuda', 'cuda:1'] as const)
      await expect(openTextEncoder(model, { device, threads: 1 })).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining(`WENTU_DEVICE is ${device}, but`) as string,
      });
  });

  test('a vocabulary of another text tower is refused', async () => {
    const path = join(folder, 'vocab.txt');
    const text = await readFile(path, 'utf8');
    for (const [changed, message] of [
      [
        `${text.split('\n').slice(0, 200).join('\n')}\n`,
        /vocab\.txt has 200 pieces, but .*text\.onnx has embeddings for 21128/,
      ],
      [`${text}多\n`, /vocab\.txt has 21129 pieces/],
      [`x\n${text}`, /vocab\.txt starts with "x"/],
    ] as const) {
      await writeFile(path, changed);
      await change((m) => (m.files['vocab.txt']!.sizeBytes = Buffer.byteLength(changed)));
      await expect(openTextEncoder(await loadModel(folder, PREPROCESSING), CPU)).rejects.toThrow(message);
    }
  });

  test('an invalid graph, other tensor names and a wrong dimension are refused', async () => {
    const path = join(folder, 'text.onnx');
    const bytes = await readFile(path);
    await change((m) => (m.text.output = 'nope'));
    await expect(openTextEncoder(await loadModel(folder, PREPROCESSING), CPU)).rejects.toThrow(
      /no tensor nope; it has the inputs .*input_ids/,
    );
    await change((m) => ((m.text.output = 'text_features'), (m.dimension += 1)));
    await expect(openTextEncoder(await loadModel(folder, PREPROCESSING), CPU)).rejects.toThrow(
      /text\.onnx gives float32 \[1, \d+\].*its description says float32/,
    );
    await writeFile(path, bytes.fill(7));
    await expect(openTextEncoder(await loadModel(folder, PREPROCESSING), CPU)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });
});
