import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { sourceError } from './file-errors';

/** A file, and its name in the data set. */
export type NamedFile = readonly [name: string, path: string];

/**
 * A hash of the names, sizes and times of the files. It changes when a file is changed, added, renamed or removed. It
 * does not depend on the folder.
 * @param files in an order that is the same every time
 */
export async function fingerprintFiles(files: Iterable<NamedFile> | AsyncIterable<NamedFile>): Promise<string> {
  const hash = createHash('sha256');
  // Copies preserve times to about a second.
  for await (const [name, path] of files) {
    const { size, mtimeMs } = await stat(path).catch((error: unknown) => Promise.reject(sourceError(path, error)));
    hash.update(`${JSON.stringify(name)} ${size} ${Math.round(mtimeMs / 1_000)}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}
