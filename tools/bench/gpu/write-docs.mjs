// `node tools/bench/gpu/write-docs.mjs RESULTS [PAGE]` writes the results of run.mjs between the marks in docs/gpu.md,
// and gpu.json beside the other benchmarks.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format } from 'prettier';
import { writeJson } from '../lib/report.mjs';
import { toMarkdown } from './tables.mjs';

const [START, END] = ['<!-- bench:gpu -->', '<!-- /bench:gpu -->'];
const [folder, page = join(import.meta.dirname, '../../../docs/gpu.md')] = process.argv.slice(2);
const results = JSON.parse(readFileSync(join(folder, 'gpu.json'), 'utf8'));
if (results.device === 'cpu') {
  console.error(`write-docs.mjs: ${folder} has the results of a dry run; give those of a GPU`);
  process.exit(2);
}
const text = readFileSync(page, 'utf8');
const [head, tail] = [text.slice(0, text.indexOf(START) + START.length), text.slice(text.indexOf(END))];
writeFileSync(
  page,
  await format(`${head}\n\n${toMarkdown(results)}\n${tail}`, { parser: 'markdown', printWidth: 120 }),
);
await writeJson(join(dirname(page), 'benchmarks/gpu.json'), results);
