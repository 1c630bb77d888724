import { InvalidInputError, type OwnAttribute } from '@wentu/domain';
import type { Command } from 'commander';
import type { Backend } from './backend';
import { parseAttribute } from './own-flags';
import type { Terminal } from './terminal';

interface TagFlags {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly set?: readonly OwnAttribute[];
  readonly text?: readonly OwnAttribute[];
  readonly unset?: readonly string[];
}

/** Images in one call. */
const SLICE = 1_000;

/** `wentu tag`: exit code 1 when an image was not changed. */
export function addTagCommand(
  program: Command,
  { out, err, words }: Terminal,
  setExitCode: (code: number) => void,
  withBackend: (work: (backend: Backend) => Promise<void>) => Promise<void>,
): void {
  const texts = words.tag;
  const oneMore = (value: string, before: readonly string[] = []): string[] => [...before, value];
  program
    .command('tag')
    .description(texts.description)
    .argument('<collection>', words.delete.collection)
    .argument('<ids...>', words.delete.imageIds)
    .option('--add <tag>', texts.add, oneMore)
    .option('--remove <tag>', texts.remove, oneMore)
    .option('--set <name=value>', texts.set, parseAttribute(texts))
    .option('--text <name=text>', texts.text, parseAttribute(texts, true))
    .option('--unset <name>', texts.unset, oneMore)
    .action((collection: string, imageIds: string[], { add, remove, set, text, unset }: TagFlags) =>
      withBackend(async (backend) => {
        const setAttributes = [...(set ?? []), ...(text ?? [])];
        if (!add && !remove && !unset && setAttributes.length === 0) throw new InvalidInputError(texts.noChange);
        const change = {
          ...{ addTags: add ?? [], removeTags: remove ?? [], removeAttributes: unset ?? [] },
          setAttributes,
        };
        let done = 0;
        for (let at = 0; at < imageIds.length; at += SLICE) {
          const changes = imageIds.slice(at, at + SLICE).map((imageId) => ({ imageId, ...change }));
          for (const { imageId, status, message } of await backend.changeAttributes(collection, changes)) {
            if (status === 'DONE') done++;
            else err.write(`${texts.failed(imageId, message)}\n`);
          }
        }
        out(texts.done(done));
        if (done < imageIds.length) setExitCode(1);
      }),
    );
}
