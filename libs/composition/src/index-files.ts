import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder for the files of the embedded index, in the data folder. */
export const indexFolder = (dataDir: string): string => join(dataDir, 'index');

/**
 * Removes index files of other stores that this data folder was used with before.
 * @param prefix the start of the names to keep
 */
export async function removeOtherIndexes(dataDir: string, prefix: string): Promise<void> {
  const folder = indexFolder(dataDir);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return [];
  });
  for (const name of names)
    if (!name.startsWith(prefix)) await rm(join(folder, name), { recursive: true, force: true });
}
