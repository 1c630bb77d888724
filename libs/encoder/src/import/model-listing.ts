import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInputError } from '@wentu/domain';
import { readTextFile } from './layout';

/** The files of a model, in a folder or still on a hub. */
export interface ModelListing {
  /** For messages: the folder, or the address of the repository. */
  readonly name: string;
  /** Relative paths with `/`. */
  readonly files: readonly string[];
  /** Reads a small file. @throws InvalidInputError when it is missing or too large */
  readText(path: string): Promise<string>;
}

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
