import { IndexMismatchError, InvalidInputError, ItemError, type FeatureBlock } from '@wentu/domain';
import { parseFeatureLine, type IdKey, type ParsedFeature } from './feature-line';
import { readLines, type Line } from './lines';

/** Room for 4,096 numbers of 25 characters. A longer line is not a feature. */
const MAX_LINE_BYTES = 1024 * 1024;
/** The squared length of a larger feature would overflow a double. */
const MAX_SQUARED_LENGTH = 1e200;

export interface FeatureFile {
  readonly path: string;
  readonly idKey: IdKey;
}

/**
 * Reads a feature file in blocks of at most `blockBytes` (as doubles) and `maxRows` lines, one block at a time. Keeps
 * the ids in memory, about 100 bytes each. A bad line ends the reading: exact neighbours in a part of the file would be
 * wrong.
 * @throws InvalidInputError with file and line, NotFoundError
 */
export async function* readFeatureBlocks(
  { path, idKey }: FeatureFile,
  limits: { blockBytes: number; maxRows: number },
  signal?: AbortSignal,
): AsyncGenerator<FeatureBlock> {
  let dimension = 0;
  const seen = new Set<string>();
  let ids: string[] = [];
  let features: Float64Array[] = [];
  for await (const line of readLines(path, MAX_LINE_BYTES, signal)) {
    const where = `${path}:${line.number}`;
    const { literal, feature } = parse(line, idKey, where);
    if (dimension === 0) dimension = feature.length;
    check(feature, dimension, where);
    if (seen.has(literal))
      throw new InvalidInputError(
        `${where}: ${idKey} ${literal} is on an earlier line too; extract the features again`,
      );
    seen.add(literal);
    ids.push(literal);
    features.push(feature);
    if (ids.length < limits.maxRows && ids.length * dimension * 8 < limits.blockBytes) continue;
    yield { dimension, ids, features };
    [ids, features] = [[], []];
  }
  if (dimension === 0)
    throw new InvalidInputError(`${path} has no features; its lines should be {"${idKey}": …, "feature": [ … ]}`);
  if (ids.length > 0) yield { dimension, ids, features };
}

function parse({ bytes }: Line, idKey: IdKey, where: string): ParsedFeature {
  if (!bytes)
    throw new InvalidInputError(`${where}: the line is longer than ${MAX_LINE_BYTES} bytes, so it is not a feature`);
  try {
    return parseFeatureLine(bytes, idKey);
  } catch (error) {
    if (!(error instanceof ItemError)) throw error;
    throw new InvalidInputError(`${where}: ${error.message}`, { cause: error });
  }
}

function check(feature: Float64Array, dimension: number, where: string): void {
  if (feature.length !== dimension)
    throw new InvalidInputError(
      `${where}: the feature has ${feature.length} numbers, the first of the file ${dimension}`,
    );
  if (dimension === 0) throw new InvalidInputError(`${where}: the feature is empty; extract the features again`);
  let sum = 0;
  for (let i = 0; i < feature.length; i++) sum += (feature[i] as number) ** 2;
  if (!(sum < MAX_SQUARED_LENGTH))
    throw new InvalidInputError(`${where}: the feature contains NaN or too large numbers; extract it again`);
}

/** @throws IndexMismatchError when the features of two files cannot come from the same model */
export function checkSameDimension(block: FeatureBlock, path: string, other: FeatureBlock, otherPath: string): void {
  if (block.dimension === other.dimension) return;
  throw new IndexMismatchError(
    `${path} contains ${block.dimension}-d features, ${otherPath} ${other.dimension}-d ones: they are of different models; extract both with the same model`,
  );
}
