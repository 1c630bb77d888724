import { availableParallelism } from 'node:os';
import type { KnnProgress } from '@wentu/composition/dataset-tools';
import { Option, type Command } from 'commander';
import { parseCount } from './parse-count';
import { Progress } from './progress';
import type { Terminal } from './terminal';

interface KnnFlags {
  readonly imageFeats: string;
  readonly textFeats: string;
  readonly topK: number;
  readonly output: string;
  readonly direction: 'text-to-image' | 'image-to-text';
}

/** Adds `wentu knn`. */
export function addKnnCommand(program: Command, { env, err }: Terminal): void {
  program
    .command('knn')
    .description('the exact nearest neighbours of all features of a file, as predictions for evaluate')
    .requiredOption('--image-feats <file>', 'jsonl of image_id, feature')
    .requiredOption('--text-feats <file>', 'jsonl of text_id, feature')
    .option('-k, --top-k <n>', 'neighbours of each', parseCount, 10)
    .requiredOption('--output <file>', 'jsonl of text_id, image_ids; or image_id, text_ids')
    .addOption(
      new Option('--direction <which>', 'what is looked for with what')
        .choices(['text-to-image', 'image-to-text'])
        .default('text-to-image'),
    )
    .action(async (options: KnnFlags) => {
      const { parseConfig, writeNeighbours } = await import('@wentu/composition/dataset-tools');
      const threads = parseConfig(env).threads || availableParallelism();
      const progress = new Progress(err);
      const text = ({ queries, rows }: KnnProgress): string =>
        `${queries.toLocaleString('en')} queries done, ${rows.toLocaleString('en')} rows compared with the next ones`;
      const queries = await writeNeighbours({ ...options, threads }, (state) => progress.showText(() => text(state)));
      progress.end();
      err.write(`${queries.toLocaleString('en')} queries answered in ${options.output}\n`);
    });
}
