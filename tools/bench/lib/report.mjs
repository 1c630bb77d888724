// The output of a bench: a table, and JSON for tools/bench/all.mjs.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** For an even number of values, the mean of the two in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median, and the smallest and largest value. */
const spread = (values) => `${show(median(values))} (${show(Math.min(...values))}–${show(Math.max(...values))})`;

export const show = (value) => (Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(2))));

/** A Markdown table. @param rows cells; an array of values of the rounds is shown as its median and range */
export function toTable(columns, rows) {
  const cell = (value) => (Array.isArray(value) ? spread(value) : typeof value === 'number' ? show(value) : value);
  const lines = [columns, columns.map(() => '---'), ...rows.map((row) => row.map(cell))];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

export function report({ title, columns, rows }) {
  console.log(`${title}\n\n${toTable(columns, rows)}\n`);
  const file = process.env.BENCH_JSON;
  if (!file) return;
  const before = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify([...before, { title, columns, rows }]));
}

/** The milliseconds of a call, and the CPU milliseconds of all threads of this process. */
export async function time(work) {
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { wall: performance.now() - start, cpu: (user + system) / 1_000 };
}

export function machine() {
  const [{ model }] = cpus();
  return {
    cpu: model,
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
  };
}

export function versions() {
  const onnxruntime = readFileSync(join(root, 'node_modules/onnxruntime-node/package.json'), 'utf8');
  return {
    commit: output('git', ['describe', '--always', '--dirty']),
    node: process.version,
    'onnxruntime-node': JSON.parse(onnxruntime).version,
  };
}

/** Empty if there is no such program. */
export const output = (command, args) =>
  (spawnSync(command, args, { encoding: 'utf8', cwd: root }).stdout ?? '').trim();

export async function writeJson(path, content) {
  // A dependency of the development: a bench on another machine has none.
  const { format } = await import('prettier');
  writeFileSync(
    path,
    await format(
      JSON.stringify(content, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)),
      { parser: 'json', printWidth: 120 },
    ),
  );
}
