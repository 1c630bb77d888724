import type { Command } from 'commander';
import type { Backend } from './backend';
import { parseCount } from './parse-count';
import { bar, Progress } from './progress';
import { runJob } from './run-job';
import type { Terminal } from './terminal';

/** `wentu duplicates`. Exit codes: 0 found or none there, 1 cancelled, 3 the search failed. */
export function addDuplicatesCommand(
  program: Command,
  { out, err, words: allWords }: Terminal,
  withBackend: (work: (backend: Backend) => Promise<void>) => Promise<void>,
  setExitCode: (code: number) => void,
): void {
  const words = allWords.duplicates;
  program
    .command('duplicates')
    .description(words.description)
    .argument('<collection>', words.collection)
    .option('--first <n>', words.first, parseCount(allWords), 20)
    .option('--last', words.last)
    .option('--json', allWords.asJson)
    .action((collection: string, { first, last, json }: DuplicatesFlags) =>
      withBackend(async (backend) => {
        const progress = new Progress(err, allWords.progress);
        if (!last) {
          const { status, error } = await runJob((signal) => backend.findDuplicates(collection, signal), {
            show: ({ done }) => progress.showText(() => bar(done ?? 0)),
            end: () => progress.end(),
          });
          if (status === 'CANCELLED') err.write(`${words.cancelled}\n`);
          if (error) err.write(`${error.code}: ${error.message}\n`);
          if (status !== 'DONE') return setExitCode(status === 'CANCELLED' ? 1 : 3);
        }
        const found = await backend.duplicates(collection, first);
        if (json) return out(JSON.stringify(found, null, 2));
        if (found.search.status === 'NONE') return out(words.none);
        out(words.total(found));
        for (const { imageCount, spareBytes, images } of found.groups) {
          out(`\n${words.group(imageCount, spareBytes)}`);
          for (const image of images) out(words.image(image));
          if (imageCount > images.length) out(allWords.andMore(imageCount - images.length));
        }
        if (found.totalCount > found.groups.length)
          out(`\n${allWords.andMore(found.totalCount - found.groups.length)}`);
        if (found.search.newImageCount > 0) err.write(`${words.newImages(found.search.newImageCount)}\n`);
      }),
    );
}

interface DuplicatesFlags {
  readonly first: number;
  readonly last?: true;
  readonly json?: true;
}
