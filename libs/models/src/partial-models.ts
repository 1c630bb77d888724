import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addedModels } from '@wentu/data-folder';
import type { DownloadOrigin } from '@wentu/model-catalog';
import { z } from 'zod';

const ORIGIN_FILE = 'origin.json';
const originSchema = z.object({ source: z.string(), revision: z.string(), requested: z.string().nullable() });

/** The folder of the downloads that are not complete, one folder for each name. */
export const partialModels = (dataDir: string): string => join(addedModels(dataDir), '.partial');

/**
 * The commit at which an interrupted download of this source and revision started; null: there is none.
 * @param requested a branch, tag or commit; null: the default branch
 */
export async function interruptedRevision(
  dataDir: string,
  source: string,
  requested: string | null,
): Promise<string | null> {
  const parent = partialModels(dataDir);
  for (const name of await readdir(parent).catch(() => [])) {
    const origin = await readOrigin(join(parent, name, ORIGIN_FILE));
    if (origin?.source === source && origin.requested === requested) return origin.revision;
  }
  return null;
}

/** Keeps the revision beside the downloaded files, so that the next call continues with the same one. */
export async function writeOrigin(folder: string, origin: DownloadOrigin): Promise<void> {
  await writeFile(join(folder, ORIGIN_FILE), `${JSON.stringify(origin, null, 2)}\n`);
}

/**
 * An unreadable file counts as none: the download then takes the newest revision, and files with other hashes start
 * again.
 */
async function readOrigin(path: string): Promise<DownloadOrigin | null> {
  try {
    return originSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}
