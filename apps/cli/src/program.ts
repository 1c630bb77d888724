import { resolve } from 'node:path';
import { InvalidInputError } from '@wentu/domain';
import { Command, Option } from 'commander';
import type { Backend, JobView, LoadRequest } from './backend';
import { addBackupCommand } from './backup-command';
import { addDatasetCommand } from './dataset-command';
import { addEvaluateCommand } from './evaluate-command';
import { addFeaturesCommand } from './features-command';
import { addImportTutorialCommand } from './import-tutorial-command';
import { addKnnCommand } from './knn-command';
import { addModelCommand } from './model-command';
import { parseCount } from './parse-count';
import { Progress } from './progress';
import { addRankCommand } from './rank-command';
import { runServer } from './run-server';
import { saveHits } from './save-hits';
import type { Terminal } from './terminal';

const LOCAL_COMMANDS = new Set(['dataset', 'evaluate', 'features', 'import-tutorial', 'knn', 'model', 'rank', 'serve']);

/** The command line. `setExitCode`: 0 done, 1 some items failed; 2 and 3 are made from what is thrown. */
export function createProgram({ env, out, err }: Terminal, setExitCode: (code: number) => void): Command {
  const program = new Command('wentu')
    .description('文图 Wentu: search pictures with Chinese words.')
    .option('--server <url>', 'use the server at this address instead of the data folder')
    .showHelpAfterError('(wentu --help shows how)')
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  wentu load ~/Pictures --collection 家庭相册
  wentu search 海边的日落 --collection 家庭相册 --top-k 20 --save ./sunsets
  wentu search 小狗 --collection samples --json

Without --server the data folder is used (WENTU_DATA_DIR, ./data); when a server holds it, that server is asked.
Exit codes: 0 done, 1 some items failed, 2 bad usage or input, 3 a store or model is unavailable.`,
    );

  program.hook('preAction', (_program, action) => {
    const [name = ''] = commandPath(action);
    if (program.opts<{ server?: string }>().server === undefined || !LOCAL_COMMANDS.has(name)) return;
    throw new InvalidInputError(`wentu ${name} works on files of this machine and asks no server; leave --server out`);
  });

  const withBackend = async (work: (backend: Backend) => Promise<void>): Promise<void> => {
    // What is behind it takes longer to load than most commands need.
    const { openBackend } = await import('./open-backend');
    const backend = await openBackend(env, program.opts<{ server?: string }>().server);
    try {
      await work(backend);
    } finally {
      await backend.close();
    }
  };

  program
    .command('serve')
    .description('run the server: page, GraphQL API and GraphiQL (settings come from the environment)')
    .action(async () => setExitCode(await runServer(env)));

  program
    .command('collections')
    .description('list the collections')
    .option('--json', 'as JSON')
    .action(({ json }: { json?: boolean }) =>
      withBackend(async (backend) => {
        const collections = await backend.collections();
        if (json)
          out(
            JSON.stringify(
              collections.map(({ name, imageCount, model, dimension }) => ({ name, imageCount, model, dimension })),
              null,
              2,
            ),
          );
        else
          for (const { name, imageCount, model } of collections)
            out(`${name}\t${imageCount.toLocaleString('en')} images\t${model}`);
      }),
    );

  program
    .command('repair')
    .description('make the index what the images say, without encoding anything; of one collection or of all')
    .argument('[collection]')
    .action((collection: string | undefined) =>
      withBackend(async (backend) => {
        for (const { collection: name, ...done } of await backend.repair(collection)) {
          const { upserted, removedFromIndex, removedRows } = done;
          out(
            `${name}: ${upserted} put into the index, ${removedFromIndex} taken out, ${removedRows} leftovers removed`,
          );
        }
      }),
    );

  program
    .command('drop')
    .description('remove a collection; the picture files stay')
    .argument('<name>')
    .action((name: string) =>
      withBackend(async (backend) => {
        const dropped = await backend.drop(name);
        out(dropped ? `dropped ${name}` : `there is no collection ${name}`);
      }),
    );

  program
    .command('load')
    .description('load a folder of pictures, a {split}_imgs.tsv, its features, or an LMDB folder of cn_clip')
    .argument('<dir>')
    .option('-c, --collection <name>', 'made if there is none', 'default')
    .addOption(new Option('--id <from>', 'what names an image').choices(['path', 'stem']).default('path'))
    .option('--split <name>', 'which {split}_imgs files to read')
    .option('--features-model <name>', 'the model that made the feature file')
    .option('--copy', 'copy the originals into the store')
    .option('--json', 'the final state as JSON')
    .action((dir: string, options: LoadFlags) =>
      withBackend(async (backend) => {
        const job = await runLoad(backend, toRequest(dir, options), err);
        const failures = job.failed > 0 ? await backend.failures(job.id, 20) : [];
        if (options.json) out(JSON.stringify({ ...job, failures }, null, 2));
        else {
          const { loaded, skipped, failed, removed } = job;
          out(
            `${job.status.toLowerCase()}: ${loaded} loaded, ${skipped} unchanged, ${removed} removed, ${failed} failed`,
          );
          for (const { item, code, message } of failures) out(`  ${item}: ${code}: ${message}`);
          if (failed > failures.length) out(`  … and ${failed - failures.length} more`);
          if (job.error) out(`  ${job.error.code}: ${job.error.message}`);
        }
        setExitCode(job.status === 'SUCCEEDED' && job.failed === 0 ? 0 : job.status === 'FAILED' ? 3 : 1);
      }),
    );

  program
    .command('search')
    .description('find the pictures nearest to a text')
    .argument('<text>')
    .option('-c, --collection <name>', 'where to look', 'default')
    .option('-k, --top-k <n>', 'how many', parseCount, 10)
    .option('--json', 'as JSON')
    .option('--save <dir>', 'write the pictures found into this folder')
    .action((text: string, options: { collection: string; topK: number; json?: boolean; save?: string }) =>
      withBackend(async (backend) => {
        const hits = await backend.search(text, options.collection, options.topK);
        const saved = options.save === undefined ? [] : await saveHits(backend, hits, options.save);
        if (options.json) out(JSON.stringify(hits, null, 2));
        else {
          for (const { similarity, distance, imageId } of hits)
            out(`${similarity.toFixed(4)}  ${distance.toFixed(4)}  ${imageId}`);
          if (hits.length === 0) out('nothing found: the collection is empty');
        }
        if (options.save !== undefined)
          err.write(`${saved.length} of ${hits.length} pictures written to ${options.save}\n`);
      }),
    );

  addFeaturesCommand(program, { env, out, err }, setExitCode);
  addImportTutorialCommand(program, { env, out, err }, setExitCode);
  addKnnCommand(program, { env, out, err });
  addEvaluateCommand(program, out);
  addModelCommand(program, { env, out, err }, setExitCode);
  addRankCommand(program, env, out);
  addDatasetCommand(program, env, out, setExitCode);
  addBackupCommand(program, { env, out });
  return program;
}

interface LoadFlags {
  readonly collection: string;
  readonly id: 'path' | 'stem';
  readonly split?: string;
  readonly featuresModel?: string;
  readonly copy?: true;
  readonly json?: true;
}

function toRequest(dir: string, { collection, id, split, featuresModel, copy }: LoadFlags): LoadRequest {
  return {
    directory: resolve(dir),
    collection,
    idFrom: id,
    ...(split === undefined ? {} : { split }),
    ...(featuresModel === undefined ? {} : { featuresModel }),
    ...(copy === undefined ? {} : { copyImages: copy }),
  };
}

async function runLoad(backend: Backend, request: LoadRequest, err: NodeJS.WriteStream): Promise<JobView> {
  const progress = new Progress(err);
  // Ctrl-C cancels the load, which then ends in order; elsewhere it ends the command at once.
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  let last: JobView | undefined;
  for await (const job of backend.load(request, interrupted.signal)) progress.show((last = job));
  progress.end();
  if (!last) throw new Error('a load without a state');
  return last;
}

/** Names from below the program's own down to the command's. */
function commandPath(command: Command): string[] {
  return command.parent ? [...commandPath(command.parent), command.name()] : [];
}
