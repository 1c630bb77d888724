import { InvalidInputError } from '@wentu/domain';
import { Command } from 'commander';
import type { Backend } from './backend';
import { addBackupCommand } from './backup-command';
import { languageOption } from './choose-language';
import { addDatasetCommand } from './dataset-command';
import { addEvaluateCommand } from './evaluate-command';
import { addFeaturesCommand } from './features-command';
import { addImportTutorialCommand } from './import-tutorial-command';
import { addKnnCommand } from './knn-command';
import { addLoadCommand } from './load-command';
import { addModelCommand } from './model-command';
import { parseCount } from './parse-count';
import { addRankCommand } from './rank-command';
import { runServer } from './run-server';
import { saveHits } from './save-hits';
import type { Terminal } from './terminal';
import { translateCommander } from './translate-commander';
import { understandingNotes } from './understanding-notes';

const LOCAL_COMMANDS = new Set(['dataset', 'evaluate', 'features', 'import-tutorial', 'knn', 'model', 'rank', 'serve']);

/** The command line. `setExitCode`: 0 done, 1 some items failed; for 2 and 3 the command throws an error. */
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
    // Loading the backend takes longer than most commands.
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
        if (await backend.drop(name)) return out(words.drop.dropped(name));
        err.write(`${words.drop.none(name)}\n`);
        setExitCode(2);
      }),
    );

  addLoadCommand(program, terminal, withBackend, setExitCode);

  program
    .command('search')
    .description(words.search.description)
    .argument('<text>')
    .option('-c, --collection <name>', words.search.collection)
    .option('-k, --top-k <n>', words.search.topK, parseCount(words), 10)
    .option('--json', words.asJson)
    .option('--save <dir>', words.search.save)
    .action((text: string, options: { collection?: string; topK: number; json?: boolean; save?: string }) =>
      withBackend(async (backend) => {
        const { hits, understanding } = await backend.search(text, options.collection ?? null, options.topK);
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

/** The names of the command and its parents, without that of the program. */
function commandPath(command: Command): string[] {
  return command.parent ? [...commandPath(command.parent), command.name()] : [];
}
