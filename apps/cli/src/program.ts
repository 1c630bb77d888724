import { InvalidInputError } from '@wentu/domain';
import { Command } from 'commander';
import type { Backend } from './backend';
import { addBackupCommand } from './backup-command';
import { languageOption } from './choose-language';
import { addDatasetCommand } from './dataset-command';
import { addDeleteCommands } from './delete-commands';
import { addEvaluateCommand } from './evaluate-command';
import { addFeaturesCommand } from './features-command';
import { addImageCommands } from './image-commands';
import { addImportTutorialCommand } from './import-tutorial-command';
import { addKeyCommands } from './key-commands';
import { addKnnCommand } from './knn-command';
import { addLoadCommand } from './load-command';
import { addModelCommand } from './model-command';
import { addRankCommand } from './rank-command';
import { addDoctorCommand } from './doctor-command';
import { addDuplicatesCommand } from './duplicates-command';
import { addReencodeCommands } from './reencode-command';
import { runServer } from './run-server';
import { addSearchCommand } from './search-command';
import { addSourceCommands } from './source-commands';
import { addTagCommand } from './tag-command';
import type { Terminal } from './terminal';
import { translateCommander } from './translate-commander';
import { addWordsCommand } from './words-command';

const LOCAL_COMMANDS = new Set([
  'backup',
  'dataset',
  'doctor',
  'evaluate',
  'features',
  'import-tutorial',
  'knn',
  'model',
  'rank',
  'restore',
  'serve',
  'verify',
  'words',
]);

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
  addSourceCommands(program, terminal, withBackend);
  addDeleteCommands(program, terminal, withBackend);
  addTagCommand(program, terminal, setExitCode, withBackend);
  addDuplicatesCommand(program, terminal, withBackend, setExitCode);
  addReencodeCommands(program, terminal, withBackend, setExitCode);

  addImageCommands(program, terminal, withBackend);
  addSearchCommand(program, terminal, withBackend);
  addFeaturesCommand(program, terminal, setExitCode);
  addImportTutorialCommand(program, terminal, setExitCode);
  addKnnCommand(program, terminal);
  addEvaluateCommand(program, terminal);
  addModelCommand(program, terminal, setExitCode);
  addRankCommand(program, terminal);
  addWordsCommand(program, terminal, setExitCode);
  addDatasetCommand(program, terminal, setExitCode);
  addDoctorCommand(program, terminal, setExitCode);
  addBackupCommand(program, terminal, setExitCode);
  addKeyCommands(program, terminal, withBackend);
  return program;
}

/** The names of the command and its parents, without that of the program. */
function commandPath(command: Command): string[] {
  return command.parent ? [...commandPath(command.parent), command.name()] : [];
}
