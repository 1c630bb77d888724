// `npx nx run-many -t build -p api && node tools/bench/indexing.mjs [PICTURES] [MODEL_FOLDER …]` compares the load of a
// folder with the raw bound: ONNX Runtime on ready tensors with the same number of threads. It also measures the
// preparation of a picture. Alternating, three rounds. Linux.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { ask, untilMeasured } from '../ci/ask.mjs';
import { BuiltServer } from '../ci/built-server.mjs';
import { HEIGHT, WIDTH, writePicture } from './lib/grainy-pictures.mjs';
import { usageOf } from './lib/processes.mjs';
import { median, report, time } from './lib/report.mjs';

const root = join(import.meta.dirname, '../..');
const [count = '400', ...given] = process.argv.slice(2);
const models = given.length > 0 ? given : [join(root, 'models/wentu-mini')];
const BATCH = 8;
const ROUNDS = 3;
const { createImagePreparer } = createRequire(import.meta.url)(join(root, 'libs/encoder/dist/index.js'));
const { InferenceSession, Tensor } = createRequire(join(root, 'libs/encoder/package.json'))('onnxruntime-node');

const folder = mkdtempSync(join(tmpdir(), 'wentu-indexing-'));
try {
  const pictures = [];
  for (let i = 0; i < Number(count); i++) pictures.push(await writePicture(folder, i));
  const rows = [];
  for (const model of models) rows.push(await measure(model));
  report({
    title: `Indexing ${count} JPEG pictures of ${WIDTH} × ${HEIGHT} from a folder`,
    columns: [
      'Model',
      'Raw bound, images/s',
      'Load, images/s',
      'Load ÷ bound',
      'Raw bound, CPU-ms an image',
      'Load, CPU-ms an image',
      'Load, RSS MiB',
    ],
    rows,
  });
  // The preparation is the same for every model.
  if (given.length === 0) {
    report({
      title: 'Preparing one of them: decode, upright, white background, resize to 224',
      columns: ['CPU-ms a picture', 'Of these the resize'],
      rows: [await measurePreparation(pictures.slice(0, 200))],
    });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(model) {
  const manifest = JSON.parse(readFileSync(join(model, 'wentu-model.json'), 'utf8'));
  const bound = { rate: [], cpu: [] };
  const load = { rate: [], cpu: [], rss: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const raw = await runRaw(model, manifest);
    bound.rate.push(raw.rate);
    bound.cpu.push(raw.cpu);
    const whole = await runLoad(model);
    load.rate.push(whole.rate);
    load.cpu.push(whole.cpu);
    load.rss.push(whole.rss);
  }
  const ratio = load.rate.map((rate, i) => rate / bound.rate[i]);
  return [manifest.name ?? basename(model), bound.rate, load.rate, ratio, bound.cpu, load.cpu, load.rss];
}

async function runRaw(model, { image, sessionConfig }) {
  const session = await InferenceSession.create(join(model, image.file), {
    intraOpNumThreads: availableParallelism(),
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    extra: sessionConfig ?? {},
  });
  const { size } = image;
  const feeds = {
    [image.input]: new Tensor('float32', new Float32Array(BATCH * 3 * size * size).fill(0.3), [BATCH, 3, size, size]),
  };
  await session.run(feeds);
  const runs = Math.ceil(Number(count) / BATCH);
  const { wall, cpu } = await time(async () => {
    for (let i = 0; i < runs; i++) await session.run(feeds);
  });
  await session.release();
  return { rate: (runs * BATCH * 1_000) / wall, cpu: cpu / runs / BATCH };
}

async function runLoad(model) {
  const server = await BuiltServer.start({ WENTU_MODEL: model, WENTU_LOAD_ROOTS: folder, WENTU_SAMPLES: 'off' });
  try {
    await untilMeasured(server.address);
    const { pid } = server.process.child;
    const [cpu, start] = [usageOf([pid]).cpuSeconds, performance.now()];
    const mutation = `mutation { loadCollection(directory: ${JSON.stringify(folder)}, wait: true) { status loaded } }`;
    const { loadCollection } = await ask(server.address, mutation);
    const seconds = (performance.now() - start) / 1_000;
    if (loadCollection.loaded !== Number(count)) throw new Error(`only ${loadCollection.loaded} were loaded`);
    const { cpuSeconds, rssMib } = usageOf([pid]);
    return { rate: Number(count) / seconds, cpu: ((cpuSeconds - cpu) * 1_000) / Number(count), rss: rssMib };
  } finally {
    await server.close();
  }
}

async function measurePreparation(pictures) {
  const { CLIP_RESIZE } = createRequire(import.meta.url)(join(root, 'libs/domain/dist/index.js'));
  const { resizePicture } = createRequire(import.meta.url)(join(root, 'libs/picture/dist/resample.js'));
  const preparer = createImagePreparer({
    imageSize: 224,
    upright: true,
    background: 'white',
    maxPixels: 1e8,
    maxBytes: 1e8,
    previewSide: 512,
  });
  const raw = await sharp(pictures[0]).raw().toBuffer();
  const [all, resize] = [[], []];
  for (let round = 0; round < 5; round++) {
    // The CPU seconds of this process and of its decoder processes.
    const before = usageOf([process.pid]).cpuSeconds;
    for (let i = 0; i < pictures.length; i += BATCH)
      await Promise.all(pictures.slice(i, i + BATCH).map((bytes) => preparer.prepare(bytes, { preview: false })));
    all.push(((usageOf([process.pid]).cpuSeconds - before) * 1_000) / pictures.length);
    const part = await time(async () => {
      for (let i = 0; i < pictures.length; i++)
        resizePicture({ data: raw, width: WIDTH, height: HEIGHT }, 224, CLIP_RESIZE);
    });
    resize.push(part.cpu / pictures.length);
  }
  preparer.close();
  return [all, median(resize)];
}
