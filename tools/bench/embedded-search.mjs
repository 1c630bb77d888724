// `npx nx build vector-store && node tools/bench/embedded-search.mjs [ROWS] [DIMENSION] [THREADS]`: exact searches of
// the index in memory, with usearch and by plain scans, in alternating rounds; exactness; upserts; memory. With
// WENTU_BENCH_BESIDE=FOLDER, another checkout's libs/vector-store, that one's searches instead of plain scans. Prints a
// table.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { clusteredVectors } from './lib/clustered-vectors.mjs';
import { unitVectors } from './lib/random-vectors.mjs';
import { median, report, time } from './lib/report.mjs';

const require = createRequire(import.meta.url);
const { EmbeddedVectorStore } = require('../../libs/vector-store');
const { WENTU_BENCH_BESIDE: beside, WENTU_BENCH_CLUSTERED: isClustered } = process.env;
const [rows = 100_000, dimension = 512, threads = 2] = process.argv.slice(2).map(Number);
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');
const ROUNDS = 5;
const LIMIT = 10;
const vectors = (seed) => (isClustered ? clusteredVectors(dimension, { seed }) : unitVectors(dimension, seed));

/** The same vectors each time. @returns the milliseconds it took */
async function fill(store) {
  const next = vectors(1);
  let spent = 0;
  for (let first = 1; first <= rows; first += 1_000) {
    const points = Array.from({ length: Math.min(1_000, rows - first + 1) }, (_, i) => ({
      id: first + i,
      vector: next(),
      attributes: {},
    }));
    spent += (await time(() => store.upsert('x', points))).wall;
  }
  return spent;
}

async function openOther() {
  if (!beside) return await EmbeddedVectorStore.open({ threads, maxExactRows: rows, engine: 'scan' });
  const other = await require(resolve(beside)).EmbeddedVectorStore.open({ threads });
  // Before searches took one object, they took queries and limit.
  const isOld = other.search.length !== 3;
  return isOld
    ? Object.assign(other, {
        search: (
          (search) =>
          (name, { queries, limit }) =>
            search(name, queries, limit)
        )(other.search.bind(other)),
      })
    : other;
}

collectGarbage();
const before = process.memoryUsage().rss;
const store = await EmbeddedVectorStore.open({ threads, maxExactRows: rows });
await store.ensure('x', dimension);
const upserting = await fill(store);
collectGarbage();
const grown = process.memoryUsage().rss - before;
const other = await openOther();
await other.ensure('x', dimension);
await fill(other);
const repeats = { own: 10, other: beside ? 10 : 2 };

const query = vectors(2);
const table = [];
for (const batch of [1, 2, 4, 8, 16]) {
  const seen = { own: { wall: [], cpu: [] }, other: { wall: [], cpu: [] } };
  for (let round = 0; round < ROUNDS; round++) {
    const queries = Array.from({ length: batch }, query);
    const answers = {};
    for (const [name, searched] of Object.entries({ own: store, other })) {
      answers[name] = await searched.search('x', { queries, limit: LIMIT });
      const { wall, cpu } = await time(async () => {
        for (let i = 0; i < repeats[name]; i++) await searched.search('x', { queries, limit: LIMIT });
      });
      seen[name].wall.push(wall / repeats[name] / batch);
      seen[name].cpu.push(cpu / repeats[name] / batch);
    }
    if (JSON.stringify(answers.own) !== JSON.stringify(answers.other))
      throw new Error('the two do not find the same points');
  }
  table.push([
    batch,
    seen.own.wall,
    seen.other.wall,
    seen.own.cpu,
    seen.other.cpu,
    median(seen.own.cpu) / median(seen.other.cpu),
  ]);
}
const name = beside ? 'beside' : 'plain scan';
report({
  title:
    `The index in memory: ${rows} × ${dimension}${isClustered ? ' around centres' : ''}, ${threads} threads, ten nearest, the same answers both ways. Upserts ` +
    `${Math.round((rows / upserting) * 1_000)} rows/s; the process grew by ${(grown / (rows * dimension * 4)).toFixed(2)} of the vectors' bytes`,
  columns: ['Queries at once', 'ms a query', name, 'CPU-ms a query', name, 'of its CPU'],
  rows: table,
});
await Promise.all([store.close(), other.close()]);
