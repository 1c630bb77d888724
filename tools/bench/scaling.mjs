// `npx nx run-many -t build -p api && node tools/bench/scaling.mjs [--model FOLDER] [ROWS …]` measures how the cost
// grows. It fills a database with made-up pictures, starts the server on it twice and searches. In bench:all it draws
// docs/benchmarks/scaling.svg. shorter-model.py makes a model with shorter vectors. With the vectors on Milvus: node
// tools/engines/with.mjs milvus -- node tools/bench/scaling.mjs …. The first start, which fills the index, is timed
// separately. Linux.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ask, untilMeasured } from '../ci/ask.mjs';
import { BuiltServer } from '../ci/built-server.mjs';
import { fillStore } from './lib/made-up-pictures.mjs';
import { plot } from './lib/plot.mjs';
import { usageOf } from './lib/processes.mjs';
import { median, report, show } from './lib/report.mjs';

const root = join(import.meta.dirname, '../..');
const options = { model: { type: 'string', default: join(root, 'models/wentu-mini') } };
const { values, positionals } = parseArgs({ options, allowPositionals: true });
const sizes = positionals.length > 0 ? positionals.map(Number) : [1_000, 10_000, 100_000, 500_000];
const milvus = process.env.WENTU_TEST_MILVUS_ADDRESS;
const onMilvus = milvus !== undefined;
// Not settings of the server.
for (const name of Object.keys(process.env)) if (name.startsWith('WENTU_TEST_')) delete process.env[name];
const { openSqliteStore } = createRequire(import.meta.url)(join(root, 'libs/metadata/dist/index.js'));
const model = JSON.parse(readFileSync(join(values.model, 'wentu-model.json'), 'utf8'));
const SEARCHES = 60;
/** Widths that filters keep, of 1,000, and searches with each. */
const KEPT_WIDTHS = [1, 10, 100, 500];
const FILTERED = 10;
const QUIET_MS = 2_000;
const MAX_READY_MS = 3_600_000;

const rows = [];
for (const size of sizes) {
  const row = await measure(size);
  rows.push(row);
  // Rows can be an hour apart, so each is printed at once.
  process.stderr.write(`${row.map((value) => show(value)).join('  ')}\n`);
}
report({
  title: `How cost grows: vectors of ${model.dimension} numbers (${model.name}), ${onMilvus ? 'Milvus' : 'SQLite and the index in memory'}, ten pictures a search`,
  columns: [
    'Pictures',
    'Rows written/s',
    'SQLite, bytes a picture',
    'First start, s',
    'Then indexed, s',
    'Start to ready, s',
    'RSS MiB',
    'Search, p50 ms',
    'p95 ms',
    'CPU-ms a search',
    'First with a filter, ms',
    'search, p50 ms',
    ...KEPT_WIDTHS.map((widths) => `with a filter of ${widths / 10} %`),
  ],
  rows,
});

if (process.env.BENCH_JSON && !onMilvus) {
  const pairs = (column) => rows.map((row) => [row[0], row[column]]);
  const charts = [
    {
      title: 'Search, ms',
      series: [
        { name: 'p50', points: pairs(7) },
        { name: 'p95', points: pairs(8) },
      ],
    },
    { title: 'Memory, MiB', series: [{ name: 'RSS', points: pairs(6) }] },
    { title: 'Start to ready, s', series: [{ name: 'ready', points: pairs(5) }] },
  ];
  writeFileSync(join(root, 'docs/benchmarks/scaling.svg'), plot(charts, 'pictures'));
}

