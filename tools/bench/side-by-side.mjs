// Compares Wentu with the service of the tutorial 「Milvus 的以文搜图」, on the same pictures and the same weights (RN50 +
// RBT3, 1,024-d):
//   npx nx run-many -t build -p api,cli && node tools/bench/side-by-side.mjs [--quick] [--rounds N] [--on-servers]
// [--no-offline] [--output FILE]
// Needs Linux, Python 3.11 or 3.12, and the programs of MariaDB. The two run alternately, never at the same time. It
// needs a quiet machine, about 40 minutes, and another 40 minutes once to make the data (in BENCH_DIR). --quick: one
// shorter round without the many small pictures, to check that everything runs. tools/bench/peer/README.md describes
// what is compared.
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { contestants } from './side-by-side/contestants.mjs';
import { measureOffline } from './side-by-side/offline.mjs';
import { usageOf } from './lib/processes.mjs';
import { machine, writeJson } from './lib/report.mjs';
import { Figures, versions } from './side-by-side/report.mjs';
import { ask, FIRST_FRESH, makeTexts, searchClosed, searchOpen, textOf } from './side-by-side/searching.mjs';
import { prepare } from './side-by-side/workplace.mjs';

const root = join(import.meta.dirname, '../..');
const { values: given } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    'on-servers': { type: 'boolean', default: false },
    'no-offline': { type: 'boolean', default: false },
    output: { type: 'string', default: join(root, 'docs/benchmarks/side-by-side.json') },
  },
});
const rounds = Number(given.rounds ?? (given.quick ? 1 : 3));
const seconds = given.quick ? 4 : 10;
const LABELS = { data: 'data', urls: 'URLs' };

const say = (text) => process.stderr.write(`${text}\n`);
const place = prepare({ small: !given.quick });
const figures = new Figures();
const found = {};
const loads = [];
const who = ['peer', 'wentu', ...(given['on-servers'] ? ['wentu on servers'] : [])];
for (let round = 1; round <= rounds; round++) {
  for (const name of who) {
    say(`round ${round} of ${rounds}: ${name}`);
    loads.push(loadavg()[0]);
    await measureService(name);
  }
  if (!given['no-offline']) {
    say(`round ${round} of ${rounds}: features and neighbours of files`);
    measureOffline(place, figures);
  }
  // Results of earlier rounds are kept when a later round fails.
  await save();
}
for (const name of who.slice(1))
  figures.add(name, { [`searches of ${FIRST_FRESH} with the same ten`]: sameAnswers(name) });
await save();
console.log(figures.table());

async function save() {
  await writeJson(resolve(given.output), {
    what: 'node tools/bench/side-by-side.mjs',
    // The output path of this machine must not appear in the results.
    arguments: { ...given, output: undefined },
    date: new Date().toISOString().slice(0, 10),
    machine: { ...machine(), loadBeforeEach: loads },
    versions: versions(place.python),
    rounds,
    secondsASearchFigure: seconds,
    figures: figures.summary(),
  });
}

async function measureService(name) {
  const one = await contestants[name](place);
  try {
    const usage = () => usageOf([...one.service, ...one.stores]);
    const add = (values, prefix) => figures.add(name, values, prefix);
    add({ 'start, s': one.readySeconds, 'first start: busy after it, s': one.settleSeconds ?? 0 });
    const load = async (folder, count) => {
      const collection = collectionOf(folder);
      const since = () => ({ seconds: performance.now() / 1_000, cpuSeconds: usage().cpuSeconds });
      const begun = since();
      await one.make(collection);
      const made = since();
      const loaded = await one.load(collection, join(place.data, folder));
      if (loaded !== count) throw new Error(`${name} loaded ${loaded} of ${folder}`);
      const ended = since();
      add({ 'making a collection, s': made.seconds - begun.seconds });
      add({ s: ended.seconds - made.seconds, 'CPU-s': ended.cpuSeconds - made.cpuSeconds }, `load of ${folder}: `);
    };
    await load('real-1000', 1_000);
    await measureSearches(name, one);
    add(
      { 'RSS MiB': usage().rssMib, 'RSS MiB, service alone': usageOf(one.service).rssMib },
      'after 1,000 and the searches: ',
    );
    if (given.quick) return;
    await load('small-3000', 3_000);
    await load('small-30000', 30_000);
    add({ 'RSS MiB': usage().rssMib, 'RSS MiB, service alone': usageOf(one.service).rssMib }, 'after 34,000: ');
  } finally {
    await one.stop();
  }
}

async function measureSearches(name, one) {
  const texts = makeTexts();
  const collection = collectionOf('real-1000');
  found[name] = [];
  for (let i = 0; i < FIRST_FRESH; i++)
    found[name].push(one.read(await ask(one.search, one.request(textOf(i), collection, 'data'))));
  for (const variant of one.variants) {
    let most = 0;
    for (const kind of ['fresh', 'repeated']) {
      const makeBody = () => one.request(texts[kind](), collection, variant);
      for (const clients of [1, 8]) {
        await searchClosed(one, makeBody, clients, seconds / 5);
        const took = await searchClosed(one, makeBody, clients, seconds);
        if (kind === 'fresh') most = Math.max(most, took['queries/s']);
        figures.add(name, took, `search, ${LABELS[variant]}, ${kind} texts, ${clients} at once: `);
      }
    }
    const fresh = () => one.request(texts.fresh(), collection, variant);
    figures.add(
      name,
      await searchOpen(one, fresh, most / 2, seconds),
      `search, ${LABELS[variant]}, fresh texts, half its load: `,
    );
  }
}

/** Milvus does not allow hyphens. */
function collectionOf(folder) {
  return folder.replace('-', '_');
}

/** The number of texts for which both found the same ten pictures, in any order. */
function sameAnswers(name) {
  return found[name].filter((ids, i) => ids.every((id) => found.peer[i].includes(id))).length;
}
