// `npx nx build vector-store && node tools/bench/embedded-search.mjs [ROWS] [DIMENSION] [THREADS]`: single and batched
// searches of the index in memory, with and without the first pass over int8 rows, in alternating rounds; exactness;
// upserts; memory; and the share of the machine's memory bandwidth. Prints a table.
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { unitVectors } from './lib/random-vectors.mjs';
import { median, report, time } from './lib/report.mjs';

const { EmbeddedVectorStore } = createRequire(import.meta.url)('../../libs/vector-store');
const [rows = 100_000, dimension = 512, threads = 2] = process.argv.slice(2).map(Number);
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');
const ROUNDS = 5;
const REPEATS = 10;
const LIMIT = 10;

/** GB/s of one thread: the C library searches for a byte that does not occur. */
function readBandwidth() {
  const bytes = Buffer.alloc(512 * 2 ** 20, 2);
  bytes.indexOf(1);
  const start = performance.now();
  bytes.indexOf(1);
  return bytes.length / (performance.now() - start) / 1e6;
}

const stores = { int8: 4_096, float32: Infinity };
const open = {};
for (const [name, minInt8Rows] of Object.entries(stores)) {
  open[name] = await EmbeddedVectorStore.open({ threads, minInt8Rows });
  await open[name].ensure('x', dimension);
}
/** Upserts the same vectors each time. @returns the time in milliseconds */
async function fill(store) {
  const unit = unitVectors(dimension);
  let spent = 0;
  for (let first = 1; first <= rows; first += 1_000) {
    const points = Array.from({ length: Math.min(1_000, rows - first + 1) }, (_, i) => ({
      id: first + i,
      vector: unit(),
    }));
    spent += (await time(() => store.upsert('x', points))).wall;
  }
  return spent;
}

collectGarbage();
const before = process.memoryUsage().rss;
const upserting = await fill(open.int8);
collectGarbage();
const grown = process.memoryUsage().rss - before;
await fill(open.float32);

const bandwidth = readBandwidth();
const query = unitVectors(dimension, 2);
const table = [];
for (const batch of [1, 2, 4, 8, 16]) {
  const seen = { int8: { wall: [], cpu: [] }, float32: { wall: [], cpu: [] } };
  for (let round = 0; round < ROUNDS; round++) {
    const queries = Array.from({ length: batch }, query);
    const answers = {};
    for (const name of Object.keys(stores)) {
      answers[name] = await open[name].search('x', { queries, limit: LIMIT });
      const { wall, cpu } = await time(async () => {
        for (let i = 0; i < REPEATS; i++) await open[name].search('x', { queries, limit: LIMIT });
      });
      seen[name].wall.push(wall / REPEATS / batch);
      seen[name].cpu.push(cpu / REPEATS / batch);
    }
    if (JSON.stringify(answers.int8) !== JSON.stringify(answers.float32))
      throw new Error('the first pass has missed a near vector');
  }
  const share = `${Math.round(((rows * dimension) / median(seen.int8.wall) / 1e6 / bandwidth) * 100)} %`;
  table.push([batch, seen.int8.wall, seen.float32.wall, seen.int8.cpu, seen.float32.cpu, batch === 1 ? share : '']);
}
report({
  title:
    `The index in memory: ${rows} × ${dimension}, ${threads} threads, ten nearest, the same answers both ways. One thread reads ${bandwidth.toFixed(1)} GB/s; upserts ` +
    `${Math.round((rows / upserting) * 1_000)} rows/s; the process grew by ${(grown / (rows * dimension * 4)).toFixed(2)} of the vectors' bytes`,
  columns: [
    'Queries at once',
    'ms a query, int8 first',
    'the product alone',
    'CPU-ms a query, int8 first',
    'the product alone',
    'Of the read bandwidth',
  ],
  rows: table,
});
await Promise.all(Object.values(open).map((store) => store.close()));
