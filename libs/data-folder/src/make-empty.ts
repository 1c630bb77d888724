import { mkdir, readdir } from 'node:fs/promises';
import { InvalidInputError } from '@wentu/domain';

/** Makes the folder if it is not there. @throws InvalidInputError when there is something in it */
export async function makeEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new InvalidInputError(`${folder} is not empty; give a folder that is, or one that does not exist yet`);
  }
}
