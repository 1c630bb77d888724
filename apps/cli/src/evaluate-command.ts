import type { Command } from 'commander';
import type { Terminal } from './terminal';

/** Adds `wentu evaluate`. */
export function addEvaluateCommand(program: Command, { out, words: { evaluate: words } }: Terminal): void {
  program
    .command('evaluate')
    .description(words.description)
    .requiredOption('--texts <file>', words.texts)
    .requiredOption('--predictions <file>', words.predictions)
    .requiredOption('--output <file>', words.output)
    .action(async (options: { texts: string; predictions: string; output: string }) => {
      const { writeEvaluation } = await import('@wentu/offline/evaluate');
      const { direction, queries, scores } = await writeEvaluation(options);
      const percent = (value: number): string => value.toFixed(2);
      const recalls = `R@1 ${percent(scores.r1)}  R@5 ${percent(scores.r5)}  R@10 ${percent(scores.r10)}`;
      out(words.done(direction, queries, recalls, percent(scores.mean_recall)));
    });
}
