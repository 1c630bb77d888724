import { IndexMismatchError, type Dataset, type ImagePixels, type ImagePreparer } from '@wentu/domain';
import type { UsedImageModel } from './image-models';
import { dot } from './vectors';

/** One that is alike settles it; more are only encoded in doubt. */
const SAMPLES = [1, 8];
/** Entries looked at for the sample: broken ones must not make the check read the whole source. */
const LOOKED_AT = 64;
/** The same model in another precision gives cosines of 0.98 and more; another model's are near 0. */
const MIN_MEAN_COSINE = 0.9;

/**
 * Feature files do not say which model made them. Encodes a few of the source's pictures and compares.
 * @throws IndexMismatchError when the features are not this model's
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
    `the features in ${dataset.directory} were not made by ${encoder.model.name}: its own features of ${cosines.length} of these ` +
      `pictures have a mean cosine of ${mean.toFixed(3)} with those given. Say which model made them with featuresModel, ` +
      'or remove the feature file and let the pictures be encoded here',
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
      // A picture that cannot be read is the load's to report.
    }
  }
}
