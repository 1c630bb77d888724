import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { NotFoundError, type Dataset } from '@wentu/domain';
import { sourceError } from './file-errors';
import { fingerprintFiles, type NamedFile } from './fingerprint-files';
import { findSource, type Source } from './find-source';
import type { DatasetLimits } from './folder-dataset';
import { openSource, realDirectory } from './open-dataset';
import { openTsv } from './tsv-dataset';

export interface OpenPictures {
  readonly dataset: Dataset;
  /** See `fingerprintFiles`. */
  readonly fingerprint: string;
}

/**
 * The pictures of a tsv file, or of a directory: of the given split if it has splits. Features in the directory are
 * ignored.
 */
export async function openPictures(source: string, split: string, limits: DatasetLimits): Promise<OpenPictures> {
  const found = await stat(source).catch((error: unknown) => Promise.reject(sourceError(source, error)));
  if (!found.isDirectory()) {
    // An LMDB environment is a folder; the path of its only file is accepted too.
    if (basename(source) === 'data.mdb') return await openPictures(dirname(resolve(source)), split, limits);
    const real = await realpath(source);
    const dataset = await openTsv({ directory: dirname(real), name: basename(real), ...limits });
    return { dataset, fingerprint: await fingerprintFiles([['tsv', source]]) };
  }
  const directory = await realDirectory(source);
  const pictures = await findPictures(directory, split);
  const dataset = await openSource(directory, pictures, limits);
  return { dataset, fingerprint: await fingerprintFiles(filesOf(pictures, dataset)) };
}

async function* filesOf(source: Source, dataset: Dataset): AsyncGenerator<NamedFile> {
  if (source.kind === 'tsv') yield ['tsv', join(dataset.directory, source.path)];
  else if (source.kind === 'lmdb') yield ['lmdb', join(dataset.directory, source.path, 'data.mdb')];
  else
    for await (const entry of dataset.entries()) if ('file' in entry && entry.file) yield [entry.item, entry.file.path];
}

/** A directory without splits is read whole. A directory with other splits must not be used for the missing one. */
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
