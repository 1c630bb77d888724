import { InvalidInputError } from '@wentu/domain';
import type { Command } from 'commander';
import type { Backend, KeptOutView } from './backend';
import { addFilterFlags, filterOf, type FilterFlags } from './filter-flags';
import type { Terminal } from './terminal';

/** `wentu delete` and `wentu kept-out`. */
export function addDeleteCommands(
  program: Command,
  { out, words }: Terminal,
  withBackend: (work: (backend: Backend) => Promise<void>) => Promise<void>,
): void {
  const deletion = program
    .command('delete')
    .description(words.delete.description)
    .argument('<collection>', words.delete.collection)
    .argument('[ids...]', words.delete.imageIds)
    .option('--keep-out', words.delete.keepOut)
    .option('--yes', words.delete.yes);
  addFilterFlags(deletion, words).action((collection: string, imageIds: string[], flags: DeleteFlags) =>
    withBackend(async (backend) => {
      const { keepOut = false, yes } = flags;
      const filter = filterOf(flags);
      if (imageIds.length > 0 === (filter !== null)) throw new InvalidInputError(words.delete.idsOrFilter);
      if (!filter) return out(words.delete.deleted(await backend.deleteImages(collection, imageIds, keepOut)));
      const count = await backend.matchingCount(collection, filter);
      if (!yes) return out(words.delete.wouldDelete(count));
      out(words.delete.deleted(await backend.deleteMatching(collection, filter, count, keepOut)));
    }),
  );

  program
    .command('kept-out')
    .description(words.keptOut.description)
    .argument('<collection>', words.delete.collection)
    .option('--allow <ids...>', words.keptOut.allow)
    .option('--json', words.asJson)
    .action((collection: string, { allow, json }: KeptOutFlags) =>
      withBackend(async (backend) => {
        if (allow) {
          const allowed = await backend.allowImages(collection, allow);
          if (!json) out(words.keptOut.allowed(allowed));
        }
        const images: KeptOutView[] = [];
        for await (const image of backend.keptOut(collection)) images.push(image);
        if (json)
          return out(
            JSON.stringify(
              images.map(({ imageId, keptOutAt }) => ({ imageId, keptOutAt })),
              null,
              2,
            ),
          );
        for (const { imageId, keptOutAt } of images) out(`${keptOutAt.toISOString()}  ${imageId}`);
        if (images.length === 0) out(words.keptOut.none);
      }),
    );
}

interface DeleteFlags extends FilterFlags {
  readonly keepOut?: true;
  readonly yes?: true;
}

interface KeptOutFlags {
  readonly allow?: string[];
  readonly json?: true;
}
