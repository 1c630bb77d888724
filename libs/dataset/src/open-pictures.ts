import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { NotFoundError, type Dataset } from '@wentu/domain';
import { sourceError } from './file-errors';
import { findSource, type Source } from './find-source';
import type { DatasetLimits } from './folder-dataset';
import { openSource, realDirectory } from './open-dataset';
import { openTsv } from './tsv-dataset';

/** The pictures of a tsv file, or of a directory: of its split where it has splits. Features that lie there are passed over. */
export async function openPictures(source: string, split: string, limits: DatasetLimits): Promise<Dataset> {
  const found = await stat(source).catch((error: unknown) => Promise.reject(sourceError(source, error)));
  if (!found.isDirectory())
    return await openTsv({ directory: dirname(resolve(source)), name: basename(source), ...limits });
  const directory = await realDirectory(source);
  return await openSource(directory, await findPictures(directory, split), limits);
}

/** A directory without splits is taken whole; one that has others must not be taken for this one. */
async function findPictures(directory: string, split: string): Promise<Source> {
  try {
    return await findSource(directory, split);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const whole = await findSource(directory, undefined).catch(() => null);
    if (whole?.kind === 'folder' || whole?.split === null) return whole;
    throw error;
  }
}
