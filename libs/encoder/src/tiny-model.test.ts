import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openImageEncoder } from './image-encoder';
import { loadModel } from './model';
import { openTextEncoder } from './text-encoder';

// tools/make-encoder-fixtures/make_tiny_model.py describes its graphs: the mean of each channel, and the first three
// ids.
const TINY = join(__dirname, '../fixtures/tiny-model');
const PARITY = { upright: false, background: 'drop' } as const;
const CPU = { device: 'cpu', threads: 1 } as const;

const unit = (...values: number[]): number[] => values.map((value) => value / Math.hypot(...values));
function expectVectors(found: readonly Float32Array[], expected: readonly number[][]): void {
  expect(found.length).toBe(expected.length);
  expected.forEach((vector, i) => {
    expect(found[i]?.length).toBe(vector.length);
    vector.forEach((value, at) => expect(found[i]?.[at]).toBeCloseTo(value, 5));
  });
}

test('the input of the image tower is (value − mean) / std by channel, and its output is normalised', async () => {
  const encoder = await openImageEncoder(await loadModel(TINY, PARITY), { ...CPU, batchSize: 8 });
  const filled = (...rgb: number[]): Uint8Array => new Uint8Array(4 * 4 * 3).map((_, i) => rgb[i % 3]!);
  const halfRed = filled(0, 0, 0).map((value, i) => (i < 24 && i % 3 === 0 ? 255 : value));
  // The graph accepts one row, so three pictures need three runs.
  const vectors = await encoder.encodeImages([filled(255, 0, 0), filled(10, 20, 30), halfRed]);
  await encoder.close();
  expectVectors(vectors, [
    unit(0.5 / 0.25, -0.4 / 0.5, -0.2 / 0.1),
    unit((10 / 255 - 0.5) / 0.25, (20 / 255 - 0.4) / 0.5, (30 / 255 - 0.2) / 0.1),
    unit(0, -0.4 / 0.5, -0.2 / 0.1),
  ]);
});

test('the input of a text tower of fixed length without a mask is [CLS], pieces, [SEP] and zeros', async () => {
  const encoder = await openTextEncoder(await loadModel(TINY, PARITY), CPU);
  const vectors = await encoder.encodeTexts(['红绿', '蓝', '', '狗狗狗狗狗狗狗狗狗狗']);
  await encoder.close();
  expectVectors(vectors, [unit(2, 4, 5), unit(2, 6, 3), unit(2, 3, 0), unit(2, 1, 1)]);
});

test('an abort between two runs ends the call with its reason', async () => {
  const encoder = await openTextEncoder(await loadModel(TINY, PARITY), CPU);
  const reason = new Error('the client disconnected');
  const controller = new AbortController();
  const call = encoder.encodeTexts(['红', '绿', '蓝'], controller.signal);
  controller.abort(reason);
  await expect(call).rejects.toBe(reason);
  await encoder.close();
});

describe('a description that does not match the graph is refused when the graph is opened', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wentu-tiny-'));
    await cp(TINY, folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function change(from: string, to: string): Promise<void> {
    const path = join(folder, 'wentu-model.json');
    const text = await readFile(path, 'utf8');
    expect(text).toContain(from);
    await writeFile(path, text.replace(from, to));
  }

  test.each([
    ['another dimension', '"dimension": 3', '"dimension": 4', /image\.onnx gives float32 \[1, 3\].*float32 \[1, 4\]/],
    ['another size', '"size": 4', '"size": 5', /image\.onnx does not run with the inputs of its description: .*image/s],
    ['another input', '"input": "image"', '"input": "pixels"', /image\.onnx has no tensor pixels.* inputs image/],
    ['the other tower’s graph', '"file": "image.onnx"', '"file": "text.onnx"', /text\.onnx has no tensor image/],
  ])('%s', async (_name, from, to, message) => {
    await change(from, to);
    await expect(openImageEncoder(await loadModel(folder, PARITY), { ...CPU, batchSize: 1 })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringMatching(message) as string,
    });
  });

  test('session settings of the description take effect', async () => {
    await change('"vocabulary"', '"sessionConfig": { "session.load_model_format": "ORT" }, "vocabulary"');
    await expect(openTextEncoder(await loadModel(folder, PARITY), CPU)).rejects.toThrow(
      /ORT model verification failed/,
    );
  });

  test('a listed file that does not exist is an error, even when no key names it', async () => {
    await change('"files": {', '"files": { "weights.bin": { "sha256": "' + 'a'.repeat(64) + '", "sizeBytes": 1 },');
    await expect(loadModel(folder, PARITY)).rejects.toThrow(/has no file weights\.bin/);
  });
});
