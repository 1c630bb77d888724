import type { MetadataStore, WordReader } from '@wentu/domain';
import { createOriginalReader } from '@wentu/metadata';
import type { PictureDecoder } from '@wentu/picture';
import { WordsPass } from '@wentu/search';
import { measure } from '@wentu/telemetry';
import { logFromThread } from './thread-log';

/**
 * The pass that reads the words in pictures. Its code and its models are loaded here, because many tests need neither.
 */
export async function openWordsPass(store: MetadataStore, decoder: Pick<PictureDecoder, 'pixels'>): Promise<WordsPass> {
  const { findWordModels, openWordReader, revisionOf, shippedWordModels } = await import('@wentu/words');
  return new WordsPass({
    store,
    readOriginals: createOriginalReader,
    revision: await revisionOf(await findWordModels(shippedWordModels())),
    openReader: async () => timed(await openWordReader({}, { decoder, share: 'load' })),
    onError: (error) => logFromThread(error, 'warn'),
  });
}

function timed(reader: WordReader): WordReader {
  return {
    revision: reader.revision,
    async read(...args) {
      const startMs = performance.now();
      const lines = await reader.read(...args);
      measure('wordsSeconds', (performance.now() - startMs) / 1_000, {});
      return lines;
    },
    close: () => reader.close(),
  };
}
