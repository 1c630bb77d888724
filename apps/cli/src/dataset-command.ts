import type { DatasetReport } from '@wentu/offline/check-dataset';
import type { Command } from 'commander';
import { displayWidth, padToWidth } from './display-width';
import type { Terminal } from './terminal';
import type { Words } from './words/english';

/** `wentu dataset check DIR` */
export function addDatasetCommand(
  program: Command,
  { env, out, words }: Terminal,
  setExitCode: (code: number) => void,
): void {
  program
    .command('dataset')
    .description(words.dataset.description)
    .command('check')
    .description(words.dataset.check)
    .argument('<dir>', words.dataset.directory)
    .option('--split <name>', words.dataset.split)
    .option('--json', words.asJson)
    .action(async (dir: string, { split, json }: { split?: string; json?: true }) => {
      // Loading the picture decoder takes time, so other commands start without it.
      const { parseConfig } = await import('@wentu/composition/config');
      const { checkDatasetFolder } = await import('@wentu/offline/check-dataset');
      const report = await checkDatasetFolder(parseConfig(env), dir, split === undefined ? {} : { split });
      if (json) out(JSON.stringify(report, null, 2));
      else for (const line of describe(report, words)) out(line);
      setExitCode(report.problems.total === 0 ? 0 : 1);
    });
}

function describe(report: DatasetReport, { dataset: words, andMore }: Words): string[] {
  const lines = [words.title(report)];
  const rows = [
    [words.pictures, report.pictures, ''],
    [words.texts, report.texts, ''],
    [words.imageFeatures, report.imageFeatures, more(report.imageFeatures)],
    [words.textFeatures, report.textFeatures, more(report.textFeatures)],
  ] as const;
  const width = Math.max(...rows.map(([name]) => displayWidth(name))) + 1;
  for (const [name, part, rest] of rows)
    if (part) lines.push(`  ${padToWidth(name, width)} ${words.good(part.good, part.total)}${rest}`);
  const { problems } = report;
  lines.push(problems.total === 0 ? words.nothingWrong : words.problems(problems.total));
  for (const [code, count] of Object.entries(problems.counts)) {
    const listed = problems.listed.filter((problem) => problem.code === code);
    lines.push(`  ${words.problem(code, count)}`);
    for (const { item, message } of listed) lines.push(`    ${words.detail(item, message)}`);
    if (count > listed.length) lines.push(`    ${andMore((count - listed.length).toLocaleString('en'))}`);
  }
  return lines;

  function more(features: DatasetReport['imageFeatures']): string {
    return features ? words.features(features.dimension, features.missing) : '';
  }
}
