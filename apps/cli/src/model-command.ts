import type { ListedModel, ModelStore, Precision, Proxies } from '@wentu/composition';
import { WentuError } from '@wentu/domain';
import { Option, type Command } from 'commander';
import { DownloadProgress } from './download-progress';
import type { Terminal } from './terminal';

const PRECISIONS = ['fp32', 'fp16', 'int8'] satisfies Precision[];

/** `wentu model …`: works on the data folder's files, beside a running server too. */
export function addModelCommand(
  program: Command,
  { env, out, err }: Terminal,
  setExitCode: (code: number) => void,
): void {
  const model = program.command('model').description('list, add, verify, use and remove models');
  // The encoders take a while to load: other commands start without them.
  const store = async (): Promise<ModelStore> => {
    const composition = await import('@wentu/composition');
    return new composition.ModelStore(composition.parseConfig(env));
  };

  model
    .command('list')
    .description('list the models that are installed, and those that can be')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: true }) => {
      const models = await (await store()).list();
      if (json) out(JSON.stringify(models, null, 2));
      else for (const line of describeModels(models)) out(line);
    });

  model
    .command('add')
    .description('install a model: a folder, an address, or a name that the list shows')
    .argument('<source>', 'a folder; the address of a wentu-model.json or of a hub repository; or a name')
    .option('--name <name>', 'what to call it')
    .addOption(new Option('--precision <p>', "which of the hub's graphs to download").choices(PRECISIONS))
    .option('--mirror <url>', 'where to find the model hub, such as https://hf-mirror.com (WENTU_MODEL_MIRROR)')
    .action(async (source: string, options: AddFlags) => {
      const progress = new DownloadProgress(err);
      const interrupted = new AbortController();
      process.once('SIGINT', () => interrupted.abort());
      try {
        const added = await (
          await store()
        ).add(source, {
          ...options,
          proxies: readProxies(env),
          signal: interrupted.signal,
          onProgress: (download) => progress.show(download),
        });
        out(
          `added ${added.name} (${added.dimension}-d, space ${added.space}); use it with: wentu model use ${added.name}`,
        );
      } catch (error) {
        if (!interrupted.signal.aborted) throw error;
        err.write('stopped; what has come is kept, and the same command goes on from there\n');
        setExitCode(1);
      } finally {
        progress.end();
      }
    });

  model
    .command('verify')
    .description('compare the SHA-256 of every file of a model, or of all of them')
    .argument('[name]')
    .action(async (name: string | undefined) => {
      const models = await store();
      if (name !== undefined) {
        await models.verify(name);
        return out(`${name}: every file is as it should be`);
      }
      for (const each of await models.list()) {
        if (each.folder === null) continue;
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
      const { overruled } = await (await store()).use(name);
      out(`${name} is the model from the next start on; a server that runs keeps its model until it is restarted`);
      if (overruled !== null) out(`WENTU_MODEL is set to ${overruled} here, and goes before this choice`);
    });

  model
    .command('remove')
    .description('remove a model that was added')
    .argument('<name>')
    .action(async (name: string) => {
      const { space, collections } = await (await store()).remove(name);
      out(`removed ${name}`);
      if (collections.length > 0) {
        out(`these collections hold embeddings of its space ${space}; they cannot be searched until a model of`);
        out(`that space is added and used again: ${collections.join(', ')}`);
      }
    });
}

interface AddFlags {
  readonly name?: string;
  readonly precision?: Precision;
  readonly mirror?: string;
}

/** The small names first, as curl has them. */
function readProxies(env: NodeJS.ProcessEnv): Proxies {
  const read = (name: string): string | null => env[name.toLowerCase()] ?? env[name] ?? null;
  return { http: read('HTTP_PROXY'), https: read('HTTPS_PROXY'), except: read('NO_PROXY') };
}

function describeModels(models: readonly ListedModel[]): string[] {
  const rows = models.map(
    ({ name, inUse, folder, shipped, dimension, sizeBytes, license, recall, install, problem }) => [
      `${inUse ? '*' : ' '} ${name}`,
      dimension === null ? '?' : `${dimension}-d`,
      sizeBytes === null ? '?' : `${folder === null ? 'about ' : ''}${formatBytes(sizeBytes)}`,
      license ?? '?',
      recall === null ? '' : [recall.flickr30kCn, recall.cocoCn, recall.muge].map(([at1]) => at1.toFixed(1)).join(' '),
      problem === null ? (install ?? (shipped ? 'shipped' : 'installed')) : `broken: ${problem}`,
    ],
  );
  const titles = ['  model', 'dimension', 'size', 'licence', 'R@1', ''];
  const table = [titles, ...rows];
  const widths = titles.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return [
    ...table.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    '',
    '* runs at the next start. Sizes of models not installed are those of fp32. R@1: zero-shot recall of text to image on',
    'Flickr30k-CN, COCO-CN and MUGE, in percent, as published by Chinese-CLIP for the original (Results.md).',
  ];
}

function formatBytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
