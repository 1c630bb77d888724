// `npx nx build vector-store && node tools/bench/filtered-search.mjs [ROWS] [DIMENSION] [MAX_EXACT_ROWS]`: searches of
// the index in memory with filters, beside searches without one in the same rounds; what share of the true nearest they
// find; the memory that attributes take. Above MAX_EXACT_ROWS (100,000) the index has graphs. Prints a table.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { clusteredVectors } from './lib/clustered-vectors.mjs';
import { median, report, time } from './lib/report.mjs';

const require = createRequire(import.meta.url);
const { EmbeddedVectorStore } = require('../../libs/vector-store');
const [rows = 100_000, dimension = 512, maxExactRows = 100_000] = process.argv.slice(2).map(Number);
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');
const [ROUNDS, SEARCHES, LIMIT, RECALL_QUERIES] = [5, 20, 10, 50];

const vectors = clusteredVectors(dimension, { seed: 1 });
const query = clusteredVectors(dimension, { seed: 2 });
const all = new Float32Array(rows * dimension);
for (let row = 0; row < rows; row++) all.set(vectors(), row * dimension);
/** Spread over the rows, so that each share is of all folders and segments. */
const widthOf = (id) => (id * 7_919) % 1_000;
const folderOf = (id) => id % 100;
const attributesOf = (id) => ({
  imageId: `holiday ${folderOf(id)}/IMG_${String(id).padStart(7, '0')}.jpg`,
  mimeType: id % 10 ? 'image/jpeg' : 'image/png',
  width: widthOf(id),
  height: 3_000 + (id % 7),
  sizeBytes: 1_000_000 + id,
});

const usedBytes = () => {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** An index with these points. @returns the bytes that it holds */
async function filled(attributes, folder) {
  const before = usedBytes();
  const store = await EmbeddedVectorStore.open({ threads: 2, maxExactRows, ...(folder ? { folder } : {}) });
  await store.ensure('x', dimension);
  for (let first = 1; first <= rows; first += 1_000) {
    const ids = Array.from({ length: Math.min(1_000, rows - first + 1) }, (_, i) => first + i);
    const points = ids.map((id) => ({
      id,
      vector: all.subarray((id - 1) * dimension, id * dimension),
      attributes: attributes(id),
    }));
    await store.upsert('x', points);
  }
  if (folder) await store.settled();
  return { store, bytes: usedBytes() - before };
}

async function bytesWithoutAttributes() {
  const { store, bytes } = await filled(() => ({}));
  await store.close();
  return bytes;
}

await bytesWithoutAttributes(); // What the first filling leaves behind is not counted.
const plainBytes = await bytesWithoutAttributes();
const { store: inMemory, bytes } = await filled(attributesOf);
await inMemory.close();
const folder = rows > maxExactRows ? mkdtempSync(join(tmpdir(), 'wentu-filters-')) : undefined;
const { store } = await filled(attributesOf, folder);

const below = (share) => ({ kind: 'range', attribute: 'width', to: share * 1_000 - 1 });
const CASES = [
  ['width, 0.1 %', below(0.001), (id) => widthOf(id) < 1],
  ['width, 1 %', below(0.01), (id) => widthOf(id) < 10],
  ['width, 3 %', below(0.03), (id) => widthOf(id) < 30],
  ['width, 10 %', below(0.1), (id) => widthOf(id) < 100],
  ['width, 50 %', below(0.5), (id) => widthOf(id) < 500],
  ['width, 100 %', below(1), () => true],
  ['folder, 1 %', { kind: 'inFolder', attribute: 'imageId', folder: 'holiday 7' }, (id) => folderOf(id) === 7],
  ['media type, 10 %', { kind: 'equal', attribute: 'mimeType', value: 'image/png' }, (id) => id % 10 === 0],
];

function nearestIds(wanted, isMatch) {
  const scored = [];
  for (let id = 1; id <= rows; id++) {
    if (!isMatch(id)) continue;
    let score = 0;
    for (let i = 0, at = (id - 1) * dimension; i < dimension; i++) score += wanted[i] * all[at + i];
    scored.push([score, id]);
  }
  return scored
    .sort((a, b) => b[0] - a[0] || a[1] - b[1])
    .slice(0, LIMIT)
    .map(([, id]) => id);
}

const search = (filter, wanted) =>
  store.search('x', { queries: [wanted], limit: LIMIT, ...(filter ? { filter } : {}) });
const table = [];
for (const [name, filter, isMatch] of CASES) {
  // The first search with a filter finds out which points match; later ones remember.
  const first = (await time(() => search(filter, query()))).wall;
  const spent = { with: { wall: [], cpu: [] }, without: { wall: [], cpu: [] } };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [kind, applied] of Object.entries({ without: undefined, with: filter })) {
      const { wall, cpu } = await time(async () => {
        for (let i = 0; i < SEARCHES; i++) await search(applied, query());
      });
      spent[kind].wall.push(wall / SEARCHES);
      spent[kind].cpu.push(cpu / SEARCHES);
    }
  }
  let [found, wanted] = [0, 0];
  for (let i = 0; i < RECALL_QUERIES; i++) {
    const one = query();
    const right = nearestIds(one, isMatch);
    const [hits] = await search(filter, one);
    found += hits.filter(({ id }) => right.includes(id)).length;
    wanted += right.length;
  }
  const ratio = median(spent.with.cpu) / median(spent.without.cpu);
  table.push([
    name,
    first,
    spent.with.wall,
    spent.without.wall,
    spent.with.cpu,
    spent.without.cpu,
    ratio,
    found / wanted,
  ]);
}
report({
  title:
    `Searches with a filter: ${rows} × ${dimension} around centres, exact up to ${maxExactRows} rows, ten nearest. ` +
    `Attributes take ${Math.round((bytes - plainBytes) / 1e6)} MB`,
  columns: ['Filter', 'first, ms', 'ms', 'without', 'CPU-ms', 'without', 'of its CPU', 'recall'],
  rows: table,
});
await store.close();
if (folder) rmSync(folder, { recursive: true });
