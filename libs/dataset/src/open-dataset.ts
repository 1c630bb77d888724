import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { InvalidInputError, NotFoundError, type Dataset, type OpenDataset } from '@wentu/domain';
import { openFeatures } from './features-dataset';
import { sourceError } from './file-errors';
import { openFolder, type DatasetLimits } from './folder-dataset';
import { openTsv } from './tsv-dataset';

const IMAGES_TSV = /^(.+)_imgs\.tsv$/;

/**
 * Reads a directory by what it holds: `{split}_imgs.tsv`, with or without `{split}_imgs.img_feat.jsonl` beside it, or a
 * tree of picture files. Without a split: `valid`, else the only one. The caller has checked that it may be read.
 * @param options.passOverFeatures read the pictures alone
 */
export function createDatasetOpener(limits: DatasetLimits, options?: { passOverFeatures: boolean }): OpenDataset {
  return async (directory, { split, idFrom = 'path' }): Promise<Dataset> => {
    const real = await realDirectory(directory);
    const names = await readdir(real).catch((error: unknown) => Promise.reject(sourceError(directory, error)));
    const splits = names.flatMap((name) => IMAGES_TSV.exec(name)?.[1] ?? []).sort();
    if (splits.length === 0 && split === undefined) return await openFolder(real, idFrom, limits);
    const chosen = chooseSplit(real, splits, split);
    const tsv = { directory: real, name: `${chosen}_imgs.tsv`, ...limits };
    const features = `${chosen}_imgs.img_feat.jsonl`;
    for (const name of [tsv.name, features, `${chosen}_imgs.img_feat.json`]) {
      if (names.includes(name)) await checkInside(real, name);
    }
    return names.includes(features) && !options?.passOverFeatures
      ? await openFeatures(tsv, features)
      : await openTsv(tsv);
  };
}

function chooseSplit(directory: string, splits: readonly string[], wanted: string | undefined): string {
  const there = splits.length === 0 ? 'no {split}_imgs.tsv' : splits.map((split) => `${split}_imgs.tsv`).join(', ');
  if (wanted !== undefined) {
    if (splits.includes(wanted)) return wanted;
    throw new NotFoundError(`${directory} has no ${wanted}_imgs.tsv; it has ${there}`);
  }
  const chosen = splits.includes('valid') ? 'valid' : splits.length === 1 ? splits[0] : undefined;
  if (chosen === undefined) throw new InvalidInputError(`${directory} has ${there}; say which with split`);
  return chosen;
}

async function realDirectory(directory: string): Promise<string> {
  try {
    const real = await realpath(directory);
    if (!(await stat(real)).isDirectory())
      throw new InvalidInputError(`${directory} is a file; give the folder that holds the pictures`);
    return real;
  } catch (error) {
    throw error instanceof InvalidInputError ? error : sourceError(directory, error);
  }
}

/** The caller allowed the directory: a link must not lead out of it. */
async function checkInside(directory: string, name: string): Promise<void> {
  const path = join(directory, name);
  const real = await realpath(path).catch((error: unknown) => Promise.reject(sourceError(path, error)));
  if (!real.startsWith(directory.endsWith(sep) ? directory : directory + sep) || !(await stat(real)).isFile()) {
    throw new InvalidInputError(`${path} is no file of this directory; put the file itself there`);
  }
}
