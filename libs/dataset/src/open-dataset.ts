import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { InvalidInputError, sentence, type Dataset, type OpenDataset } from '@wentu/domain';
import { openFeatures } from './features-dataset';
import { sourceError } from './file-errors';
import { findSource, type Source } from './find-source';
import { attributesFileOf, withAttributes } from './given/attributes-file';
import { openFolder, type DatasetLimits, type FolderOptions } from './folder-dataset';
import { openLmdb, type LmdbDataset } from './lmdb/lmdb-dataset';
import type { PictureTable } from './picture-table';
import { openTsv, type TsvFile } from './tsv-dataset';
import { TsvTable } from './tsv-table';
import { openUpload } from './upload-dataset';

/**
 * Opens a directory by its content (see `findSource`): `{split}_imgs.tsv` or cn_clip's LMDB, with or without
 * `{split}_imgs.img_feat.jsonl` and `{split}_imgs.attributes.jsonl`, or a tree of picture files. The caller has checked
 * that the directory may be read.
 */
export function createDatasetOpener(limits: DatasetLimits): OpenDataset {
  return async (directory, { split, isUpload = false, ...options }): Promise<Dataset> => {
    const real = await realDirectory(directory);
    if (isUpload) return await openUpload(real, limits);
    const source = await findSource(real, split);
    const features = source.kind === 'folder' || source.split === null ? null : await findFeatures(real, source.split);
    if (source.kind === 'folder') return await openSource(real, source, limits, options);
    const attributes = source.split === null ? null : await findAttributes(real, source.split);
    const given = (dataset: Dataset): Dataset => (attributes ? withAttributes(dataset, attributes) : dataset);
    if (features === null) return given(await openSource(real, source, limits, options));
    const pictures = await openTable(real, source, limits);
    try {
      return given(await openFeatures(pictures, features));
    } catch (error) {
      await pictures.close();
      throw error;
    }
  };
}

/** The pictures of a directory without the features beside them. @param directory absolute, without links */
export async function openSource(
  directory: string,
  source: Source,
  limits: DatasetLimits,
  options: FolderOptions = {},
): Promise<Dataset> {
  if (source.kind === 'folder') return await openFolder(directory, options, limits);
  if (source.kind === 'tsv') return await openTsv(await tsvFile(directory, source.path, limits));
  return await openEnvironment(directory, source.path, limits);
}

async function openTable(
  directory: string,
  { kind, path }: Exclude<Source, { kind: 'folder' }>,
  limits: DatasetLimits,
): Promise<PictureTable> {
  if (kind === 'tsv') return new TsvTable(await tsvFile(directory, path, limits));
  return await openEnvironment(directory, path, limits);
}

async function openEnvironment(directory: string, path: string, limits: DatasetLimits): Promise<LmdbDataset> {
  await checkInside(directory, join(path, 'data.mdb'));
  return await openLmdb({ directory, environment: join(directory, path), ...limits });
}

async function tsvFile(directory: string, name: string, limits: DatasetLimits): Promise<TsvFile> {
  await checkInside(directory, name);
  return { directory, name, ...limits };
}

/** The feature file of a split, if it exists. Neither the file nor its sidecar may lead out of the directory. */
async function findFeatures(directory: string, split: string): Promise<string | null> {
  const names = await readdir(directory).catch((error: unknown) => Promise.reject(sourceError(directory, error)));
  const features = `${split}_imgs.img_feat.jsonl`;
  for (const name of [features, `${split}_imgs.img_feat.json`]) {
    if (names.includes(name)) await checkInside(directory, name);
  }
  return names.includes(features) ? features : null;
}

/** The file with the attributes of the pictures of a split, if it exists. */
async function findAttributes(directory: string, split: string): Promise<{ directory: string; name: string } | null> {
  const name = attributesFileOf(split);
  const names = await readdir(directory).catch((error: unknown) => Promise.reject(sourceError(directory, error)));
  if (!names.includes(name)) return null;
  await checkInside(directory, name);
  return { directory, name };
}

export async function realDirectory(directory: string): Promise<string> {
  try {
    const real = await realpath(directory);
    if (!(await stat(real)).isDirectory()) throw new InvalidInputError(sentence('DIRECTORY_IS_FILE', { directory }));
    return real;
  } catch (error) {
    throw error instanceof InvalidInputError ? error : sourceError(directory, error);
  }
}

/** The caller allowed only the directory, so a link must not lead out of it. */
export async function checkInside(directory: string, name: string): Promise<void> {
  const path = join(directory, name);
  const real = await realpath(path).catch((error: unknown) => Promise.reject(sourceError(path, error)));
  if (!real.startsWith(directory.endsWith(sep) ? directory : directory + sep) || !(await stat(real)).isFile()) {
    throw new InvalidInputError(`${path} is not a file in this directory; put the file itself there`);
  }
}
