import { resolve } from 'node:path';
import {
  checkSameDimension,
  formatAnswer,
  readFeatureBlocks,
  readSidecar,
  sidecarPath,
  writeWholeFile,
  type FeatureFile,
} from '@wentu/dataset';
import { IndexMismatchError, InvalidInputError } from '@wentu/domain';
import { ExactNeighbours } from '@wentu/vector-store';
import { RowBlocks } from './row-blocks';

export interface KnnOptions {
  readonly imageFeats: string;
  readonly textFeats: string;
  readonly output: string;
  readonly topK: number;
  readonly direction: 'text-to-image' | 'image-to-text';
  readonly threads: number;
}

export interface KnnProgress {
  /** Queries answered. */
  readonly queries: number;
  /** Rows compared with the queries of this block. */
  readonly rows: number;
}

export const MAX_KNN_TOP_K = 10_000;
const MIB = 1024 * 1024;
const MAX_QUERY_BYTES = 128 * MIB;
const MAX_QUERIES = 65_536;
const ROW_LIMITS = { blockBytes: 8 * MIB, maxRows: 8_192, keptBytes: 128 * MIB };
/** Neighbours in memory at once, about 20 bytes each. */
const MAX_NEIGHBOURS = 4_000_000;

/**
 * Writes the exact nearest neighbours of all features of one file among those of another, as a jsonl file with one line
 * per query, in the order of the query file. Queries are read in blocks of 128 MiB. The other file is streamed once per
 * block, or read only once if it has at most 128 MiB.
 * @returns the number of queries
 */
export async function writeNeighbours(
  options: KnnOptions,
  onProgress: (progress: KnnProgress) => void,
): Promise<number> {
  const { imageFeats, textFeats, output, topK, direction } = options;
  checkTopK(topK);
  if ([imageFeats, textFeats].some((path) => resolve(path) === resolve(output)))
    throw new InvalidInputError(`${output} is one of the feature files; write the predictions into another file`);
  await checkSameSpace(imageFeats, textFeats);
  const kind = direction === 'text-to-image' ? 'text' : 'image';
  const images: FeatureFile = { path: imageFeats, idKey: 'image_id' };
  const texts: FeatureFile = { path: textFeats, idKey: 'text_id' };
  const [queryFile, rowFile] = kind === 'text' ? [texts, images] : [images, texts];
  const limits = { blockBytes: MAX_QUERY_BYTES, maxRows: Math.min(MAX_QUERIES, Math.ceil(MAX_NEIGHBOURS / topK)) };
  const rows = new RowBlocks(rowFile, ROW_LIMITS);
  const neighbours = await ExactNeighbours.open(options);
  let queries = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const block of readFeatureBlocks(queryFile, limits)) {
      const compared = rows.read((count, row) => {
        checkSameDimension(block, queryFile.path, row, rowFile.path);
        onProgress({ queries, rows: count });
      });
      const lists = await neighbours.nearest(block, compared, topK);
      for (const [i, list] of lists.entries()) yield formatAnswer(kind, block.ids[i] as string, list);
      queries += lists.length;
    }
  }
  try {
    await writeWholeFile(output, lines());
  } finally {
    await neighbours.close();
  }
  return queries;
}

function checkTopK(topK: number): void {
  if (Number.isInteger(topK) && topK >= 1 && topK <= MAX_KNN_TOP_K) return;
  throw new InvalidInputError(`top-k is ${topK}; give a whole number from 1 to ${MAX_KNN_TOP_K}`);
}

/**
 * Files without sidecars (cn_clip's), and files with other names than Wentu's, are not checked. @throws
 * IndexMismatchError
 */
async function checkSameSpace(imageFeats: string, textFeats: string): Promise<void> {
  const [images, texts] = await Promise.all(
    [imageFeats, textFeats].map(async (path) =>
      /_feat\.jsonl$/.test(path) ? await readSidecar(sidecarPath(path)) : null,
    ),
  );
  if (!images || !texts || images.space === texts.space) return;
  throw new IndexMismatchError(
    `${imageFeats} was made by ${images.model} (space ${images.space}), ${textFeats} by ${texts.model} (space ${texts.space}): ` +
      'neighbours between two models have no meaning; extract both files with the same model',
  );
}
