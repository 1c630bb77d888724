import { readdir, realpath, stat } from 'node:fs/promises';
import { InvalidInputError, NotFoundError, UnavailableError, type Dataset, type OpenDataset } from '@wentu/domain';
import { openFeatures } from './features-dataset';
import { openFolder } from './folder-dataset';
import { openTsv } from './tsv-dataset';

export interface DatasetLimits {
  /** Largest picture that is read, in bytes. */
  readonly maxImageBytes: number;
}

const IMAGES_TSV = /^(.+)_imgs\.tsv$/;

/**
 * Reads a directory by what it holds: `{split}_imgs.tsv`, with or without `{split}_imgs.img_feat.jsonl` beside it, or a
 * tree of picture files. Without a split: `valid`, else the only one. The caller has checked that it may be read.
 */
export function createDatasetOpener(limits: DatasetLimits): OpenDataset {
  return async (directory, { split, idFrom = 'path' }): Promise<Dataset> => {
    const real = await realDirectory(directory);
    const names = await readdir(real);
    const splits = names.flatMap((name) => IMAGES_TSV.exec(name)?.[1] ?? []).sort();
    if (splits.length === 0 && split === undefined) return await openFolder(real, idFrom, limits);
    const chosen = chooseSplit(real, splits, split);
    const tsv = { directory: real, name: `${chosen}_imgs.tsv`, ...limits };
    const features = `${chosen}_imgs.img_feat.jsonl`;
    return names.includes(features) ? await openFeatures(tsv, features) : await openTsv(tsv);
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
    if (error instanceof InvalidInputError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new NotFoundError(`there is no folder ${directory}`);
    throw new UnavailableError(`the folder ${directory} cannot be read (${code}); check its permissions`, {
      cause: error,
    });
  }
}
