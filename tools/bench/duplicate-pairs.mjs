// `npx nx run vector-store:build && node tools/bench/duplicate-pairs.mjs [ROWS …] [--dimension 512]` measures the search
// for all pairs of near points in the embedded index: time, memory, how many of the planted pairs it finds, and how long
// a search waits meanwhile. Every tenth point is a slightly changed copy of an earlier one. Linux.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { clusteredVectors } from './lib/clustered-vectors.mjs';
import { report, time } from './lib/report.mjs';

const root = join(import.meta.dirname, '../..');
const { EmbeddedVectorStore } = createRequire(import.meta.url)(join(root, 'libs/vector-store'));
const SIMILARITY = 0.95;
const COPY_EVERY = 10;
const BATCH = 2_000;
const { values, positionals } = parseArgs({
  options: { dimension: { type: 'string', default: '512' } },
  allowPositionals: true,
});
const dimension = Number(values.dimension);
const rows = [];
for (const count of positionals.length > 0 ? positionals.map(Number) : [100_000]) rows.push(await measure(count));
report({
  title: `All pairs of points with a cosine of ${SIMILARITY} or more, ${dimension} numbers a point, ${availableParallelism()} threads`,
  columns: [
    'Points',
    'Seconds',
    'CPU-s',
    'Pages',
    'Planted pairs found, %',
    'Pairs',
    'Memory before, MiB',
    'Peak after, MiB',
    'A search meanwhile: p50, ms',
    'longest, ms',
  ],
  rows,
});

async function measure(count) {
  const folder = mkdtempSync(join(tmpdir(), 'wentu-pairs-'));
  const store = await EmbeddedVectorStore.open({ threads: availableParallelism(), folder });
  try {
    await store.ensure('bench', dimension);
    const planted = await fill(store, count);
    await store.settled();
    globalThis.gc?.();
    const before = memoryMib('VmRSS');
    const found = new Set();
    let isOver = false;
    const waits = searchMeanwhile(store, () => isOver);
    let [pages, pairs] = [0, 0];
    const { wall, cpu } = await time(async () => {
      for (let from = null; ;) {
        const page = await store.pairs('bench', { minSimilarity: SIMILARITY, from });
        for (let i = 0; i < page.ids.length; i += 2) {
          const key = page.ids[i] * 2 ** 21 + page.ids[i + 1];
          if (planted.has(key)) found.add(key);
        }
        pages++;
        pairs += page.similarities.length;
        if (page.next === null) return;
        from = page.next;
      }
    });
    isOver = true;
    const sorted = (await waits).sort((a, b) => a - b);
    return [
      String(count),
      wall / 1_000,
      cpu / 1_000,
      String(pages),
      ((100 * found.size) / planted.size).toFixed(3),
      String(pairs),
      before,
      memoryMib('VmHWM'),
      sorted[Math.floor(sorted.length / 2)],
      sorted.at(-1),
    ];
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns the planted pairs whose cosine is large enough, each as one number */
async function fill(store, count) {
  const next = clusteredVectors(dimension);
  const noise = clusteredVectors(dimension, { centres: 100, seed: 99 });
  const recent = [];
  const planted = new Set();
  for (let first = 1; first <= count; first += BATCH) {
    const points = [];
    for (let id = first; id < Math.min(first + BATCH, count + 1); id++) {
      const base = id % COPY_EVERY === 0 ? recent[((id / COPY_EVERY) * 7_919) % recent.length] : null;
      const vector = base ? mixed(base.vector, noise(), 0.1 + 0.02 * (id % 7)) : next();
      if (base && product(base.vector, vector) >= SIMILARITY) planted.add(base.id * 2 ** 21 + id);
      points.push({ id, vector, attributes: {} });
    }
    for (const point of points.filter(({ id }) => id % 50 === 1)) recent.push(point);
    await store.upsert('bench', points);
  }
  return planted;
}

function mixed(vector, noise, amount) {
  const sum = vector.map((value, i) => value + amount * noise[i]);
  const scale = 1 / Math.sqrt(product(sum, sum));
  return sum.map((value) => value * scale);
}

function product(a, b) {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i] * b[i];
  return total;
}

/** @returns how long each search took, in ms */
async function searchMeanwhile(store, isOver) {
  const next = clusteredVectors(dimension, { seed: 5 });
  const waits = [];
  while (!isOver()) {
    const begun = performance.now();
    await store.search('bench', { queries: [next()], limit: 10 });
    waits.push(performance.now() - begun);
    await sleep(200);
  }
  return waits;
}

function memoryMib(key) {
  return Number(new RegExp(`${key}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1_024;
}
