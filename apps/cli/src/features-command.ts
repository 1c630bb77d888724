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
  { env, out, err }: Terminal,
  setExitCode: (code: number) => void,
): void {
  program
    .command('features')
    .description(
      "features of pictures and texts in cn_clip's files, made by the model in use (WENTU_MODEL, or wentu model use); goes on after a stop",
    )
    .requiredOption('--images <src>', 'a {split}_imgs.tsv, the directory that holds it, or one of picture files')
    .requiredOption('--texts <file>', 'jsonl of text_id, text')
    .requiredOption('--output <dir>', 'for {split}_imgs.img_feat.jsonl and {split}_texts.txt_feat.jsonl')
    .option('--split <name>', 'what the files are named after', 'valid')
    .option('--batch-size <n>', 'pictures or texts encoded at once', parseCount, 32)
    .action(async ({ output, ...flags }: FeaturesFlags) => {
      const { parseConfig, writeFeatures } = await import('@wentu/composition/features');
      const progress = new Progress(err);
      let shown = 0;
      const result = await writeFeatures(
        parseConfig(env),
        { ...flags, directory: output },
        {
          progress: ({ what, perSecond, ...state }) =>
            what === 'images'
              ? progress.show({ status: 'RUNNING', imagesPerSecond: perSecond, ...state })
              : progress.showText(
                  () => `${state.processed.toLocaleString('en')}/${state.total.toLocaleString('en')} texts`,
                ),
          failure: (item, { code, message }) => {
            progress.end();
            if (shown++ < SHOWN_FAILURES) err.write(`${item}: ${code}: ${message}\n`);
          },
        },
      );
      progress.end();
      const { texts, images, failed } = result;
      if (failed > SHOWN_FAILURES) err.write(`… and ${(failed - SHOWN_FAILURES).toLocaleString('en')} more\n`);
      out(`${texts} texts and ${images} pictures have their features in ${output}, ${failed} failed`);
      setExitCode(failed > 0 ? 1 : 0);
    });
}
