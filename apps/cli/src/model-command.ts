import { ModelStore, parseConfig, type InstalledModel } from '@wentu/composition';
import { WentuError } from '@wentu/domain';
import type { Command } from 'commander';
import type { Terminal } from './program';

/** `wentu model …`: works on the data folder's files, beside a running server too. */
export function addModelCommand(
  program: Command,
  { env, out, err }: Terminal,
  setExitCode: (code: number) => void,
): void {
  const model = program.command('model').description('list, add, verify, use and remove models');
  const store = (): ModelStore => new ModelStore(parseConfig(env));

  model
    .command('list')
    .description('list the models that are installed')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: true }) => {
      const models = await store().list();
      if (json) out(JSON.stringify(models, null, 2));
      else for (const line of describeModels(models)) out(line);
    });

  model
    .command('add')
    .description('install a model from a folder')
    .argument('<source>', 'a folder')
    .option('--name <name>', 'what to call it')
    .action(async (source: string, { name }: { name?: string }) => {
      const interrupted = new AbortController();
      process.once('SIGINT', () => interrupted.abort());
      const info = await store().add(source, { signal: interrupted.signal, ...(name === undefined ? {} : { name }) });
      out(`added ${info.name} (${info.dimension}-d, space ${info.space}); use it with: wentu model use ${info.name}`);
    });

  model
    .command('verify')
    .description('compare the SHA-256 of every file of a model, or of all of them')
    .argument('[name]')
    .action(async (name: string | undefined) => {
      const models = store();
      if (name !== undefined) {
        await models.verify(name);
        return out(`${name}: every file is as it should be`);
      }
      for (const each of await models.list()) {
        try {
          await models.verify(each.name);
          out(`${each.name}: every file is as it should be`);
        } catch (error) {
          // The others are to be checked all the same.
          if (!(error instanceof WentuError)) throw error;
          err.write(`${each.name}: ${error.message}\n`);
          setExitCode(1);
        }
      }
    });

  model
    .command('use')
    .description('choose the model that runs where WENTU_MODEL is not set')
    .argument('<name>')
    .action(async (name: string) => {
      const { overruled } = await store().use(name);
      out(`${name} is the model from the next start on; a server that runs keeps its model until it is restarted`);
      if (overruled !== null) out(`WENTU_MODEL is set to ${overruled} here, and goes before this choice`);
    });

  model
    .command('remove')
    .description('remove a model that was added')
    .argument('<name>')
    .action(async (name: string) => {
      const { space, collections } = await store().remove(name);
      out(`removed ${name}`);
      if (collections.length > 0) {
        out(`these collections hold embeddings of its space ${space}; they cannot be searched until a model of`);
        out(`that space is added and used again: ${collections.join(', ')}`);
      }
    });
}

function describeModels(models: readonly InstalledModel[]): string[] {
  return models.map(({ name, inUse, dimension, sizeBytes, license, problem }) =>
    [
      `${inUse ? '*' : ' '} ${name}`,
      ...(problem === null ? [`${dimension}-d`, formatBytes(sizeBytes ?? 0), license] : [`broken: ${problem}`]),
    ].join('\t'),
  );
}

function formatBytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
