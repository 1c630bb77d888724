import { resolve } from 'node:path';
import { InvalidInputError } from '@wentu/domain';
import { Command, Option } from 'commander';
import type { Backend, JobView, LoadRequest } from './backend';
import { addBackupCommand } from './backup-command';
import { languageOption } from './choose-language';
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
import { translateCommander } from './translate-commander';
import { understandingNotes } from './understanding-notes';

const LOCAL_COMMANDS = new Set(['dataset', 'evaluate', 'features', 'import-tutorial', 'knn', 'model', 'rank', 'serve']);

/** The command line. `setExitCode`: 0 done, 1 some items failed; 2 and 3 are made from what is thrown. */
export function createProgram(terminal: Terminal, setExitCode: (code: number) => void): Command {
  const { env, out, err, words } = terminal;
  const program = new Command('wentu')
    .description(words.program.description)
    .option('--server <url>', words.program.server)
    .addOption(languageOption(words.program.language))
    .showHelpAfterError(words.program.howToHelp)
    .exitOverride()
    .addHelpText('after', words.program.after);
  if (words.commander) translateCommander(program, words.commander);

  program.hook('preAction', (_program, action) => {
    const [name = ''] = commandPath(action);
    if (program.opts<{ server?: string }>().server === undefined || !LOCAL_COMMANDS.has(name)) return;
    throw new InvalidInputError(words.program.asksNoServer(name));
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
    .description(words.serve.description)
    .action(async () => setExitCode(await runServer(env)));

  program
    .command('collections')
    .description(words.collections.description)
    .option('--json', words.asJson)
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
            out(`${name}\t${words.collections.images(imageCount)}\t${model}`);
      }),
    );

  program
    .command('repair')
    .description(words.repair.description)
    .argument('[collection]')
    .action((collection: string | undefined) =>
      withBackend(async (backend) => {
        for (const done of await backend.repair(collection)) out(words.repair.done(done));
      }),
    );

  program
    .command('drop')
    .description(words.drop.description)
    .argument('<name>')
    .action((name: string) =>
      withBackend(async (backend) => {
        const dropped = await backend.drop(name);
        out(dropped ? words.drop.dropped(name) : words.drop.none(name));
      }),
    );

  program
    .command('load')
    .description(words.load.description)
    .argument('<dir>')
    .option('-c, --collection <name>', words.load.collection, 'default')
    .addOption(new Option('--id <from>', words.load.id).choices(['path', 'stem']).default('path'))
    .option('--split <name>', words.load.split)
    .option('--features-model <name>', words.load.featuresModel)
    .option('--copy', words.load.copy)
    .addOption(new Option('--missing <what>', words.load.missing).choices(['ask', 'keep', 'remove']).default('ask'))
    .option('--json', words.load.json)
    .action((dir: string, options: LoadFlags) =>
      withBackend(async (backend) => {
        const request = toRequest(dir, options);
        const ended = await runLoad(backend, request, new Progress(err, words.progress));
        const job = await settleMissing(backend, request, ended, options.missing);
        const failures = job.failed > 0 ? await backend.failures(job.id, 20) : [];
        if (options.json) out(JSON.stringify({ ...job, failures }, null, 2));
        else {
          out(words.load.ended(job));
          if (Object.values(job.ignored).some((count) => count > 0)) out(`  ${words.load.ignored(job.ignored)}`);
          if (job.unreadFolders > 0) out(`  ${words.load.isUnread(job.unreadFolders)}`);
          if (job.missing > 0) out(`  ${words.load.isMissing(job.missing)}`);
          for (const failure of failures) out(`  ${words.failure(failure)}`);
          if (job.failed > failures.length) out(`  ${words.andMore(job.failed - failures.length)}`);
          if (job.error) out(`  ${words.loadError(job.error)}`);
        }
        setExitCode(exitCodeOf(job));
      }),
    );

  program
    .command('search')
    .description(words.search.description)
    .argument('<text>')
    .option('-c, --collection <name>', words.search.collection, 'default')
    .option('-k, --top-k <n>', words.search.topK, parseCount(words), 10)
    .option('--json', words.asJson)
    .option('--save <dir>', words.search.save)
    .action((text: string, options: { collection: string; topK: number; json?: boolean; save?: string }) =>
      withBackend(async (backend) => {
        const { hits, understanding } = await backend.search(text, options.collection, options.topK);
        for (const note of understandingNotes(understanding, text, words.understanding)) err.write(`${note}\n`);
        const saved = options.save === undefined ? [] : await saveHits(backend, hits, options.save);
        if (options.json) out(JSON.stringify(hits, null, 2));
        else {
          for (const { similarity, distance, imageId } of hits)
            out(`${similarity.toFixed(4)}  ${distance.toFixed(4)}  ${imageId}`);
          if (hits.length === 0) out(words.search.nothing);
        }
        if (options.save !== undefined) err.write(`${words.search.saved(saved.length, hits.length, options.save)}\n`);
      }),
    );

  addFeaturesCommand(program, terminal, setExitCode);
  addImportTutorialCommand(program, terminal, setExitCode);
  addKnnCommand(program, terminal);
  addEvaluateCommand(program, terminal);
  addModelCommand(program, terminal, setExitCode);
  addRankCommand(program, terminal);
  addDatasetCommand(program, terminal, setExitCode);
  addBackupCommand(program, terminal);
  return program;
}

interface LoadFlags {
  readonly collection: string;
  readonly id: 'path' | 'stem';
  readonly split?: string;
  readonly featuresModel?: string;
  readonly copy?: true;
  readonly missing: 'ask' | 'keep' | 'remove';
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

/** Does with missing images as the flag says. */
async function settleMissing(
  backend: Backend,
  { collection, directory }: LoadRequest,
  job: JobView,
  missing: LoadFlags['missing'],
): Promise<JobView> {
  if (job.missing === 0 || missing === 'ask') return job;
  const count = await backend.resolveMissing(collection, directory, missing === 'keep' ? 'KEEP' : 'REMOVE');
  return { ...job, missing: 0, removed: job.removed + (missing === 'remove' ? count : 0) };
}

function exitCodeOf({ status, error }: JobView): number {
  if (status === 'SUCCEEDED') return 0;
  return status === 'FAILED' && error?.code !== 'ALL_FAILED' ? 3 : 1;
}

async function runLoad(backend: Backend, request: LoadRequest, progress: Progress): Promise<JobView> {
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
