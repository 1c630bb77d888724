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
  { env, out, err }: Terminal,
  setExitCode: (code: number) => void,
): void {
  program
    .command('import-tutorial')
    .description(
      "write what the tutorial's service has in MySQL and Milvus (MILVUS_ADDRESS and its other settings) as a folder that wentu load takes, without encoding anything",
    )
    .requiredOption('--mysql <url>', 'mysql://USER:PASSWORD@HOST:PORT/DATABASE')
    .requiredOption('--table <name>', 'the table of pictures')
    .requiredOption('--milvus-collection <name>', 'the collection of their vectors')
    .requiredOption('--output <dir>', 'a new folder')
    .option('--milvus-id-column <name>', 'the id in Milvus', 'milvus_id')
    .option('--image-id-column <name>', 'the id of the image', 'image_id')
    .option('--data-column <name>', 'its bytes, or their base64', 'image_data')
    .option('--id-field <name>', 'of the Milvus collection', 'id')
    .option('--vector-field <name>', 'of the Milvus collection', 'embedding')
    .action(async (flags: ImportFlags) => {
      const { importTutorial, parseConfig } = await import('@wentu/composition');
      const progress = new Progress(err);
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
          progress.showText(() => `${state.images.toLocaleString('en')} images, ${state.skipped} left out`);
        },
      );
      progress.end();
      out(`${images} images with ${dimension}-d features in ${output}, ${skipped} left out; now:`);
      out(`  wentu load ${output} --collection NAME --features-model MODEL   (the model that made them)`);
      setExitCode(skipped > 0 ? 1 : 0);
    });
}
