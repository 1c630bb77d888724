import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { InvalidInputError } from '@wentu/domain';

/**
 * Writes lines into a file atomically: until the file is complete, the lines are in `{path}.part`, which is removed
 * after a failure.
 */
export async function writeWholeFile(path: string, lines: AsyncIterable<string> | Iterable<string>): Promise<void> {
  const part = `${path}.part`;
  async function* withEnds(): AsyncGenerator<string> {
    for await (const line of lines) yield `${line}\n`;
  }
  try {
    await pipeline(withEnds(), createWriteStream(part));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    const { code, syscall } = Object(error) as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new InvalidInputError(`${path} cannot be written (${code}); check its folder and your permissions`, {
      cause: error,
    });
  }
}
