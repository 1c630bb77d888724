// `npx nx build vector-store && node tools/bench/embedded-search.mjs [ROWS] [DIMENSION] [THREADS]`: single and batched searches of the index in
// memory, with the first pass over int8 rows and without, in alternating rounds; exactness; upserts; memory; and what of the machine's memory
// bandwidth that is. Prints a table.
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const { EmbeddedVectorStore } = createRequire(import.meta.url)('../../libs/vector-store');
const [rows = 100_000, dimension = 512, threads = 2] = process.argv.slice(2).map(Number);
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');
const ROUNDS = 5;
const REPEATS = 10;
const LIMIT = 10;

let seed = 1;
function random() {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
}
/** Roughly normal, so the directions are even. */
function unit() {
  const vector = Float32Array.from({ length: dimension }, () => random() + random() + random() - 1.5);
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / norm);
}
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
/** [wall, CPU] in milliseconds */
async function time(work) {
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return [performance.now() - start, (user + system) / 1_000];
}
/** GB/s of one thread: the C library looks for a byte that is not there. */
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
/** The same vectors each time. @returns the milliseconds it took */
async function fill(store) {
  seed = 1;
  let spent = 0;
  for (let first = 1; first <= rows; first += 1_000) {
    const points = Array.from({ length: Math.min(1_000, rows - first + 1) }, (_, i) => ({
      id: first + i,
      vector: unit(),
    }));
    spent += (await time(() => store.upsert('x', points)))[0];
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
console.log(`${rows} x ${dimension}, ${threads} threads; one thread reads ${bandwidth.toFixed(1)} GB/s`);
console.log(
  `upsert ${Math.round((rows / upserting) * 1_000)} rows/s; memory ${(grown / (rows * dimension * 4)).toFixed(2)} of the vectors'`,
);
console.log(
  '| Queries at once | Wall ms a query, int8 | float32 | CPU ms a query, int8 | float32 | Of the read bandwidth, int8 |',
);
console.log('| --- | --- | --- | --- | --- | --- |');
for (const batch of [1, 2, 4, 8, 16]) {
  const seen = { int8: [], float32: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const queries = Array.from({ length: batch }, unit);
    const answers = {};
    for (const name of Object.keys(stores)) {
      answers[name] = await open[name].search('x', queries, LIMIT);
      const [wall, cpu] = await time(async () => {
        for (let i = 0; i < REPEATS; i++) await open[name].search('x', queries, LIMIT);
      });
      seen[name].push({ wall: wall / REPEATS / batch, cpu: cpu / REPEATS / batch });
    }
    if (JSON.stringify(answers.int8) !== JSON.stringify(answers.float32))
      throw new Error('the first pass has left out a near one');
  }
  const [wall, cpu] = ['wall', 'cpu'].map((key) =>
    Object.fromEntries(Object.entries(seen).map(([name, runs]) => [name, median(runs.map((run) => run[key]))])),
  );
  const share = batch === 1 ? `${Math.round(((rows * dimension) / wall.int8 / 1e6 / bandwidth) * 100)} %` : '';
  const columns = [batch, wall.int8, wall.float32, cpu.int8, cpu.float32];
  console.log(`| ${columns.map((value) => (value === batch ? value : value.toFixed(2))).join(' | ')} | ${share} |`);
}
await Promise.all(Object.values(open).map((store) => store.close()));
