import type { DatasetReport } from '@wentu/composition';
import type { Command } from 'commander';

/** `wentu dataset check DIR` */
export function addDatasetCommand(
  program: Command,
  env: NodeJS.ProcessEnv,
  out: (text: string) => void,
  setExitCode: (code: number) => void,
): void {
  program
    .command('dataset')
    .description('work with a dataset before it is loaded')
    .command('check')
    .description('read all pictures, texts and features of a folder, and say what is wrong with them; needs no model')
    .argument('<dir>', 'a folder of pictures, or one with {split}_imgs.tsv or an LMDB folder of cn_clip')
    .option('--split <name>', 'which split to read')
    .option('--json', 'as JSON')
    .action(async (dir: string, { split, json }: { split?: string; json?: true }) => {
      // The picture decoder takes a while to load: other commands start without it.
      const { checkDatasetFolder, parseConfig } = await import('@wentu/composition');
      const report = await checkDatasetFolder(parseConfig(env), dir, split === undefined ? {} : { split });
      if (json) out(JSON.stringify(report, null, 2));
      else for (const line of describe(report)) out(line);
      setExitCode(report.problems.total === 0 ? 0 : 1);
    });
}

function describe({ directory, kind, split, pictures, texts, problems, ...report }: DatasetReport): string[] {
  const lines = [`${directory}: ${kind}${split === null ? '' : `, split ${split}`}`];
  const row = (name: string, part: { total: number; good: number } | null, more = ''): void => {
    if (part) lines.push(`  ${name.padEnd(15)} ${number(part.good)} of ${number(part.total)} good${more}`);
  };
  row('pictures', pictures);
  row('texts', texts);
  for (const [name, features] of [
    ['image features', report.imageFeatures],
    ['text features', report.textFeatures],
  ] as const) {
    row(name, features, features ? `, ${features.dimension ?? '?'}-d, ${number(features.missing)} missing` : '');
  }
  lines.push(problems.total === 0 ? 'nothing wrong' : `${number(problems.total)} problems`);
  for (const [code, count] of Object.entries(problems.counts)) {
    const listed = problems.listed.filter((problem) => problem.code === code);
    lines.push(`  ${code}: ${number(count)}`);
    for (const { item, message } of listed) lines.push(`    ${item}: ${message}`);
    if (count > listed.length) lines.push(`    … and ${number(count - listed.length)} more`);
  }
  return lines;
}

function number(value: number): string {
  return value.toLocaleString('en');
}
