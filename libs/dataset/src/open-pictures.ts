import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { NotFoundError, type Dataset } from '@wentu/domain';
import { sourceError } from './file-errors';
import type { DatasetLimits } from './folder-dataset';
import { createDatasetOpener } from './open-dataset';
import { openTsv } from './tsv-dataset';

/** The pictures of a tsv file, or of a directory: of its split where it has splits. Features that lie there are passed over. */
export async function openPictures(source: string, split: string, limits: DatasetLimits): Promise<Dataset> {
  const found = await stat(source).catch((error: unknown) => Promise.reject(sourceError(source, error)));
  if (!found.isDirectory())
    return await openTsv({ directory: dirname(resolve(source)), name: basename(source), ...limits });
  const open = createDatasetOpener(limits, { passOverFeatures: true });
  try {
    return await open(source, { split });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    // A directory of picture files has no splits; one that has others must not be taken for this one.
    const dataset = await open(source, {}).catch(() => undefined);
    if (dataset?.kind === 'folder') return dataset;
    await dataset?.close();
    throw error;
  }
}
