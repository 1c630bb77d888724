import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInputError } from '@wentu/domain';
import { readTextFile, type ModelListing } from './layout';

/** The folders in which layouts keep graphs. Only these are read: a user may give a folder with any contents. */
const GRAPH_FOLDERS = ['onnx', 'textual', 'visual'];

/** @throws InvalidInputError when the folder cannot be read */
export async function listFolder(source: string): Promise<ModelListing> {
  const files = await readdir(source).catch((error: unknown) => {
    throw new InvalidInputError(`${source} is not a readable folder: ${(error as Error).message}`, { cause: error });
  });
  for (const folder of GRAPH_FOLDERS.filter((name) => files.includes(name))) {
    const path = join(source, folder);
    if (!(await stat(path)).isDirectory()) continue;
    for (const file of await readdir(path)) files.push(`${folder}/${file}`);
  }
  return { name: source, files, readText: (path) => readTextFile(join(source, path)) };
}
