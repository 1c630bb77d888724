// `npx nx run bench:all [--args='texts scaling']` runs every bench that needs only this machine, or the given ones, one
// after another. It writes docs/benchmarks/all.json and the tables between the marks in docs/benchmarks.md. Results of
// benches that do not run stay. With BENCH_DIR, the folder of side-by-side.mjs, it also uses the models in that folder.
// It needs a quiet machine and half an hour.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';
import { machine, show, toTable, versions, writeJson } from './lib/report.mjs';

const root = join(import.meta.dirname, '../..');
const [START, END] = ['<!-- bench:all -->', '<!-- /bench:all -->'];
const page = join(root, 'docs/benchmarks.md');
const models = ['model', 'model-int8', 'model-vit', 'model-vit-int8']
  .map((name) => join(process.env.BENCH_DIR ?? '', name))
  .filter((folder) => process.env.BENCH_DIR && existsSync(folder));
const BENCHES = [
  ['indexing.mjs', '400'],
  ...(models.length > 0 ? [['indexing.mjs', '96', ...models]] : []),
  ['texts.mjs', ...models],
  ['embedded-search.mjs'],
  ['embedded-search.mjs', '500000'],
  ['filtered-search.mjs'],
  ['neighbours.mjs'],
  ['start.mjs', ...models],
  ['scaling.mjs'],
];

const named = process.argv.slice(2);
const json = join(root, 'docs/benchmarks/all.json');
const folder = mkdtempSync(join(tmpdir(), 'wentu-bench-all-'));
const earlier = existsSync(json) ? JSON.parse(readFileSync(json, 'utf8')).results : [];
/** By command; results of benches that do not run stay. */
const byCommand = new Map(earlier.map((result) => [result.command, result]));
const { commit, ...programs } = versions();
try {
  for (const [script, ...args] of BENCHES) {
    if (named.length > 0 && !named.includes(script.replace('.mjs', ''))) continue;
    // Folders of this machine must not appear in the results.
    const command = [
      'node',
      `tools/bench/${script}`,
      ...args.map((arg) => (process.env.BENCH_DIR ? arg.replace(process.env.BENCH_DIR, '$BENCH_DIR') : arg)),
    ].join(' ');
    const file = join(folder, 'tables.json');
    writeFileSync(file, '[]');
    console.log(`== ${command}`);
    const [load] = loadavg();
    const begun = performance.now();
    const { status } = spawnSync(process.execPath, [join(import.meta.dirname, script), ...args], {
      stdio: 'inherit',
      env: { ...process.env, BENCH_JSON: file },
    });
    const tables = JSON.parse(readFileSync(file, 'utf8'));
    if (status !== 0) tables.push({ title: `It ended with ${status}.`, columns: [], rows: [] });
    const date = new Date().toISOString().slice(0, 10);
    const seconds = Math.round((performance.now() - begun) / 1_000);
    byCommand.set(command, { command, date, commit, loadBefore: load, seconds, tables });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const results = [...byCommand.values()];
const about = { machine: machine(), versions: programs };
await writeJson(json, { what: 'npx nx run bench:all', ...about, results });

const text = readFileSync(page, 'utf8');
const [head, after] = [text.slice(0, text.indexOf(START) + START.length), text.slice(text.indexOf(END))];
writeFileSync(page, await format(`${head}\n\n${toMarkdown()}\n${after}`, { parser: 'markdown', printWidth: 120 }));
if (results.some(({ tables }) => tables.some(({ columns }) => columns.length === 0))) process.exitCode = 1;

function toMarkdown() {
  const { cpu, cores, memoryGib, system } = about.machine;
  const lines = [
    `\`npx nx run bench:all\` on ${cpu}, ${cores} cores, ${memoryGib} GiB, ${system}, Node ${about.versions.node}: the middle of the rounds, and between which they were; all of it is in [all.json](benchmarks/all.json).`,
  ];
  for (const { command, date, commit, loadBefore, tables } of results) {
    for (const { title, columns, rows } of tables) {
      lines.push(
        '',
        `**${title}**`,
        '',
        `\`${command}\` on ${date}, commit ${commit}, load average before it ${show(loadBefore)}`,
        '',
        toTable(columns, rows),
      );
    }
  }
  return lines.join('\n');
}
