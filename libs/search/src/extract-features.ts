import {
  ItemError,
  type Dataset,
  type DatasetItem,
  type ImageEncoder,
  type ImagePreparer,
  type TextEncoder,
} from '@wentu/domain';
import { ahead, chunked, mapOrdered, present } from './streams';

export interface ImageExtraction {
  readonly dataset: Dataset;
  readonly preparer: ImagePreparer;
  readonly encoder: ImageEncoder;
  readonly batchSize: number;
  readonly decodeConcurrency: number;
  /** Whether to skip the picture. */
  readonly skip: (imageId: string) => boolean;
  readonly onFailure: (item: string, error: ItemError) => void;
}

export interface ImageFeature {
  readonly imageId: string;
  readonly feature: Float32Array;
}

/**
 * Encodes the pictures of a source, in its order. Yields one batch at a time. While one batch is encoded, the next one
 * is decoded.
 */
export async function* extractImageFeatures(options: ImageExtraction): AsyncGenerator<ImageFeature[]> {
  const { dataset, encoder, batchSize, decodeConcurrency } = options;
  const prepared = mapOrdered(wanted(dataset, options), decodeConcurrency, (item) => prepare(item, options));
  const batches = chunked(present(prepared), {
    maxItems: batchSize,
    maxWeight: Infinity,
    weight: () => 0,
    isolated: () => false,
  });
  for await (const batch of ahead(batches)) {
    const features = await encoder.encodeImages(batch.map(({ pixels }) => pixels));
    yield batch.map(({ imageId }, i) => ({ imageId, feature: features[i] as Float32Array }));
  }
}

/** Encodes texts, in their order. Yields one batch at a time, each feature with its text. */
export async function* extractTextFeatures<T extends { readonly text: string }>(
  texts: AsyncIterable<T>,
  encoder: TextEncoder,
  batchSize: number,
): AsyncGenerator<{ of: T; feature: Float32Array }[]> {
  const limits = { maxItems: batchSize, maxWeight: Infinity, weight: () => 0, isolated: () => false };
  for await (const batch of chunked(texts, limits)) {
    const features = await encoder.encodeTexts(batch.map(({ text }) => text));
    yield batch.map((of, i) => ({ of, feature: features[i] as Float32Array }));
  }
}

async function* wanted(dataset: Dataset, { skip, onFailure }: ImageExtraction): AsyncGenerator<DatasetItem> {
  for await (const entry of dataset.entries()) {
    if ('error' in entry) onFailure(entry.item, entry.error);
    else if (!skip(entry.imageId)) yield entry;
  }
}

async function prepare(
  item: DatasetItem,
  { preparer, onFailure }: ImageExtraction,
): Promise<{ imageId: string; pixels: Uint8Array } | null> {
  try {
    const { pixels } = await preparer.prepare(await item.read(), { preview: false });
    return { imageId: item.imageId, pixels };
  } catch (error) {
    if (!(error instanceof ItemError)) throw error;
    onFailure(item.item, error);
    return null;
  }
}
