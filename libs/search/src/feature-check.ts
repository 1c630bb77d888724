import { IndexMismatchError, type Dataset, type ImagePixels, type ImagePreparer } from '@wentu/domain';
import type { UsedImageModel } from './image-models';
import { dot } from './vectors';

/** Sample sizes. One similar picture is enough; more pictures are encoded only if the first one differs. */
const SAMPLES = [1, 8];
/**
 * Largest number of entries to read for the sample, so that a source with many broken entries is not read completely.
 */
const LOOKED_AT = 64;
/** Cosines are 0.98 and more for the same model in another precision, and near 0 for another model. */
const MIN_MEAN_COSINE = 0.9;

/**
 * Feature files do not name the model that made them. Encodes a few pictures of the source and compares the results
 * with the given features.
 * @throws IndexMismatchError when another model made the features
 */
export async function checkFeatures(
  dataset: Dataset,
  { preparer, encoder }: Pick<UsedImageModel, 'preparer' | 'encoder'>,
  signal: AbortSignal,
): Promise<void> {
  const pictures = picturesWithFeatures(dataset, preparer, signal);
  const cosines: number[] = [];
  let mean = 0;
  try {
    for (const count of SAMPLES) {
      const sample: Sample[] = [];
      while (cosines.length + sample.length < count) {
        const next = await pictures.next();
        if (next.done) break;
        sample.push(next.value);
      }
      if (sample.length === 0) break;
      const encoded = await encoder.encodeImages(
        sample.map(({ pixels }) => pixels),
        signal,
      );
      cosines.push(...sample.map(({ feature }, i) => dot(feature, encoded[i] as Float32Array)));
      mean = cosines.reduce((sum, cosine) => sum + cosine, 0) / cosines.length;
      if (mean >= MIN_MEAN_COSINE) return;
    }
  } finally {
    await pictures.return(undefined);
  }
  if (cosines.length === 0) return;
  throw new IndexMismatchError(
    `the features in ${dataset.directory} were not made by ${encoder.model.name}: for ${cosines.length} of these pictures, its own ` +
      `features and the given features have a mean cosine of ${mean.toFixed(3)}. Name the model that made them in ` +
      'featuresModel, or remove the feature file, so that the pictures are encoded during the load',
  );
}

interface Sample {
  readonly pixels: ImagePixels;
  readonly feature: Float32Array;
}

async function* picturesWithFeatures(
  dataset: Dataset,
  preparer: ImagePreparer,
  signal: AbortSignal,
): AsyncGenerator<Sample, undefined, undefined> {
  let lookedAt = 0;
  for await (const entry of dataset.entries(signal)) {
    if (++lookedAt > LOOKED_AT) return;
    if ('error' in entry || !entry.feature) continue;
    try {
      const { pixels } = await preparer.prepare(await entry.read(), { preview: false });
      yield { pixels, feature: entry.feature };
    } catch {
      // The load itself reports pictures that cannot be read.
    }
  }
}
