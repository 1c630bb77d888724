import { IndexMismatchError, type Dataset, type ImageEncoder, type ImagePreparer, type ModelInfo } from '@wentu/domain';
import { dot } from './vectors';

const SAMPLE = 8;
/** Entries looked at for the sample: broken ones must not make the check read the whole source. */
const LOOKED_AT = 64;
/** The same model in another precision gives cosines of 0.98 and more; another model's are near 0. */
const MIN_MEAN_COSINE = 0.9;

/** A model that is installed here, and may have made features that are to be loaded. */
export interface FeatureModel {
  readonly info: ModelInfo;
  open(): Promise<FeatureMaker>;
}

/** Encodes pictures as makers of feature files do: as they are stored, without their alpha channel. */
export interface FeatureMaker {
  readonly preparer: ImagePreparer;
  readonly encoder: ImageEncoder;
  close(): Promise<void>;
}

/**
 * Feature files do not say which model made them. Encodes a few of the source's pictures and compares.
 * @throws IndexMismatchError when the features are not this model's
 */
export async function checkFeatures(
  dataset: Dataset,
  { preparer, encoder }: FeatureMaker,
  signal: AbortSignal,
): Promise<void> {
  const features: Float32Array[] = [];
  const pixels: Uint8Array[] = [];
  let lookedAt = 0;
  for await (const entry of dataset.entries(signal)) {
    if (features.length === SAMPLE || ++lookedAt > LOOKED_AT) break;
    if ('error' in entry || !entry.feature) continue;
    try {
      pixels.push((await preparer.prepare(await entry.read(), { preview: false })).pixels);
      features.push(entry.feature);
    } catch {
      // A picture that cannot be read is the load's to report.
    }
  }
  if (features.length === 0) return;
  const encoded = await encoder.encodeImages(pixels, signal);
  const mean = encoded.reduce((sum, vector, i) => sum + dot(vector, features[i] as Float32Array), 0) / features.length;
  if (mean < MIN_MEAN_COSINE) {
    throw new IndexMismatchError(
      `the features in ${dataset.directory} were not made by ${encoder.model.name}: its own features of ${features.length} of these ` +
        `pictures have a mean cosine of ${mean.toFixed(3)} with those given. Say which model made them with featuresModel, ` +
        'or remove the feature file and let the pictures be encoded here',
    );
  }
}
