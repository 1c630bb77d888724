import { WentuError, type ModelRecommendation } from '@wentu/domain';
import type { DownloadPlan, HubAccess, ModelStore, Precision, StoredModel } from '@wentu/models/store';
import { Option, type Command } from 'commander';
import { displayWidth, padToWidth } from './display-width';
import { DownloadProgress } from './download-progress';
import type { Terminal } from './terminal';
import type { Words } from './words/english';

const PRECISIONS = ['fp32', 'fp16', 'int8'] satisfies Precision[];

/** `wentu model …`: works on the files of the data folder, also while a server is running. */
export function addModelCommand(
  program: Command,
  { env, out, err, words: allWords }: Terminal,
  setExitCode: (code: number) => void,
): void {
  const words = allWords.model;
  const model = program.command('model').description(words.description);
  // Loading the encoders takes time, so other commands start without them.
  const open = async (): Promise<{ models: ModelStore; hub: HubAccess; onGpu: boolean }> => {
    const { parseConfig } = await import('@wentu/composition/config');
    const { openModelStore } = await import('@wentu/composition/model-store');
    const config = parseConfig(env);
    return { models: openModelStore(config), hub: config.hub, onGpu: config.device.startsWith('cuda') };
  };
  const store = async (): Promise<ModelStore> => (await open()).models;

  model
    .command('list')
    .description(words.list)
    .option('--json', allWords.asJson)
    .action(async ({ json }: { json?: true }) => {
      const { models: all, onGpu } = await open();
      const models = await all.list();
      if (json) return out(JSON.stringify(models, null, 2));
      for (const line of describeModels(models, words)) out(line);
      const best = await all.recommend(onGpu);
      if (best) out(describeRecommendation(best, words));
    });

  model
    .command('add')
    .description(words.add)
    .argument('<source>', words.source)
    .option('--name <name>', words.name)
    .addOption(new Option('--precision <p>', words.precision).choices(PRECISIONS))
    .option('--mirror <url>', words.mirror)
    .action(async (source: string, options: AddFlags) => {
      const progress = new DownloadProgress(err, allWords.progress);
      const interrupted = new AbortController();
      process.once('SIGINT', () => interrupted.abort());
      try {
        const { models, hub } = await open();
        const added = await models.add(source, {
          ...options,
          access: hub,
          signal: interrupted.signal,
          onPlan: (plan) => err.write(`${describePlan(plan, words)}\n`),
          onWait: ({ waitMs, reason }) => {
            // On a terminal, the bar is on this line.
            progress.end();
            err.write(`${words.waiting(Math.ceil(waitMs / 1_000), reason)}\n`);
          },
          onProgress: (download) => progress.show(download),
        });
        out(words.added(added.name, added.dimension, added.space));
      } catch (error) {
        if (!interrupted.signal.aborted) throw error;
        err.write(`${words.stopped}\n`);
        setExitCode(1);
      } finally {
        progress.end();
      }
    });

  model
    .command('verify')
    .description(words.verify)
    .argument('[name]')
    .action(async (name: string | undefined) => {
      const models = await store();
      if (name !== undefined) {
        await models.verify(name);
        return out(words.verified(name));
      }
      for (const each of await models.list()) {
        if (each.folder === null) continue;
        try {
          await models.verify(each.name);
          out(words.verified(each.name));
        } catch (error) {
          // The other models must still be checked.
          if (!(error instanceof WentuError)) throw error;
          err.write(`${words.notVerified(each.name, error)}\n`);
          setExitCode(1);
        }
      }
    });

  model
    .command('use')
    .description(words.use)
    .argument('<name>')
    .action(async (name: string) => {
      const { overruled } = await (await store()).use(name);
      out(words.chosen(name));
      if (overruled !== null) out(words.overruled(overruled));
    });

  model
    .command('remove')
    .description(words.remove)
    .argument('<name>')
    .action(async (name: string) => {
      await (await store()).remove(name);
      out(words.removed(name));
    });
}

interface AddFlags {
  readonly name?: string;
  readonly precision?: Precision;
  readonly mirror?: string;
}

function describePlan({ layout, files, totalBytes, origin }: DownloadPlan, words: Words['model']): string {
  const from = origin === null ? null : `${origin.source}@${origin.revision.slice(0, 12)}`;
  return words.plan(from, layout, files.length, totalBytes === null ? null : formatBytes(totalBytes));
}

function describeModels(models: readonly StoredModel[], words: Words['model']): string[] {
  const rows = models.map((model) => {
    const { name, inUse, folder, dimension, sizeBytes, memoryBytes, languages, license, speed } = model;
    const about = (bytes: number | null): string =>
      bytes === null ? '?' : folder === null ? words.about(formatBytes(bytes)) : formatBytes(bytes);
    return [
      `${inUse ? '*' : ' '} ${name}`,
      languages.join(' '),
      dimension === null ? '?' : words.dimension(dimension),
      about(sizeBytes),
      about(memoryBytes),
      license ?? '?',
      describeRecall(model),
      speed === null ? '' : speed.imagesPerSecond.toFixed(1),
      speed === null ? '' : speed.textMs.toFixed(0),
      describeState(model, words),
    ];
  });
  const titles = [...words.titles.map((title, column) => (column === 0 ? `  ${title}` : title)), ''];
  const table = [titles, ...rows];
  const widths = titles.map((_, column) => Math.max(...table.map((row) => displayWidth(row[column] ?? ''))));
  return [
    ...table.map((row) =>
      row
        .map((cell, column) => padToWidth(cell, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    '',
    ...words.legend,
  ];
}

function describeRecall({ recall }: StoredModel): string {
  const { flickr30kCn, cocoCn, muge, xm3600Zh } = recall ?? {};
  const ofChinese = [flickr30kCn, cocoCn, muge].flatMap((values) => (values ? [values[0].toFixed(1)] : []));
  return xm3600Zh ? `XM3600 ${xm3600Zh[0].toFixed(1)}` : ofChinese.join(' ');
}

function describeState({ problem, install, shipped }: StoredModel, words: Words['model']): string {
  if (problem !== null) return words.broken(problem);
  if (install !== null) return words.install(install);
  return shipped ? words.shipped : words.installed;
}

function describeRecommendation({ model, machine, limitedBy }: ModelRecommendation, words: Words['model']): string {
  return words.recommended(model.name, formatBytes(machine.memoryBytes), machine.cores, limitedBy);
}

function formatBytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
