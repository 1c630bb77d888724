// `npx nx build vector-store && node tools/bench/large-index.mjs [ROWS] [DIMENSION] [THREADS]`: an index of many
// clustered vectors in one process. Puts them in and closes; a second process opens the files and searches. Prints rows
// a second, the time of the start, memory, milliseconds a search, and recall@10 against a plain search of all.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clusteredVectors } from './lib/clustered-vectors.mjs';
import { median, time } from './lib/report.mjs';

const { EmbeddedVectorStore } = createRequire(import.meta.url)(
  process.env.WENTU_BENCH_STORE ?? '../../libs/vector-store',
);
const [rows = 1_000_000, dimension = 512, threads = 2] = process.argv.slice(2).map(Number);
const QUERIES = 50;
const LIMIT = 10;
const BLOCK = 2_000;
const WARM_UP = 20;
const mib = () => Math.round(process.memoryUsage.rss() / 2 ** 20);
const open = (folder) => EmbeddedVectorStore.open({ threads, folder, onWarning: (error) => console.error(error) });

const searched = process.env.WENTU_BENCH_FOLDER;
if (searched) await search(searched);
else await fill();

async function fill() {
  const folder = mkdtempSync(join(process.env.WENTU_BENCH_TMP ?? tmpdir(), 'wentu-large-'));
  try {
    const query = clusteredVectors(dimension, { seed: 2 });
    const queries = Array.from({ length: QUERIES }, query);
    const best = queries.map(() => []);
    const next = clusteredVectors(dimension);
    const store = await open(folder);
    await store.ensure('x', dimension);
    let [spent, most] = [0, 0];
    for (let first = 1; first <= rows; first += BLOCK) {
      const points = Array.from({ length: Math.min(BLOCK, rows - first + 1) }, (_, i) => ({
        id: first + i,
        vector: next(),
        attributes: {},
      }));
      queries.forEach((each, i) => remember(best[i], each, points));
      spent += (await time(() => store.upsert('x', points))).wall;
      most = Math.max(most, mib());
      if (first % 100_000 === 1)
        console.error(`${first - 1} rows, ${Math.round(((first - 1) / spent) * 1_000)} rows/s, ${mib()} MiB`);
    }
    spent += (await time(() => store.settled())).wall;
    const closing = (await time(() => store.close())).wall;
    writeFileSync(join(folder, 'best.json'), JSON.stringify(best.map((each) => each.map(({ id }) => id))));
    console.log(
      `${rows} × ${dimension}, ${threads} threads: ${Math.round((rows / spent) * 1_000)} rows/s put in with all graphs built, at most ${most} MiB; closed in ${Math.round(closing)} ms`,
    );
    const env = { ...process.env, WENTU_BENCH_FOLDER: folder };
    spawnSync(process.execPath, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit', env });
  } finally {
    if (!process.env.WENTU_BENCH_KEEP) rmSync(folder, { recursive: true });
    else console.log(folder);
  }
}

async function search(folder) {
  const best = JSON.parse(readFileSync(join(folder, 'best.json'), 'utf8'));
  const before = mib();
  const store = await open(folder);
  const { wall: opening } = await time(() => store.ensure('x', dimension));
  const opened = mib();
  const query = clusteredVectors(dimension, { seed: 2 });
  const queries = Array.from({ length: QUERIES }, query);
  let hits = 0;
  for (const [i, each] of queries.entries()) {
    const [found] = await store.search('x', { queries: [each], limit: LIMIT });
    hits += found.filter(({ id }) => best[i].includes(id)).length;
  }
  const [walls, cpus] = [[], []];
  for (let i = -WARM_UP; i < 300; i++) {
    const { wall, cpu } = await time(() => store.search('x', { queries: [queryOf(i)], limit: LIMIT }));
    if (i >= 0) {
      walls.push(wall);
      cpus.push(cpu);
    }
  }
  walls.sort((a, b) => a - b);
  console.log(
    `opened in ${Math.round(opening)} ms with ${await store.count('x')} points (${before} MiB before, ${opened} after, ${mib()} after searches); ` +
      `a search: p50 ${median(walls).toFixed(1)} ms, p95 ${walls[Math.floor(walls.length * 0.95)].toFixed(1)} ms, ${median(cpus).toFixed(1)} CPU-ms; ` +
      `recall@${LIMIT} ${(hits / QUERIES / LIMIT).toFixed(3)}`,
  );
  const thousand = [];
  for (let i = 0; i < 20; i++)
    thousand.push((await time(() => store.search('x', { queries: [queryOf(i)], limit: 1_000 }))).wall);
  console.log(`a search for 1,000: p50 ${median(thousand).toFixed(1)} ms`);
  await store.close();

  function queryOf() {
    return query();
  }
}

/** Keeps the LIMIT best. */
function remember(best, query, points) {
  for (const { id, vector } of points) {
    let score = 0;
    for (let i = 0; i < query.length; i++) score += query[i] * vector[i];
    if (best.length === LIMIT && score <= best[LIMIT - 1].score) continue;
    best.push({ id, score });
    best.sort((a, b) => b.score - a.score || a.id - b.id);
    best.length = Math.min(best.length, LIMIT);
  }
}
