// `npx nx run-many -t build -p cli && node tools/bench/neighbours.mjs`: exact nearest neighbours of feature files
// (`wentu knn`), compared with JSON.parse of the same lines. Seeded random unit vectors of 1,024 numbers, in the format
// of extract_features.py. Linux.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { timed, timedJsonParse } from './lib/processes.mjs';
import { unitVectors } from './lib/random-vectors.mjs';
import { report } from './lib/report.mjs';

const root = join(import.meta.dirname, '../..');
const TEXTS = 5_000;
const IMAGES = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1_000, 20_000];
const DIMENSION = 1_024;
const ROUNDS = 3;
/**
 * From this number of images on only the memory is measured, and the numbers repeat: a million images take 20 GB of
 * disk.
 */
const MANY = 100_000;
const DIFFERENT = 10_000;
const folder = mkdtempSync(join(tmpdir(), 'wentu-neighbours-'));
try {
  const texts = await writeFeatures('texts', 'text_id', TEXTS);
  const rows = [];
  for (const count of IMAGES) {
    const images = await writeFeatures(`images-${count}`, 'image_id', count);
    const output = join(folder, 'out.jsonl');
    const command = ['knn', '--image-feats', images, '--text-feats', texts, '--top-k', '10', '--output', output];
    const [parse, knn] = [[], []];
    const rounds = count >= MANY ? 0 : count > 5_000 ? 1 : ROUNDS;
    for (let round = 0; round < rounds; round++) {
      parse.push(timedJsonParse([texts, images]).cpuSeconds);
      knn.push(timed([process.execPath, join(root, 'apps/cli/bin/wentu.js'), ...command]).cpuSeconds);
    }
    const { seconds, peakMib } = await watched(command);
    const beside = knn.map((cpu, i) => cpu - parse[i]);
    rows.push([
      `${TEXTS} × ${count} × ${DIMENSION}`,
      (statSync(texts).size + statSync(images).size) / 1e6,
      ...(rounds > 0 ? [knn, parse, beside] : ['', '', '']),
      seconds,
      peakMib,
    ]);
    rmSync(images);
  }
  report({
    title: 'Exact neighbours of feature files',
    columns: [
      'Texts × images × dimension',
      'Files, MB',
      'wentu knn, CPU-s',
      'JSON.parse alone, CPU-s',
      'Difference',
      'Once more, s',
      'Peak memory, MiB',
    ],
    rows,
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function writeFeatures(name, key, count) {
  const path = join(folder, `${name}.jsonl`);
  const file = createWriteStream(path);
  const unit = unitVectors(DIMENSION, count);
  const numbers = [];
  for (let i = 0; i < count; i++) {
    if (count < MANY || i < DIFFERENT) numbers[i % DIFFERENT] = unit().join(', ');
    const line = `{"${key}": ${i}, "feature": [${numbers[i % DIFFERENT]}]}\n`;
    if (!file.write(line)) await new Promise((resolve) => file.once('drain', resolve));
  }
  await new Promise((resolve) => file.end(resolve));
  return path;
}

async function watched(command) {
  const begun = performance.now();
  const child = spawn(process.execPath, [join(root, 'apps/cli/bin/wentu.js'), ...command], { stdio: 'ignore' });
  let peakMib = 0;
  const look = setInterval(() => {
    try {
      peakMib = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1_024;
    } catch {
      // The process has ended.
    }
  }, 50);
  const code = await new Promise((resolve) => child.once('exit', resolve));
  clearInterval(look);
  if (code !== 0) throw new Error(`wentu knn ended with ${code}`);
  return { seconds: (performance.now() - begun) / 1_000, peakMib };
}
