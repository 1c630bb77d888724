import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { NotFoundError } from '@wentu/domain';
import type { Command } from 'commander';
import type { Backend } from './backend';
import type { Terminal } from './terminal';

/** `wentu sources` and `wentu watch`. */
export function addSourceCommands(
  program: Command,
  { out, words }: Terminal,
  withBackend: (work: (backend: Backend) => Promise<void>) => Promise<void>,
): void {
  program
    .command('sources')
    .description(words.sources.description)
    .argument('<collection>', words.sources.collection)
    .option('--json', words.asJson)
    .action((collection: string, { json }: { json?: true }) =>
      withBackend(async (backend) => {
        const sources = await backend.sources(collection);
        if (json) return out(JSON.stringify(sources, null, 2));
        for (const source of sources) out(words.sources.line(source));
        if (sources.length === 0) out(words.sources.none);
      }),
    );

  program
    .command('watch')
    .description(words.watch.description)
    .argument('<collection>', words.sources.collection)
    .argument('<dir>', words.watch.directory)
    .option('--off', words.watch.off)
    .action((collection: string, directory: string, { off = false }: { off?: boolean }) =>
      withBackend(async (backend) => {
        // The server may be on another machine, so a path that does not exist here stays as it is.
        const wanted = resolve(directory);
        const real = await realpath(wanted).catch(() => wanted);
        const source = (await backend.sources(collection)).find((each) => each.directory === real);
        if (!source) throw new NotFoundError(words.watch.notLoaded(real, collection));
        await backend.watchSource(source.id, !off);
        out(off ? words.watch.ended(real) : words.watch.begun(real));
      }),
    );
}
