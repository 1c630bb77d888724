import { readdir } from 'node:fs/promises';
import { WentuError, type Dataset, type DatasetEntry, type ImagePreparer } from '@wentu/domain';
import { sourceError } from '../file-errors';
import { findSource } from '../find-source';
import type { DatasetLimits } from '../folder-dataset';
import { checkInside, openSource, realDirectory } from '../open-dataset';
import { checkFeatures, checkTexts, type FeaturesReport, type KnownIds, type LinesReport } from './check-lines';
import { Problems, type Problem } from './problems';

export interface DatasetCheckOptions extends DatasetLimits {
  readonly split?: string;
  readonly preparer: ImagePreparer;
  /** The number of pictures that are decoded at once. */
  readonly concurrency: number;
  /** The limit of problems in the report for each code; all problems are counted. */
  readonly maxListedPerCode: number;
  readonly signal?: AbortSignal;
}

export interface DatasetReport {
  readonly directory: string;
  readonly kind: Dataset['kind'];
  readonly split: string | null;
  readonly pictures: { readonly total: number; readonly good: number };
  /** null: the file does not exist. */
  readonly texts: LinesReport | null;
  readonly imageFeatures: FeaturesReport | null;
  readonly textFeatures: FeaturesReport | null;
  readonly problems: {
    readonly total: number;
    readonly counts: Readonly<Record<string, number>>;
    readonly listed: readonly Problem[];
  };
}

/**
 * Reads a whole dataset as a load would, without a model: decodes each picture, and checks the ids of texts and
 * features. Keeps the ids in memory, about 100 bytes each.
 *
 * @throws InvalidInputError, NotFoundError and other errors of opening the dataset
 */
export async function checkDataset(directory: string, options: DatasetCheckOptions): Promise<DatasetReport> {
  const real = await realDirectory(directory);
  const source = await findSource(real, options.split);
  const split = source.kind === 'folder' ? null : source.split;
  const problems = new Problems(options.maxListedPerCode);
  const images: KnownIds = new Map();
  const dataset = await openSource(real, source, options);
  let pictures: DatasetReport['pictures'];
  try {
    pictures = await checkPictures(dataset, options, images, problems);
  } finally {
    await dataset.close();
  }
  const names = await readdir(real).catch((error: unknown) => Promise.reject(sourceError(directory, error)));
  const linesOf = async <T>(file: string, check: (lines: Lines) => Promise<T>): Promise<T | null> => {
    if (split === null || !names.includes(file)) return null;
    await checkInside(real, file);
    return await check({ directory: real, file, problems, signal: options.signal });
  };
  const texts: KnownIds = new Map();
  return {
    directory: real,
    kind: dataset.kind,
    split,
    pictures,
    texts: await linesOf(`${split}_texts.jsonl`, (lines) => checkTexts(lines, images, texts)),
    imageFeatures: await linesOf(`${split}_imgs.img_feat.jsonl`, (lines) => checkFeatures(lines, 'image_id', images)),
    textFeatures: await linesOf(`${split}_texts.txt_feat.jsonl`, (lines) => checkFeatures(lines, 'text_id', texts)),
    problems: { total: problems.total, counts: problems.counts, listed: problems.listed },
  };
}

type Lines = Parameters<typeof checkTexts>[0];

/** Decodes all pictures, `concurrency` at a time. Damage of the whole source ends the reading and is one problem. */
async function checkPictures(
  dataset: Dataset,
  { preparer, concurrency, signal }: DatasetCheckOptions,
  ids: KnownIds,
  problems: Problems,
): Promise<DatasetReport['pictures']> {
  let [total, good] = [0, 0];
  const check = async (entry: DatasetEntry): Promise<void> => {
    total++;
    try {
      if ('error' in entry) throw entry.error;
      ids.set(entry.imageId, { hasFeature: false });
      await preparer.prepare(await entry.read(), { preview: false });
      good++;
    } catch (error) {
      problems.addError(entry.item, error);
    }
  };
  const batch: DatasetEntry[] = [];
  try {
    for await (const entry of dataset.entries(signal)) {
      batch.push(entry);
      if (batch.length >= concurrency) await Promise.all(batch.splice(0).map(check));
    }
  } catch (error) {
    if (!(error instanceof WentuError)) throw error;
    problems.addError(dataset.directory, error);
  }
  await Promise.all(batch.map(check));
  return { total, good };
}
