import { join } from 'node:path';
import { ItemError, normalName } from '@wentu/domain';
import { parseFeatureLine } from '../feature-line';
import { checkSidecar } from '../features-dataset';
import { readLines } from '../lines';
import type { Problems } from './problems';
import { parseTextLine } from './text-line';

export interface LinesReport {
  readonly file: string;
  readonly total: number;
  readonly good: number;
}

export interface FeaturesReport extends LinesReport {
  /** The dimension of the first good line; null when there is none. */
  readonly dimension: number | null;
  /** The number of pictures or texts without a feature. */
  readonly missing: number;
}

/** The ids that lines may refer to, about 100 bytes each, and whether an id has a feature. */
export type KnownIds = Map<string, { hasFeature: boolean }>;

const MAX_LINE_BYTES = 1024 * 1024;
/** The error of the L2 norm after rounding to half precision. */
const MAX_NORM_ERROR = 5e-3;

interface LinesOptions {
  readonly directory: string;
  readonly file: string;
  readonly problems: Problems;
  readonly signal?: AbortSignal | undefined;
}

/** Checks `{split}_texts.jsonl`: each line is a text with a unique id, and its pictures exist. Fills `texts`. */
export async function checkTexts(options: LinesOptions, images: KnownIds, texts: KnownIds): Promise<LinesReport> {
  return await eachLine(options, (line) => {
    const { id, text, imageIds } = parseTextLine(line.toString('utf8'));
    if (texts.has(id)) throw new ItemError('DUPLICATE_ID', `the text id ${id} is on an earlier line too`);
    texts.set(id, { hasFeature: false });
    if (text.trim() === '') throw new ItemError('BAD_ROW', 'the text is empty');
    const missing = imageIds.filter((imageId) => !images.has(normalName(imageId)));
    if (missing.length === 0) return;
    const more = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
    throw new ItemError('NO_IMAGE', `there is no picture with the id ${missing[0]?.slice(0, 80)}${more}`);
  });
}

/**
 * Checks a feature file: one line for each id; the features have equal lengths and finite numbers and are
 * L2-normalised.
 */
export async function checkFeatures(
  options: LinesOptions,
  idKey: 'image_id' | 'text_id',
  known: KnownIds,
): Promise<FeaturesReport> {
  const what = idKey === 'image_id' ? 'picture' : 'text';
  let dimension: number | null = null;
  const lines = await eachLine(options, (line) => {
    const { id, feature } = parseFeatureLine(line, idKey);
    const entry = known.get(normalName(id));
    const norm = lengthOf(feature);
    if (dimension === null && Number.isFinite(norm) && feature.length > 0) dimension = feature.length;
    if (!entry) throw new ItemError('NO_IMAGE', `there is no ${what} with the id ${id.slice(0, 80)}`);
    if (entry.hasFeature) throw new ItemError('DUPLICATE_ID', `the id ${id} has a feature on an earlier line`);
    entry.hasFeature = true;
    if (feature.length !== dimension)
      throw new ItemError(
        'BAD_FEATURE',
        `the feature has ${feature.length} numbers, the others in the file ${dimension}`,
      );
    if (!Number.isFinite(norm)) throw new ItemError('BAD_FEATURE', 'the feature contains NaN or Infinity');
    if (Math.abs(norm - 1) > MAX_NORM_ERROR)
      throw new ItemError('BAD_FEATURE', `the feature has length (L2 norm) ${norm}; it should be 1 (L2-normalised)`);
  });
  const { directory, file, problems } = options;
  if (dimension !== null)
    await checkSidecar(directory, file, dimension).catch((error: unknown) => problems.addError(file, error));
  let missing = 0;
  for (const [id, { hasFeature }] of known) {
    if (hasFeature) continue;
    missing++;
    problems.add(file, 'NO_FEATURE', `the ${what} ${id} has no feature`);
  }
  return { ...lines, dimension, missing };
}

/**
 * The L2 norm. It is not `Math.hypot(...feature)`, because a line may have more numbers than a call accepts as
 * arguments.
 */
function lengthOf(feature: Float64Array): number {
  let sum = 0;
  for (const value of feature) sum += value * value;
  return Math.sqrt(sum);
}

async function eachLine(
  { directory, file, problems, signal }: LinesOptions,
  check: (line: Buffer) => void,
): Promise<LinesReport> {
  let [total, good] = [0, 0];
  for await (const { number, bytes } of readLines(join(directory, file), MAX_LINE_BYTES, signal)) {
    total++;
    try {
      if (!bytes) throw new ItemError('BAD_ROW', `the line is longer than ${MAX_LINE_BYTES} bytes`);
      check(bytes);
      good++;
    } catch (error) {
      problems.addError(`${file}:${number}`, error);
    }
  }
  return { file, total, good };
}
