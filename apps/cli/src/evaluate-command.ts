import type { Command } from 'commander';

/** Adds `wentu evaluate`. */
export function addEvaluateCommand(program: Command, out: (text: string) => void): void {
  program
    .command('evaluate')
    .description("recall@1, 5, 10 of predictions, as cn_clip's evaluation computes it, in either direction")
    .requiredOption('--texts <file>', 'jsonl with the right answers: text_id, image_ids; or image_id, text_ids')
    .requiredOption('--predictions <file>', 'jsonl that wentu knn or cn_clip wrote, 10 ids a line')
    .requiredOption('--output <file>', "the result, in cn_clip's JSON")
    .action(async (options: { texts: string; predictions: string; output: string }) => {
      const { writeEvaluation } = await import('@wentu/composition/dataset-tools');
      const { direction, queries, scores } = await writeEvaluation(options);
      const percent = (value: number): string => value.toFixed(2);
      out(
        `${direction}, ${queries} queries: R@1 ${percent(scores.r1)}  R@5 ${percent(scores.r5)}  ` +
          `R@10 ${percent(scores.r10)}  mean recall ${percent(scores.mean_recall)}`,
      );
    });
}
