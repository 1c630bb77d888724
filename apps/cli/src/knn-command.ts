import { availableParallelism } from 'node:os';
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
export function addKnnCommand(program: Command, { env, err, words }: Terminal): void {
  program
    .command('knn')
    .description(words.knn.description)
    .requiredOption('--image-feats <file>', words.knn.imageFeats)
    .requiredOption('--text-feats <file>', words.knn.textFeats)
    .option('-k, --top-k <n>', words.knn.topK, parseCount(words), 10)
    .requiredOption('--output <file>', words.knn.output)
    .addOption(
      new Option('--direction <which>', words.knn.direction)
        .choices(['text-to-image', 'image-to-text'])
        .default('text-to-image'),
    )
    .action(async (options: KnnFlags) => {
      const { parseConfig } = await import('@wentu/composition/config');
      const { writeNeighbours } = await import('@wentu/offline/knn');
      const threads = parseConfig(env).threads || availableParallelism();
      const progress = new Progress(err, words.progress);
      const queries = await writeNeighbours({ ...options, threads }, (state) =>
        progress.showText(() => words.knn.progress(state.queries, state.rows)),
      );
      progress.end();
      err.write(`${words.knn.done(queries, options.output)}\n`);
    });
}
