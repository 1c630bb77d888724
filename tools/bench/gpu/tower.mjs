// A process of run.mjs: measures one model on one device. Its argument is the task as JSON; its last line is the
// result. A process for each measurement keeps memory apart, and `NVIDIA_TF32_OVERRIDE` works only before CUDA starts.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { median } from '../lib/report.mjs';

const root = join(import.meta.dirname, '../../..');
const require = createRequire(import.meta.url);
const { loadModel, openTextEncoder } = require(join(root, 'libs/encoder/dist/index.js'));
const { openImageEncoder } = require(join(root, 'libs/encoder/dist/image-encoder.js'));
const { InferenceSession, Tensor } = createRequire(join(root, 'libs/encoder/package.json'))('onnxruntime-node');
const TEXTS = JSON.parse(readFileSync(join(import.meta.dirname, 'texts.json'), 'utf8'));
const PICTURES = 8;
/** ONNX Runtime chooses its kernels for each shape in the first runs. */
const WARM_UP = 3;
const LEAST_RUNS = 3;

/** @typedef task `{ folder, device, threads, batches, seconds }`; without `batches` only the features are computed */
const task = JSON.parse(process.argv[2]);
const options = { device: task.device, threads: task.threads };
let model;
try {
  model = await loadModel(task.folder, { upright: true, background: 'white' });
  const [images, texts] = [await measureImages(), await measureTexts()];
  const rssMib = process.resourceUsage().maxRSS / 1_024;
  console.log(`\n${JSON.stringify({ name: model.info.name, images, texts, rssMib })}`);
} catch (error) {
  // The last line is the reason that run.mjs names.
  console.error(error);
  console.error(error.message.split('\n')[0]);
  process.exitCode = 1;
}

async function measureImages() {
  const { size } = model.manifest.image;
  const pictures = Array.from({ length: PICTURES }, (_, i) => smoothPicture(i + 1, size));
  const batches = task.batches ?? [];
  const encoder = await openImageEncoder(model, { ...options, batchSize: Math.max(PICTURES, ...batches) });
  const features = await encoder.encodeImages(pictures);
  const rates = [];
  for (const batch of batches) {
    const given = Array.from({ length: batch }, (_, i) => pictures[i % PICTURES]);
    rates.push({ batch, encoder: await rateOf(batch, () => encoder.encodeImages(given)) });
  }
  await encoder.close();
  if (batches.length > 0) await addRawRates(rates, size);
  return { provider: encoder.provider, features: features.map((vector) => [...vector]), rates };
}

/** ONNX Runtime alone, on ready tensors in the memory of the host. */
async function addRawRates(rates, size) {
  const { file, input, pixels } = model.manifest.image;
  const [name, number = '0'] = task.device.split(':');
  const session = await InferenceSession.create(join(task.folder, file), {
    executionProviders: [name === 'cuda' ? { name, deviceId: Number(number) } : { name }],
    intraOpNumThreads: task.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    extra: model.manifest.sessionConfig,
  });
  for (const rate of rates) {
    const length = rate.batch * 3 * size * size;
    const tensor =
      pixels === 'uint8-nhwc'
        ? new Tensor('uint8', new Uint8Array(length).fill(90), [rate.batch, size, size, 3])
        : new Tensor('float32', new Float32Array(length).fill(0.3), [rate.batch, 3, size, size]);
    rate.session = await rateOf(rate.batch, () => session.run({ [input]: tensor }));
  }
  await session.release();
}

async function measureTexts() {
  const encoder = await openTextEncoder(model, options);
  const features = await encoder.encodeTexts(TEXTS);
  const rates = [];
  for (const batch of task.batches ?? []) {
    const given = Array.from({ length: batch }, (_, i) => TEXTS[i % TEXTS.length]);
    rates.push({ batch, encoder: await rateOf(batch, () => encoder.encodeTexts(given)) });
  }
  await encoder.close();
  return { provider: encoder.provider, features: features.map((vector) => [...vector]), rates };
}

/** Rows a second: the median of the runs. */
async function rateOf(rows, run) {
  for (let i = 0; i < WARM_UP; i++) await run();
  const milliseconds = [];
  const end = performance.now() + task.seconds * 1_000;
  while (milliseconds.length < LEAST_RUNS || performance.now() < end) {
    const start = performance.now();
    await run();
    milliseconds.push(performance.now() - start);
  }
  return (rows * 1_000) / median(milliseconds);
}

/** Bytes `[S, S, 3]`. For a model with random weights, pictures with large areas differ more than noise does. */
function smoothPicture(seed, size) {
  const random = (at) => (Math.imul(at + 1, 2_654_435_761 + 40_503 * seed) >>> 16) & 0xff;
  const bytes = new Uint8Array(3 * size * size);
  const cell = Math.ceil(size / 4);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const area = Math.floor(y / cell) * 4 + Math.floor(x / cell);
      for (let c = 0; c < 3; c++) {
        const at = (y * size + x) * 3 + c;
        bytes[at] = Math.min(255, random(area * 3 + c) * 0.85 + random(97 + at) * 0.15);
      }
    }
  }
  return bytes;
}
