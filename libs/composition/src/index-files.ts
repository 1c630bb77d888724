import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a data folder has the files of the embedded index. */
export const indexFolder = (dataDir: string): string => join(dataDir, 'index');

/** Removes the indexes of other stores that the data folder has had. @param prefix the beginning of the names to keep */
export async function removeOtherIndexes(dataDir: string, prefix: string): Promise<void> {
  const folder = indexFolder(dataDir);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return [];
  });
  for (const name of names)
    if (!name.startsWith(prefix)) await rm(join(folder, name), { recursive: true, force: true });
}
