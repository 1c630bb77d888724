// `npx nx run bench:quick` checks that the optimisations work at all. It compares two measurements in alternation; only
// a mistake can break the limits. It has no absolute times, so a slow or busy machine does not fail it.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { unitVectors } from './lib/random-vectors.mjs';
import { median, time } from './lib/report.mjs';

const root = join(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);
const { loadModel, openTextEncoder } = require(join(root, 'libs/encoder/dist/index.js'));
const { openImageEncoder } = require(join(root, 'libs/encoder/dist/image-encoder.js'));
const { CLIP_RESIZE } = require(join(root, 'libs/domain/dist/index.js'));
const { resizePicture } = require(join(root, 'libs/picture/dist/resample.js'));
const { parseFeatureLine } = require(join(root, 'libs/dataset/dist/feature-line.js'));
const { EmbeddedVectorStore } = require(join(root, 'libs/vector-store'));
const ROUNDS = 7;
let [passed, failed] = [0, 0];

/** The CPU time of the first divided by that of the second: the median of some rounds. */
async function check(what, most, one, other) {
  const ratios = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [first, second] = [await time(one), await time(other)];
    ratios.push(first.cpu / second.cpu);
  }
  const ratio = median(ratios);
  const isFine = ratio <= most;
  if (isFine) passed++;
  else failed++;
  console.log(`${isFine ? 'ok  ' : 'FAIL'} ${what}: ${ratio.toFixed(2)}, at most ${most}`);
}

const model = await loadModel(join(root, 'models/wentu-mini'), { upright: true, background: 'white' });
const texts = await openTextEncoder(model, { device: 'cpu', threads: 2 });
const eight = Array.from({ length: 8 }, (_, i) => `第${i}只小狗在草地上奔跑`);
const long = eight.map((text) => text.repeat(6));
const times = async (count, work) => {
  for (let i = 0; i < count; i++) await work(i);
};
await check(
  'eight texts at once, against one after another',
  0.9,
  () => times(10, () => texts.encodeTexts(eight)),
  () => times(80, (i) => texts.encodeTexts([eight[i % 8]])),
);
await check(
  'short texts, against some that fill the context',
  1,
  () => times(10, () => texts.encodeTexts(eight)),
  () => times(10, () => texts.encodeTexts(long)),
);
await texts.close();

const images = await openImageEncoder(model, { device: 'cpu', threads: 2, batchSize: 8 });
const { imageSize } = model.info;
const pixels = Array.from({ length: 8 }, (_, i) => new Uint8Array(3 * imageSize * imageSize).fill(30 * i));
const picture = { data: new Uint8Array(500 * 375 * 3).fill(90), width: 500, height: 375 };
await check(
  'resizing pictures, against encoding them with the smallest model',
  0.5,
  () => times(8, () => resizePicture(picture, imageSize, CLIP_RESIZE)),
  () => images.encodeImages(pixels),
);
await images.close();

const [rows, dimension] = [30_000, 256];
const usearch = await EmbeddedVectorStore.open({ threads: 1 });
const scan = await EmbeddedVectorStore.open({ threads: 1, engine: 'scan' });
const unit = unitVectors(dimension);
const points = Array.from({ length: rows }, (_, i) => ({ id: i + 1, vector: unit(), attributes: {} }));
for (const store of [usearch, scan]) {
  await store.ensure('x', dimension);
  await store.upsert('x', points);
}
await check(
  'a search with usearch, against a plain scan',
  0.5,
  () => times(20, () => usearch.search('x', { queries: [points[7].vector], limit: 10 })),
  () => times(20, () => scan.search('x', { queries: [points[7].vector], limit: 10 })),
);
const many = points.slice(0, 16).map(({ vector }) => vector);
await check(
  'sixteen searches at once, against one after another',
  0.9,
  () => usearch.search('x', { queries: many, limit: 10 }),
  () => times(16, (i) => usearch.search('x', { queries: [many[i]], limit: 10 })),
);
await Promise.all([usearch.close(), scan.close()]);

const lines = points
  .slice(0, 300)
  .map(({ id, vector }) => Buffer.from(`{"image_id": ${id}, "feature": [${[...vector].join(', ')}]}`));
await check(
  'reading a line of features, against JSON.parse',
  1.3,
  () => lines.forEach((line) => parseFeatureLine(line)),
  () => lines.forEach((line) => JSON.parse(line.toString())),
);

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
