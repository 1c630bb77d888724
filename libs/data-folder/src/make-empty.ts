import { mkdir, readdir } from 'node:fs/promises';
import { InvalidInputError } from '@wentu/domain';

/**
 * Creates the folder, for this user only, if it does not exist. @throws InvalidInputError when the folder is not empty
 */
export async function makeEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) {
    throw new InvalidInputError(`${folder} is not empty; give an empty folder, or one that does not exist yet`);
  }
}
