// `npx nx build words && node tools/bench/words.mjs SET [--photographs FOLDER] [--misses]` reads the pictures that
// tools/make-word-fixtures has drawn into SET, and compares with the true lines and with those of RapidOCR. Pictures in
// the folder of photographs have no text.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { parseArgs } from 'node:util';
import { report } from './lib/report.mjs';
import { countMissed, equalOrNearer, fold, inBoth } from './words/accuracy.mjs';

process.env.ORT_DISABLE_TELEMETRY = '1';
const root = join(import.meta.dirname, '../..');
const load = createRequire(import.meta.url);
const { openWordReader } = load(join(root, 'libs/words'));
const { PicturePool } = load(join(root, 'libs/picture'));
const MIB = 1024 * 1024;
const TICKS_PER_SECOND = 100;

const { values, positionals } = parseArgs({
  options: { photographs: { type: 'string' }, misses: { type: 'boolean' } },
  allowPositionals: true,
});
const [set] = positionals;
if (set === undefined) throw new Error('name the folder that tools/make-word-fixtures/make.py has written');

const rssBefore = process.memoryUsage.rss();
const limits = { maxBytes: 100 * MIB, maxPixels: 3e8, maxDecodeBytes: 2 * 1024 * MIB, timeoutMs: 60_000 };
const pool = new PicturePool({ ...limits, threads: 1, maxProcesses: 1 });
const reader = await openWordReader({}, { decoder: pool, share: 'load' });
const kinds = new Map();
let peakRss = 0;
const watch = setInterval(() => (peakRss = Math.max(peakRss, process.memoryUsage.rss())), 20);
try {
  const known = JSON.parse(readFileSync(join(set, 'lines.json'), 'utf8'));
  // The first picture starts the decoder.
  await reader.read(readFileSync(join(set, Object.keys(known)[0])));
  for (const [name, picture] of Object.entries(known))
    await measure(picture.kind, name, readFileSync(join(set, name)), picture);
  for (const name of values.photographs ? readdirSync(values.photographs) : [])
    await measure('photographs', name, readFileSync(join(values.photographs, name)), { truth: [], lines: [] });
} finally {
  clearInterval(watch);
  await reader.close();
  pool.close();
}

async function measure(kind, name, bytes, { truth, lines: others, cpuSeconds: otherSeconds }) {
  const before = cpuSeconds();
  const lines = (await reader.read(bytes)).map(({ text }) => text);
  const seconds = cpuSeconds() - before;
  const theirs = others.map(({ text }) => text);
  const [mine, rapid] = [countMissed(truth, lines), countMissed(truth, theirs)];
  const rightOfTheirs = inBoth(theirs, truth);
  const sum = kinds.get(kind) ?? { pictures: 0, seconds: 0, otherSeconds: 0, total: 0, missed: 0, rapidMissed: 0 };
  const add = (key, value) => (sum[key] = (sum[key] ?? 0) + value);
  add('pictures', 1);
  add('seconds', seconds);
  add('otherSeconds', otherSeconds ?? NaN);
  add('total', mine.total);
  add('missed', mine.missed);
  add('rapidMissed', rapid.missed);
  add('theirs', theirs.length);
  add('equal', inBoth(theirs, lines).length);
  const fine = equalOrNearer(theirs, lines, truth);
  add('fine', fine.length);
  add('theirsRight', rightOfTheirs.length);
  add('bothRight', inBoth(rightOfTheirs, lines).length);
  add('right', inBoth(truth, lines).length);
  add('lines', truth.length);
  kinds.set(kind, sum);
  if (!values.misses) return;
  const lost = truth.filter((line) => inBoth([line], lines).length === 0);
  const extra = lines.filter((line) => inBoth([line], truth).length === 0);
  const worse = theirs.map(fold).filter((line) => !fine.includes(line));
  if (lost.length + extra.length > 0)
    console.log(JSON.stringify({ name, lost, extra, rapid: extraOf(theirs, truth), worse }));
}

function extraOf(lines, truth) {
  return lines.filter((line) => inBoth([line], truth).length === 0);
}

/** Of this process and of the decoder. */
function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  const ticks = pool.pids.map((pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return Number(fields[11]) + Number(fields[12]);
  });
  return (user + system) / 1e6 + ticks.reduce((sum, each) => sum + each, 0) / TICKS_PER_SECOND;
}

const percent = (part, whole) => (whole > 0 ? `${((100 * part) / whole).toFixed(1)} %` : '–');
const row = (kind, sum) => [
  kind,
  sum.pictures,
  (sum.seconds / sum.pictures).toFixed(2),
  Number.isNaN(sum.otherSeconds) ? '–' : (sum.otherSeconds / sum.pictures).toFixed(2),
  percent(sum.total - sum.missed, sum.total),
  percent(sum.total - sum.rapidMissed, sum.total),
  percent(sum.equal, sum.theirs),
  percent(sum.fine, sum.theirs),
  percent(sum.bothRight, sum.theirsRight),
];
const drawn = [...kinds].filter(([kind]) => kind !== 'photographs');
const all = {};
for (const [, sum] of drawn) for (const [key, value] of Object.entries(sum)) all[key] = (all[key] ?? 0) + value;
report({
  title: `Words in ${all.pictures} drawn pictures`,
  columns: [
    'Kind',
    'Pictures',
    'CPU-s each',
    'RapidOCR',
    'Characters right',
    'RapidOCR',
    'Lines equal to its',
    'equal or nearer the truth',
    'Its right lines that are right',
  ],
  rows: [...[...kinds].map(([kind, sum]) => row(kind, sum)), row('all drawn', all)],
});
console.log(`lines right: ${all.right} of ${all.lines}; RapidOCR: ${all.theirsRight}`);
console.log(`memory beside the process: ${Math.round((peakRss - rssBefore) / MIB)} MiB at the most`);
