import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve, sep } from 'node:path';
import { InvalidInputError } from '@wentu/domain';

const WORKSPACE = resolve(__dirname, '../../..');

/** A folder, or the name of one that is shipped. */
export function findModelFolder(model: string): string {
  const looksLikePath = isAbsolute(model) || model.includes('/') || model.includes(sep);
  const folder = looksLikePath ? resolve(model) : join(WORKSPACE, 'models', model);
  if (existsSync(join(folder, 'wentu-model.json'))) return folder;
  throw new InvalidInputError(
    `WENTU_MODEL is ${JSON.stringify(model)}, but ${folder} holds no wentu-model.json; give the folder of a model, or wentu-mini`,
  );
}
