import type { Command } from 'commander';
import { Progress } from './progress';
import type { Terminal } from './terminal';

interface ImportFlags {
  readonly mysql: string;
  readonly table: string;
  readonly milvusIdColumn: string;
  readonly imageIdColumn: string;
  readonly dataColumn: string;
  readonly milvusCollection: string;
  readonly idField: string;
  readonly vectorField: string;
  readonly output: string;
}

const SHOWN_NOTES = 20;

/** Adds `wentu import-tutorial`. */
export function addImportTutorialCommand(
  program: Command,
  { env, out, err, words: { importTutorial: words, progress: progressWords } }: Terminal,
  setExitCode: (code: number) => void,
): void {
  program
    .command('import-tutorial')
    .description(words.description)
    .requiredOption('--mysql <url>', 'mysql://USER:PASSWORD@HOST:PORT/DATABASE')
    .requiredOption('--table <name>', words.table)
    .requiredOption('--milvus-collection <name>', words.milvusCollection)
    .requiredOption('--output <dir>', words.output)
    .option('--milvus-id-column <name>', words.milvusIdColumn, 'milvus_id')
    .option('--image-id-column <name>', words.imageIdColumn, 'image_id')
    .option('--data-column <name>', words.dataColumn, 'image_data')
    .option('--id-field <name>', words.idField, 'id')
    .option('--vector-field <name>', words.vectorField, 'embedding')
    .action(async (flags: ImportFlags) => {
      const { parseConfig } = await import('@wentu/composition/config');
      const { importTutorial } = await import('@wentu/offline/import-tutorial');
      const progress = new Progress(err, progressWords);
      let notes = 0;
      const { mysql, output, milvusCollection, idField, vectorField, ...table } = flags;
      const { images, dimension, skipped } = await importTutorial(
        parseConfig(env),
        {
          mysqlUrl: mysql,
          table: {
            table: table.table,
            milvusIdColumn: table.milvusIdColumn,
            imageIdColumn: table.imageIdColumn,
            dataColumn: table.dataColumn,
          },
          milvusCollection,
          milvusIdField: idField,
          milvusVectorField: vectorField,
          directory: output,
        },
        (state) => {
          if (state.note !== null && notes++ < SHOWN_NOTES) err.write(`${state.note}\n`);
          progress.showText(() => words.progress(state.images, state.skipped));
        },
      );
      progress.end();
      out(words.done(images, dimension, output, skipped));
      out(words.next(output));
      setExitCode(skipped > 0 ? 1 : 0);
    });
}