async function measure(size) {
  const dataDir = mkdtempSync(join(tmpdir(), 'wentu-scaling-'));
  try {
    const path = join(dataDir, 'wentu.sqlite');
    const store = await openSqliteStore({ path });
    const begun = performance.now();
    await fillStore(store, { rows: size, dimension: model.dimension, model: model.name, space: model.space });
    const rate = (size * 1_000) / (performance.now() - begun);
    await store.close();
    const bytes = (sizeOf(path) + sizeOf(`${path}-wal`)) / size;
    const env = {
      WENTU_DATA_DIR: dataDir,
      WENTU_SAMPLES: 'off',
      WENTU_READ_WORDS: 'off',
      WENTU_MODEL: values.model,
      ...(onMilvus ? { VECTOR_STORE: 'milvus', MILVUS_ADDRESS: milvus } : {}),
    };
    let indexing = 0;
    const first = await start(env, async (server) => {
      if (!onMilvus) indexing = await untilQuiet(server);
    });
    if (onMilvus) indexing = await untilIndexed();
    let searched;
    const ready = await start(env, async (server) => (searched = await search(server)));
    return [size, rate, bytes, first, indexing, ready, ...searched];
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function sizeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** @returns seconds until the server was ready */
async function start(env, use) {
  const begun = performance.now();
  const server = await BuiltServer.start(env, { readyMs: MAX_READY_MS });
  const seconds = (performance.now() - begun) / 1_000;
  try {
    await use(server);
  } finally {
    await server.close();
  }
  return seconds;
}

/** The index in memory makes its graphs in the background. @returns seconds until the process was idle */
async function untilQuiet(server) {
  const { pid } = server.process.child;
  await untilMeasured(server.address);
  const begun = performance.now();
  for (;;) {
    const { cpuSeconds } = usageOf([pid]);
    await sleep(QUIET_MS);
    const busy = usageOf([pid]).cpuSeconds - cpuSeconds;
    if (busy < 0.1 * (QUIET_MS / 1_000)) return (performance.now() - begun - QUIET_MS) / 1_000;
  }
}

/** Milvus seals and indexes new data in the background. @returns seconds until that was done */
async function untilIndexed() {
  const { MilvusClient } = createRequire(import.meta.url)('@zilliz/milvus2-sdk-node');
  const client = new MilvusClient({ address: milvus });
  const begun = performance.now();
  const { data } = await client.showCollections();
  const names = data.map(({ name }) => name);
  await client.flushSync({ collection_names: names });
  for (const collection_name of names) {
    for (;;) {
      const { index_descriptions: indexes } = await client.describeIndex({ collection_name });
      if (indexes.every(({ state, indexed_rows, total_rows }) => state === 'Finished' && indexed_rows === total_rows))
        break;
      await sleep(1_000);
    }
    await client.releaseCollection({ collection_name });
    await client.loadCollectionSync({ collection_name });
  }
  await client.closeConnection();
  return (performance.now() - begun) / 1_000;
}

async function search(server) {
  const { pid } = server.process.child;
  await untilMeasured(server.address);
  // As in real use: on Milvus, searches in the first seconds after a start wait for writes of other processes.
  if (onMilvus) {
    await ask(server.address, '{ searchImages(text: "狗", collection: "made-up") { distance } }');
    await sleep(11_000);
  }
  const times = [];
  let cpu = 0;
  for (let i = -10; i < SEARCHES; i++) {
    if (i === 0) cpu = usageOf([pid]).cpuSeconds;
    const begun = performance.now();
    await ask(
      server.address,
      `{ searchImages(text: "第${i + 10}只小狗在草地上", collection: "made-up", topK: 10) { distance image { imageId } } }`,
    );
    if (i >= 0) times.push(performance.now() - begun);
  }
  const { cpuSeconds, rssMib } = usageOf([pid]);
  times.sort((a, b) => a - b);
  const cpuMs = ((cpuSeconds - cpu) * 1_000) / SEARCHES;
  const firstFiltered = await searchFiltered(server, 'first', 999, 1);
  const filtered = [0, ...KEPT_WIDTHS].map(() => []);
  // In turns. The filter is another one each time, because the matches of the last filters are kept.
  for (let i = 0; i < FILTERED; i++)
    for (const [j, widths] of [0, ...KEPT_WIDTHS].entries())
      filtered[j].push(await searchFiltered(server, `${i}.${j}`, i * Math.min(widths, 40), widths));
  return [rssMib, median(times), times[Math.floor(SEARCHES * 0.95)], cpuMs, firstFiltered, ...filtered.map(median)];
}

/** @returns the milliseconds of a search. @param widths how many of the 1,000 widths the filter keeps; 0: no filter */
async function searchFiltered(server, name, from, widths) {
  const filter = widths > 0 ? `, filter: { width: { from: ${3_000 + from}, to: ${2_999 + from + widths} } }` : '';
  const begun = performance.now();
  await ask(
    server.address,
    `{ search(query: { text: "第${name}只小狗在草地上" }, collection: "made-up", first: 10${filter}) { edges { node { distance } } } }`,
  );
  return performance.now() - begun;
}
