import type { Command } from 'commander';
import { parseCount } from './parse-count';
import type { Terminal } from './terminal';
import { Progress } from './progress';

interface FeaturesFlags {
  readonly images: string;
  readonly texts: string;
  readonly output: string;
  readonly split: string;
  readonly batchSize: number;
}

const SHOWN_FAILURES = 20;

/** Adds `wentu features`. */
export function addFeaturesCommand(
  program: Command,
  { env, out, err, words }: Terminal,
  setExitCode: (code: number) => void,
): void {
  program
    .command('features')
    .description(words.features.description)
    .requiredOption('--images <src>', words.features.images)
    .requiredOption('--texts <file>', words.features.texts)
    .requiredOption('--output <dir>', words.features.output)
    .option('--split <name>', words.features.split, 'valid')
    .option('--batch-size <n>', words.features.batchSize, parseCount(words), 32)
    .action(async ({ output, ...flags }: FeaturesFlags) => {
      const { parseConfig } = await import('@wentu/composition/config');
      const { writeFeatures } = await import('@wentu/offline/features');
      const progress = new Progress(err, words.progress);
      let shown = 0;
      const result = await writeFeatures(
        parseConfig(env),
        { ...flags, directory: output },
        {
          progress: ({ what, perSecond, ...state }) =>
            what === 'images'
              ? progress.show({ status: 'RUNNING', imagesPerSecond: perSecond, ...state })
              : progress.showText(() => words.features.textsDone(state.processed, state.total)),
          failure: (item, error) => {
            progress.end();
            if (shown++ < SHOWN_FAILURES)
              err.write(`${words.failure({ item, code: error.code, message: error.message })}\n`);
          },
        },
      );
      progress.end();
      const { texts, images, failed } = result;
      if (failed > SHOWN_FAILURES) err.write(`${words.andMore((failed - SHOWN_FAILURES).toLocaleString('en'))}\n`);
      out(words.features.done(texts, images, output, failed));
      setExitCode(failed > 0 ? 1 : 0);
    });
}
