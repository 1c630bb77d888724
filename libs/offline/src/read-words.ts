import { readPictureFile } from '@wentu/dataset';
import { ItemError, type WordLine } from '@wentu/domain';
import { openWordReader } from '@wentu/words';
import type { ToolSettings } from './tool-settings';

/** What was read in a picture file, or why it could not be read. */
export type PictureWords =
  { readonly path: string; readonly lines: readonly WordLine[] } | { readonly path: string; readonly error: ItemError };

/**
 * Reads the words in picture files, one after another. It does not open the data folder.
 * @throws InvalidInputError when the models cannot be opened
 */
export async function* readWords(
  { limits, threads }: ToolSettings,
  paths: readonly string[],
  modelFolder?: string,
): AsyncGenerator<PictureWords> {
  const { maxPixels, maxDecodeBytes, decodeTimeoutMs: timeoutMs, maxImageBytes: maxBytes } = limits;
  const reader = await openWordReader(
    { threads: threads || 1, ...(modelFolder === undefined ? {} : { modelFolder }) },
    { maxPixels, maxDecodeBytes, timeoutMs, maxBytes, threads: 1 },
  );
  try {
    for (const path of paths) {
      try {
        yield { path, lines: await reader.read(await readPictureFile(path, maxBytes)) };
      } catch (error) {
        if (!(error instanceof ItemError)) throw error;
        yield { path, error };
      }
    }
  } finally {
    await reader.close();
  }
}
