import { readFile, stat } from 'node:fs/promises';
import { InvalidInputError, ItemError, type FeatureSource } from '@wentu/domain';
import { sourceError } from './file-errors';
import { parseFeature, scanFeatureLine } from './feature-line';
import { readLines } from './read-lines';

/** 16,384 numbers of 24 characters are 400 KB. */
export const MAX_FEATURE_LINE_BYTES = 4 * 1024 * 1024;
const MAX_SIDECAR_BYTES = 64 * 1024;

/** What is known of a feature file: from its sidecar, or else from its first good line. */
export async function readFeatureSource(featurePath: string, sidecarPath: string | undefined): Promise<FeatureSource> {
  const sidecar = sidecarPath === undefined ? undefined : await readSidecar(sidecarPath);
  const dimension = sidecar?.dimension ?? (await firstDimension(featurePath));
  return { ...sidecar, dimension };
}

async function firstDimension(featurePath: string): Promise<number> {
  for await (const { bytes } of readLines(featurePath, MAX_FEATURE_LINE_BYTES)) {
    try {
      if (bytes) return parseFeature(scanFeatureLine(bytes.toString('utf8'))).length;
    } catch (error) {
      if (!(error instanceof ItemError)) throw error;
    }
  }
  throw new InvalidInputError(
    `'${featurePath}' holds no good line {"image_id": …, "feature": […]}; remove it to have the images encoded here`,
  );
}

async function readSidecar(path: string): Promise<Partial<FeatureSource>> {
  const text = await readSmallFile(path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InvalidInputError(`'${path}' is not JSON; mend or remove it`, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidInputError(`'${path}' is no JSON object; mend or remove it`);
  }
  const { model, space, dimension } = value as Record<string, unknown>;
  for (const [key, given] of Object.entries({ model, space })) {
    if (given !== undefined && (typeof given !== 'string' || given === '')) {
      throw new InvalidInputError(`"${key}" in '${path}' is ${JSON.stringify(given)}; it should be a name`);
    }
  }
  if (dimension !== undefined && !(Number.isInteger(dimension) && (dimension as number) > 0)) {
    throw new InvalidInputError(
      `"dimension" in '${path}' is ${JSON.stringify(dimension)}; it should be a positive integer`,
    );
  }
  return {
    ...(model === undefined ? {} : { model: model as string }),
    ...(space === undefined ? {} : { space: space as string }),
    ...(dimension === undefined ? {} : { dimension: dimension as number }),
  };
}

async function readSmallFile(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= MAX_SIDECAR_BYTES) return await readFile(path, 'utf8');
  } catch (error) {
    throw sourceError(path, error);
  }
  throw new InvalidInputError(
    `'${path}' has more than ${MAX_SIDECAR_BYTES} bytes; it should hold model, space and dimension`,
  );
}
