import type { Collection, NewSpace } from '@wentu/domain';
import type { CollectionCentres } from './collection-centres';
import { excessFor, type RelevanceScale } from './relevance-scale';
import { dot } from './vectors';

/** Measured scales of models. */
export interface RelevanceScales {
  /** @returns null until the model of the space has been measured */
  scaleOf(space: NewSpace): Promise<RelevanceScale | null>;
}

/** Cosines of a text with the images of collections. */
export interface RelevanceLine {
  /** The smallest cosine of an image that shows the text. */
  readonly line: number;
  /** The mean over all images. It is smaller than the line. */
  readonly mean: number;
}

/** Decides for each query and collection from which cosine on an image shows the text. */
export class Relevance {
  constructor(
    private readonly centres: Pick<CollectionCentres, 'of'>,
    private readonly scales: RelevanceScales,
  ) {}

  /**
   * The line is above the text's mean over the collections by as much as the model needs among so many images.
   * @param collections collections of one space, at least one
   * @returns null when it is not known
   */
  async lineOf(text: Float32Array, collections: readonly Collection[]): Promise<RelevanceLine | null> {
    const [first] = collections;
    const scale = first && (await this.scales.scaleOf(first.activeSpace));
    if (!scale) return null;
    const known: { readonly cosine: number; readonly size: number }[] = [];
    for (const collection of collections) {
      const centre = await this.centres.of(collection);
      // An empty collection has no centre.
      if (centre) known.push({ cosine: dot(text, centre), size: Math.max(1, collection.imageCount) });
    }
    if (known.length === 0) return null;
    const images = known.reduce((sum, { size }) => sum + size, 0);
    const mean = known.reduce((sum, { cosine, size }) => sum + cosine * (size / images), 0);
    return { mean, line: mean + excessFor(scale, images) };
  }
}
