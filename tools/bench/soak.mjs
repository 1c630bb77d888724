// Whether a server stays as it is when it runs for long: searches, loads, uploads, puts, deletions, subscriptions, wrong
// requests and clients that vanish, and after each round what the process holds. The exit code is 1 if something grows.
//   npx nx run-many -t build -p api && node tools/bench/soak.mjs [--minutes 10] [--round 20]
// Needs Linux. After each round the server is idle for some seconds, and all of its threads collect their garbage.
import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ask, untilMeasured } from '../ci/ask.mjs';
import { BuiltServer } from '../ci/built-server.mjs';
import { judge } from './soak/flat.mjs';
import { Work } from './soak/work.mjs';

const MIB = 2 ** 20;
const PICTURES = 30;
const MAX_LOG_MIB = 72;
/** What a value may be higher at the end than after the warm-up. Counts have one or two for what is just ending. */
const SLACK = {
  'main heap MiB': 3,
  'heaps MiB': 6,
  'RSS MiB': 32,
  'RSS with decoders MiB': 48,
  files: 2,
  sockets: 1,
  threads: 1,
  children: 1,
  timers: 2,
  handles: 2,
  'data folder MiB': 8,
};

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, round: { type: 'string', default: '20' } },
});
const work = mkdtempSync(join(tmpdir(), 'wentu-soak-'));
const [folder, answer] = [join(work, 'pictures'), join(work, 'probe.json')];
mkdirSync(folder);
const animals = join(import.meta.dirname, '../../samples/animals');
const names = readdirSync(animals)
  .filter((name) => name.endsWith('.png'))
  .slice(0, PICTURES);
for (const name of names) copyFileSync(join(animals, name), join(folder, name));
const probe = join(import.meta.dirname, 'soak/probe.cjs');
const server = await BuiltServer.start(
  { WENTU_LOAD_ROOTS: work, SOAK_FILE: answer },
  { args: ['--expose-gc', '--require', probe] },
);
let isFlat;
try {
  await untilMeasured(server.address);
  await ask(server.address, 'mutation { createCollection(name: "kept") { name } }');
  isFlat = await soak(Number(values.minutes) * 60, Number(values.round));
} finally {
  await server.close();
  rmSync(work, { recursive: true, force: true });
}
process.exit(isFlat ? 0 : 1);

async function soak(seconds, round) {
  const clients = new Work(
    server.address,
    folder,
    names.map((name) => join(folder, name)),
  );
  await clients.warmUp();
  const begun = performance.now();
  const samples = [];
  while (performance.now() - begun < seconds * 1_000) {
    await clients.round(round);
    const at = (performance.now() - begun) / 1_000;
    samples.push([at, await sample()]);
    console.log(`${Math.round(at)} s`, JSON.stringify(samples.at(-1)[1]));
  }
  console.log(`${samples.length} rounds in ${Math.round(seconds / 60)} minutes:`, JSON.stringify(clients.counts));
  const rows = Object.entries(SLACK).map(([name, slack]) => [
    name,
    judge(
      samples.map(([at, all]) => [at, all[name]]),
      slack,
    ),
  ]);
  console.table(
    Object.fromEntries(
      rows.map(([name, { before, after, perHour, isFlat }]) => [
        name,
        { 'after the warm-up': show(before), 'at the end': show(after), 'an hour': show(perHour), flat: isFlat },
      ]),
    ),
  );
  const grown = rows.filter(([, { isFlat }]) => !isFlat).map(([name]) => name);
  if (samples.some(([, all]) => all['write-ahead log MiB'] > MAX_LOG_MIB)) grown.push('the write-ahead log');
  console.log(grown.length === 0 ? 'everything is flat' : `FAILED: ${grown.join(', ')} grew`);
  return grown.length === 0;
}

function show(value) {
  return Math.round(value * 10) / 10;
}

async function sample() {
  const { pid } = server.process.child;
  rmSync(answer, { force: true });
  process.kill(pid, 'SIGUSR2');
  let found;
  while (!found) {
    await sleep(100);
    if (server.process.child.exitCode !== null) throw new Error('the server has ended');
    found = readIfThere(answer);
  }
  const { heapBytes, mainHeapBytes, counts } = JSON.parse(found);
  const timers = counts.Timeout ?? 0;
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const links = readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  const children = childrenOf(pid);
  const rss = rssMib(pid);
  return {
    'main heap MiB': show(mainHeapBytes / MIB),
    'heaps MiB': show(heapBytes / MIB),
    'RSS MiB': rss,
    'RSS with decoders MiB': children.reduce((sum, child) => sum + rssMib(child), rss),
    files: links.length,
    sockets: links.filter((link) => link.startsWith('socket:')).length,
    threads: readdirSync(`/proc/${pid}/task`).length,
    children: children.length,
    timers,
    handles: all - timers - (counts.Immediate ?? 0),
    'data folder MiB': show((bytesBelow(server.dataDir) - logBytes()) / MIB),
    'write-ahead log MiB': show(logBytes() / MIB),
  };
}

/** Each thread has children of its own. */
function childrenOf(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.flatMap((thread) =>
    (readIfThere(`/proc/${pid}/task/${thread}/children`) ?? '').split(' ').filter(Boolean),
  );
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function linkOf(path) {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function rssMib(pid) {
  const status = readIfThere(`/proc/${pid}/status`) ?? '';
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024);
}

/** It grows to 64 MiB, then SQLite begins at its start again. */
function logBytes() {
  return lstatSync(join(server.dataDir, 'wentu.sqlite-wal'), { throwIfNoEntry: false })?.size ?? 0;
}

function bytesBelow(path) {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return stat?.size ?? 0;
  return readdirSync(path).reduce((sum, name) => sum + bytesBelow(join(path, name)), 0);
}
