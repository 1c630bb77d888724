// Wentu beside the service of the tutorial 「Milvus 的以文搜图」, on the same pictures and the same weights (RN50 + RBT3, 1,024-d):
//   npx nx run-many -t build -p api,cli && node tools/bench/side-by-side.mjs [--quick] [--rounds N] [--on-servers] [--no-offline] [--output FILE]
// Linux, Python 3.11 or 3.12, MariaDB's programs. Both run one after the other, in turns; give it a quiet machine, about 40 minutes and as
// many for what it makes once (in WENTU_BENCH_DIR). --quick: one round, shorter, without the many small pictures; to see whether it runs.
// tools/bench/peer/README.md says what is compared.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { contestants, wentuEnv } from './side-by-side/contestants.mjs';
import { timed, usageOf } from './side-by-side/processes.mjs';
import { Figures, machine, versions, write } from './side-by-side/report.mjs';
import { ask, makeTexts, searchClosed, searchOpen, textOf } from './side-by-side/searching.mjs';
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
const COMPARED_TEXTS = 50;
const LABELS = { data: 'data', urls: 'URLs' };
const FEATURES = 'valid_imgs.img_feat.jsonl';

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
    measureOffline();
  }
}
for (const name of who.slice(1))
  figures.add(name, { [`searches of ${COMPARED_TEXTS} with the same ten`]: sameAnswers(name) });
await write(resolve(given.output), {
  what: 'node tools/bench/side-by-side.mjs',
  arguments: process.argv.slice(2),
  date: new Date().toISOString().slice(0, 10),
  machine: { ...machine(), loadBeforeEach: loads },
  versions: versions(place.python),
  rounds,
  secondsASearchFigure: seconds,
  figures: figures.summary(),
});
console.log(figures.table());

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
  for (let i = 0; i < COMPARED_TEXTS; i++)
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

/** Milvus takes no hyphen. */
function collectionOf(folder) {
  return folder.replace('-', '_');
}

/** Of how many texts both found the same ten pictures, the order aside. */
function sameAnswers(name) {
  return found[name].filter((ids, i) => ids.every((id) => found.peer[i].includes(id))).length;
}

function measureOffline() {
  const out = mkdtempSync(join(tmpdir(), 'wentu-side-by-side-out-'));
  const cnClip = (module, ...args) =>
    timed([place.python, join(root, 'tools/bench/peer/cn_clip_on_cpu.py'), `cn_clip.eval.${module}`, ...args]);
  const wentu = (...args) =>
    timed([process.execPath, join(root, 'apps/cli/bin/wentu.js'), ...args], {
      env: { ...process.env, ...wentuEnv(place, join(out, 'data')) },
    });
  const encode = {
    peer: (folder) =>
      cnClip('extract_features', '--extract-image-feats', '--image-data', join(folder, 'lmdb/valid/imgs'),
        '--image-feat-output-path', join(out, FEATURES), '--resume', place.checkpoint, '--precision', 'fp32',
        '--vision-model', 'RN50', '--text-model', 'RBT3-chinese'),
    wentu: (folder, i) =>
      wentu('features', '--images', folder, '--texts', join(folder, 'valid_texts.jsonl'), '--output', join(out, `wentu-${i}`)),
  }; // prettier-ignore
  const feats = [
    '--image-feats',
    join(place.data, 'real-1000', FEATURES),
    '--text-feats',
    join(place.data, 'knn/texts.jsonl'),
  ];
  const neighbours = {
    peer: () => cnClip('make_topk_predictions', ...feats, '--top-k', '10', '--output', join(out, 'peer.jsonl')),
    wentu: () => wentu('knn', ...feats, '--top-k', '10', '--output', join(out, 'wentu.jsonl')),
  };
  try {
    for (const name of ['peer', 'wentu']) {
      const [few, many] = ['encode-64', 'encode-256'].map((folder, i) => encode[name](join(place.data, folder), i));
      // The difference leaves out the start.
      const per = (key) => (many[key] - few[key]) / (256 - 64);
      figures.add(
        name,
        { 'images/s': 1 / per('wallSeconds'), 'CPU-ms an image': 1_000 * per('cpuSeconds') },
        'features of pictures: ',
      );
      figures.add(name, { 'images/s with the start, 256': 256 / many.wallSeconds }, 'features of pictures: ');
      const { wallSeconds, cpuSeconds } = neighbours[name]();
      figures.add(name, { s: wallSeconds, 'CPU-s': cpuSeconds }, 'neighbours of 5,000 texts in 1,000 images: ');
    }
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
