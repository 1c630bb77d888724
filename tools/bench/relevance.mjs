// `npx nx build api && node tools/bench/relevance.mjs WORKDIR [MODEL_FOLDER …]` measures how well hits are told apart
// from what is only nearest: how many right pictures are doubted, and for how many absent things nothing is relevant.
// WORKDIR is that of tools/train-mini-model (render.mjs, and tuxpaint-stamps-default unpacked). Calibration sees the
// shipped pictures alone; the texts and pictures of the test are others. The fixed similarity floor stands beside it.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openModel } from './lib/open-model.mjs';
import { report } from './lib/report.mjs';
import { drawings, photographs, shippedPictures } from './relevance/test-sets.mjs';

const root = join(import.meta.dirname, '../..');
const load = createRequire(import.meta.url);
const { calibrate, calibrationPictures } = load(join(root, 'libs/models/dist/calibration.js'));
const { SAMPLE_CAPTIONS } = load(join(root, 'libs/models/dist/sample-captions.js'));
const { dot, excessFor } = load(join(root, 'libs/search/dist/index.js'));

const SAMPLES = join(root, 'samples');
const SIZES = [10, 30, 100, 300, 1_000];
/** A right picture counts as found among so many hits. */
const FOUND = 10;
/** Images from which the centre of a collection is made, as in collection-centres.ts. */
const CENTRE = 256;
const [work, ...given] = process.argv.slice(2);
if (!work) throw new Error('give the working folder of tools/train-mini-model');
const random = seeded(1);

for (const folder of given.length > 0 ? given : [join(root, 'models/wentu-mini')]) await measure(folder);

async function measure(folder) {
  const dataDir = mkdtempSync(join(tmpdir(), 'wentu-relevance-'));
  const model = await openModel(folder, dataDir);
  try {
    const calibrated = new Set(await calibrationPictures(SAMPLES));
    const before = performance.now();
    const { floor, scale } = await calibrate({ ...model, samples: SAMPLES, dataDir });
    const seconds = (performance.now() - before) / 1_000;
    const sets = [shippedPictures(SAMPLES, SAMPLE_CAPTIONS, calibrated), drawings(work), await photographs(work)];
    const rows = [];
    for (const set of sets) rows.push(...(await rowsOf(set, model, floor, scale)));
    report({
      title: `${model.encoder.model.name}: floor ${floor.toFixed(3)}, calibrated in ${seconds.toFixed(1)} s; %, the line / the fixed floor`,
      columns: [
        'Test',
        'Pictures',
        'Right one is first, %',
        'First and right, doubted',
        `Right and in ${FOUND}, doubted`,
        'Absent, named',
      ],
      rows,
    });
    console.log(`line over the mean: ${scale.map(([size, excess]) => `${size}: ${excess.toFixed(3)}`).join(', ')}\n`);
  } finally {
    await model.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function rowsOf({ name, pictures, related }, { encoder, encodePicture }, floor, scale) {
  const vectors = [];
  for (const { read } of pictures) vectors.push(await encodePicture(await read()));
  const texts = [...new Set(pictures.flatMap((picture) => picture.texts))];
  const encoded = await encoder.encodeTexts(texts);
  const queries = texts.map((text, i) => ({
    cosines: vectors.map((vector) => dot(encoded[i], vector)),
    right: pictures.flatMap((picture, at) => (picture.texts.includes(text) ? [at] : [])),
    wrong: pictures.flatMap((picture, at) => (related(text, picture) ? [] : [at])),
  }));
  const smallest = Math.min(...queries.map(({ wrong }) => wrong.length));
  const sizes = [...SIZES.filter((size) => size < smallest * 0.8), smallest];
  return sizes.map((size) => [`${name}`, String(size), ...figuresOf(queries, size, floor, scale)]);
}

/** Each text is asked once in a collection with its picture and once in one without, of the same size. */
function figuresOf(queries, size, floor, scale) {
  const [first, found, absent] = [[], [], []];
  for (const { cosines, right, wrong } of queries) {
    const chosen = sample(wrong, size).map((at) => cosines[at]);
    absent.push(judge(chosen, Math.max(...chosen)));
    const own = Math.max(...right.map((at) => cosines[at]));
    const others = chosen.slice(1);
    const before = others.filter((cosine) => cosine > own).length;
    if (before === 0) first.push(judge([own, ...others], own));
    if (before < FOUND) found.push(judge([own, ...others], own));
  }
  return [
    percent(first.length / queries.length),
    ...[first, found, absent].map((seen) => ['byLine', 'byFloor'].map((way) => percent(share(seen, way))).join(' / ')),
  ];

  function judge(collection, cosine) {
    const known = sample(collection, Math.min(CENTRE, size));
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    return { byLine: cosine < mean + excessFor(scale, size), byFloor: cosine < floor };
  }
}

function share(seen, way) {
  return seen.filter((each) => each[way]).length / seen.length;
}

function percent(value) {
  return (100 * value).toFixed(1);
}

/** @returns `count` different values in random order */
function sample(values, count) {
  const left = [...values];
  for (let i = 0; i < count; i++) {
    const at = i + Math.floor(random() * (left.length - i));
    [left[i], left[at]] = [left[at], left[i]];
  }
  return left.slice(0, count);
}

function seeded(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
