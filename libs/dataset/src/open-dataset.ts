import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { InvalidInputError, type Dataset, type OpenDataset } from '@wentu/domain';
import { readFeatureSource } from './feature-source';
import { FeaturesDataset } from './features-dataset';
import { sourceError } from './file-errors';
import { FolderDataset } from './folder-dataset';
import { readLines } from './read-lines';
import { TsvDataset } from './tsv-dataset';
import { walkImages } from './walk-images';

export interface DatasetLimits {
  /** Largest picture that is read. Default 64 MiB. */
  readonly maxImageBytes?: number;
}

const DEFAULT_MAX_IMAGE_BYTES = 64 * 1024 * 1024;
const TSV = '_imgs.tsv';
const FEATURES = '_imgs.img_feat.jsonl';
const SIDECAR = '_imgs.img_feat.json';

/**
 * Opens a directory as what it holds: `{split}_imgs.img_feat.jsonl` beside `{split}_imgs.tsv`, the tsv alone, or a tree of image
 * files. NotFoundError, ForbiddenError, UnavailableError when it cannot be read; InvalidInputError when it holds no images.
 */
export function createDatasetOpener(limits: DatasetLimits = {}): OpenDataset {
  const { maxImageBytes = DEFAULT_MAX_IMAGE_BYTES } = limits;
  return async (given, { split, idFrom = 'path' }) => {
    const directory = await resolveDirectory(given);
    const names = await readdir(directory).catch((error: unknown) => {
      throw sourceError(directory, error);
    });
    const prefix = chooseSplit(directory, names, split);
    return prefix === undefined
      ? openFolder(directory, idFrom, maxImageBytes)
      : openSplit(directory, prefix, new Set(names), maxImageBytes);
  };
}

async function resolveDirectory(given: string): Promise<string> {
  try {
    const directory = await realpath(given);
    if ((await stat(directory)).isDirectory()) return directory;
  } catch (error) {
    throw sourceError(given, error);
  }
  throw new InvalidInputError(`'${given}' is a file; give the directory that holds it`);
}

/** Undefined for a directory without tsv files: a tree of images. */
function chooseSplit(directory: string, names: readonly string[], wanted: string | undefined): string | undefined {
  const splits = splitsWith(TSV, names);
  if (splits.length === 0) {
    const alone = splitsWith(FEATURES, names)[0];
    if (alone !== undefined) {
      throw new InvalidInputError(
        `'${directory}' has ${alone}${FEATURES} but no ${alone}${TSV} with the pictures beside it`,
      );
    }
    if (wanted === undefined) return undefined;
    throw new InvalidInputError(
      `'${directory}' has no split '${wanted}': there is no ${wanted}${TSV}; leave the split out for a folder of images`,
    );
  }
  if (wanted !== undefined) {
    if (splits.includes(wanted)) return wanted;
    throw new InvalidInputError(`'${directory}' has no split '${wanted}'; it has ${splits.join(', ')}`);
  }
  if (splits.includes('valid')) return 'valid';
  if (splits.length === 1) return splits[0];
  throw new InvalidInputError(`'${directory}' has several splits: ${splits.join(', ')}; say which one to load`);
}

function splitsWith(ending: string, names: readonly string[]): string[] {
  return names
    .filter((name) => name.endsWith(ending) && name.length > ending.length && !name.startsWith('.'))
    .map((name) => name.slice(0, -ending.length))
    .sort();
}

async function openFolder(directory: string, idFrom: 'path' | 'stem', maxImageBytes: number): Promise<Dataset> {
  for await (const found of walkImages(directory)) {
    if (found) return new FolderDataset(directory, { idFrom, maxImageBytes });
  }
  throw new InvalidInputError(
    `'${directory}' holds no images: no jpg, png, webp, gif, avif, svg or tif file in it or below, and no {split}${TSV}`,
  );
}

async function openSplit(
  directory: string,
  split: string,
  names: ReadonlySet<string>,
  maxImageBytes: number,
): Promise<Dataset> {
  const tsv = await fileInside(directory, split + TSV);
  await expectContent(tsv);
  if (!names.has(split + FEATURES)) return new TsvDataset(directory, tsv, maxImageBytes);
  const features = await fileInside(directory, split + FEATURES);
  const sidecar = names.has(split + SIDECAR) ? await fileInside(directory, split + SIDECAR) : undefined;
  const source = await readFeatureSource(features, sidecar);
  return new FeaturesDataset(directory, source, { tsv, features }, maxImageBytes);
}

/** A file of the directory; a link must not lead out of what the caller may read. */
async function fileInside(directory: string, name: string): Promise<string> {
  const path = join(directory, name);
  try {
    const real = await realpath(path);
    if (real.startsWith(directory.endsWith(sep) ? directory : directory + sep) && (await stat(real)).isFile())
      return path;
  } catch (error) {
    throw sourceError(path, error);
  }
  throw new InvalidInputError(`'${path}' is no file of this directory; links out of it are not followed`);
}

async function expectContent(path: string): Promise<void> {
  for await (const line of readLines(path, 0)) if (line.length > 0) return;
  throw new InvalidInputError(`'${path}' is empty: it holds no images`);
}
