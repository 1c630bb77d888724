// `npx nx build api && node tools/bench/duplicates.mjs [--pictures 100] [--photographs WORKDIR] [MODEL_FOLDER …]` measures how well the
// similarity of embeddings tells copies of a picture from different pictures that look alike, with and without a
// perceptual hash. Each picture gets 17 copies (duplicates/copies.mjs). The shipped pictures have emoji of one family,
// which are hard. WORKDIR is that of tools/train-mini-model: its photographs are a second set.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { copiesOf, KINDS } from './duplicates/copies.mjs';
import { differentBits, hashesOf } from './duplicates/hashes.mjs';
import { openModel } from './lib/open-model.mjs';
import { report } from './lib/report.mjs';
import { photographs } from './relevance/test-sets.mjs';

const root = join(import.meta.dirname, '../..');
const load = createRequire(import.meta.url);
const { importModel } = load(join(root, 'libs/encoder/dist/import-model.js'));
const SAMPLES = join(root, 'samples');
const THRESHOLDS = [0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99];
/** With a hash, a pair also has to have at most so many different bits. */
const BITS = [4, 8, 12, 16, 20];
/** Pictures that are decoded at once. */
const AT_ONCE = 16;
const PRECISE = 0.99;
/** Similarities are counted in steps of this size. */
const STEP = 0.0025;
const BINS = Math.round(2 / STEP) + 1;

const { values, positionals } = parseArgs({
  options: { photographs: { type: 'string' }, pictures: { type: 'string', default: '100' } },
  allowPositionals: true,
});
const dataDir = mkdtempSync(join(tmpdir(), 'wentu-duplicates-'));
try {
  const shipped = readdirSync(SAMPLES, { recursive: true })
    .filter((path) => /\.(png|jpg)$/.test(path))
    .sort();
  const sets = [
    { name: 'shipped pictures', pictures: shipped.map((path) => ({ read: () => readFileSync(join(SAMPLES, path)) })) },
  ];
  if (values.photographs) {
    const { name, pictures } = await photographs(values.photographs);
    sets.push({ name, pictures });
  }
  const made = [];
  for (const { name, pictures } of sets)
    made.push({ name, files: await filesOf(spread(pictures, Number(values.pictures))) });
  for (const folder of positionals.length > 0 ? positionals : [join(root, 'models/wentu-mini')]) {
    const model = await openModel(await installed(folder), dataDir);
    for (const set of made) await measure(set, model);
    await model.close();
  }
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}

function spread(pictures, most) {
  const count = Math.min(most, pictures.length);
  return Array.from({ length: count }, (_, i) => pictures[Math.floor((i * pictures.length) / count)]);
}

/** @returns the folder itself, or that of the imported model */
async function installed(folder) {
  if (existsSync(join(folder, 'wentu-model.json'))) return folder;
  const target = join(dataDir, 'imported', String(Math.random()).slice(2));
  await importModel(folder, target);
  return target;
}

/** Every picture with its copies: the original first. */
async function filesOf(pictures) {
  const files = [];
  for (const [picture, { read }] of pictures.entries()) {
    const original = await read();
    const copies = [original, ...(await copiesOf(original))];
    for (const [kind, bytes] of copies.entries())
      files.push({ picture, kind: kind - 1, bytes, ...(await hashesOf(bytes)) });
  }
  return files;
}

async function measure({ name, files }, { encoder, encodePicture }) {
  const vectors = [];
  for (let at = 0; at < files.length; at += AT_ONCE)
    vectors.push(...(await Promise.all(files.slice(at, at + AT_ONCE).map(({ bytes }) => encodePicture(bytes)))));
  const tables = { frequency: newCounts(), difference: newCounts() };
  for (let a = 0; a < files.length; a++)
    for (let b = a + 1; b < files.length; b++) count(files[a], files[b], product(vectors[a], vectors[b]), tables);
  const { frequency } = tables;
  const title = `${encoder.model.name}, ${name}: ${new Set(files.map(({ picture }) => picture)).size} pictures, ${files.length} files`;
  report({
    title: `${title}: pairs by the similarity alone`,
    columns: ['Similarity from', 'Precision, %', 'Recall, %', 'Different pairs found, in a million'],
    rows: THRESHOLDS.map((threshold) => [String(threshold), ...figures(frequency, threshold, 64)]),
  });
  const rules = [
    ['no hash', frequency, 64],
    ...Object.entries(tables).flatMap(([hash, table]) => BITS.map((bits) => [`${hash}, ${bits} bits`, table, bits])),
  ];
  report({
    title: `${title}: the smallest similarity with a precision of ${PRECISE}`,
    columns: ['With', 'Similarity from', 'Precision, %', 'Recall, %', 'Different pairs found, in a million'],
    rows: rules.map(([rule, table, bits]) => {
      const threshold = smallestPrecise(table, bits);
      return [rule, threshold.toFixed(4), ...figures(table, threshold, bits)];
    }),
  });
  const threshold = smallestPrecise(frequency, 64);
  report({
    title: `${title}: which copies are found from ${threshold.toFixed(4)}`,
    columns: ['Copy', 'Recall, %', 'Similarity: median', '5 %'],
    rows: KINDS.map((kind, i) => kindRow(kind, frequency.kinds[i], threshold)),
  });
}

/** Pairs of files by similarity and different bits: of an original with its copies, of one picture, of two. */
function newCounts() {
  const grid = () => Array.from({ length: BINS }, () => new Float64Array(65));
  return { copies: grid(), same: grid(), different: grid(), kinds: KINDS.map(() => []) };
}

function count(a, b, similarity, tables) {
  const bin = Math.max(0, Math.min(BINS - 1, Math.floor((similarity + 1) / STEP)));
  for (const [hash, table] of Object.entries(tables)) {
    const bits = differentBits(a[hash], b[hash]);
    if (a.picture !== b.picture) table.different[bin][bits]++;
    else {
      table.same[bin][bits]++;
      if (a.kind >= 0) continue;
      table.copies[bin][bits]++;
      table.kinds[b.kind].push(similarity);
    }
  }
}

function binOf(threshold) {
  return Math.round((threshold + 1) / STEP);
}

function sum(grid, threshold, bits) {
  let total = 0;
  for (let bin = binOf(threshold); bin < BINS; bin++) for (let b = 0; b <= bits; b++) total += grid[bin][b];
  return total;
}

function precisionOf({ same, different }, threshold, bits) {
  const [right, wrong] = [sum(same, threshold, bits), sum(different, threshold, bits)];
  return right + wrong === 0 ? 1 : right / (right + wrong);
}

function figures(table, threshold, bits) {
  const wrong = (1e6 * sum(table.different, threshold, bits)) / sum(table.different, -1, 64);
  const recall = sum(table.copies, threshold, bits) / sum(table.copies, -1, 64);
  return [percent(precisionOf(table, threshold, bits)), percent(recall), wrong];
}

function smallestPrecise(table, bits) {
  let best = 1;
  for (let bin = BINS - 1; bin >= 0; bin--) {
    const threshold = -1 + bin * STEP;
    if (precisionOf(table, threshold, bits) < PRECISE) return best;
    best = threshold;
  }
  return best;
}

function kindRow(kind, similarities, threshold) {
  const sorted = [...similarities].sort((a, b) => a - b);
  const at = (share) => sorted[Math.floor(share * (sorted.length - 1))].toFixed(3);
  return [kind, percent(sorted.filter((each) => each >= threshold).length / sorted.length), at(0.5), at(0.05)];
}

function percent(share) {
  return (100 * share).toFixed(1);
}

function product(a, b) {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i] * b[i];
  return total;
}
