import { IndexMismatchError, InvalidInputError, ItemError, type FeatureBlock } from '@wentu/domain';
import { parseFeatureLine, type IdKey, type ParsedFeature } from './feature-line';
import { readLines, type Line } from './lines';

/** A feature line of 4,096 numbers of 25 characters; longer ones are not features. */
const MAX_LINE_BYTES = 1024 * 1024;
/** Squares of longer features would leave a double's range. */
const MAX_SQUARED_LENGTH = 1e200;

export interface FeatureFile {
  readonly path: string;
  readonly idKey: IdKey;
}

/**
 * A feature file in blocks of lines that take at most `blockBytes` as doubles, and are at most `maxRows`. One block is made at
 * a time. Remembers the ids, about 100 bytes each. A bad line ends the reading: exact neighbours of a part of the file would be wrong ones.
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
      throw new InvalidInputError(`${where}: ${idKey} ${literal} was met before; extract the features again`);
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
    throw new InvalidInputError(`${where}: the line is longer than ${MAX_LINE_BYTES} bytes; it is no feature`);
  try {
    return parseFeatureLine(bytes, idKey);
  } catch (error) {
    if (!(error instanceof ItemError)) throw error;
    throw new InvalidInputError(`${where}: ${error.message}`, { cause: error });
  }
}

function check(feature: Float64Array, dimension: number, where: string): void {
  if (feature.length !== dimension)
    throw new InvalidInputError(`${where}: the feature has ${feature.length} numbers, the file's first ${dimension}`);
  if (dimension === 0) throw new InvalidInputError(`${where}: the feature is empty; extract the features again`);
  let sum = 0;
  for (let i = 0; i < feature.length; i++) sum += (feature[i] as number) ** 2;
  if (!(sum < MAX_SQUARED_LENGTH))
    throw new InvalidInputError(`${where}: the feature has numbers that are NaN or too large; extract it again`);
}

/** @throws IndexMismatchError when the features of two files cannot be of one model */
export function checkSameDimension(block: FeatureBlock, path: string, other: FeatureBlock, otherPath: string): void {
  if (block.dimension === other.dimension) return;
  throw new IndexMismatchError(
    `${path} holds ${block.dimension}-d features, ${otherPath} ${other.dimension}-d ones: they are of two models; extract both with one`,
  );
}
