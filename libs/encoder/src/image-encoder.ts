import { InvalidInputError, type ExecutionProvider, type ImageEncoder, type ImagePixels } from '@wentu/domain';
import { Tensor } from 'onnxruntime-node';
import type { Model } from './model';
import { openGraph, type SessionOptions } from './session';

export interface OpenImageEncoder extends ImageEncoder {
  readonly provider: ExecutionProvider;
  close(): Promise<void>;
}

/**
 * Opens the image tower in the calling thread; a run blocks that thread. Longer lists run in batches of `batchSize`.
 *
 * @throws InvalidInputError for a graph that does not match the model's description, UnavailableError without CUDA
 */
export async function openImageEncoder(
  model: Model,
  options: SessionOptions & { batchSize: number },
): Promise<OpenImageEncoder> {
  const { file, input, output, size, pixels } = model.manifest.image;
  const toTensor = pixels === 'uint8-nhwc' ? byteTensorMaker(model) : floatTensorMaker(model);
  const toFeeds = (images: readonly ImagePixels[]): Record<string, Tensor> => {
    for (const image of images) checkSize(image, model);
    return { [input]: toTensor(images) };
  };
  const sample = toFeeds([new Uint8Array(3 * size * size).fill(128)]);
  const graph = await openGraph(model, { file, output, sample }, options);
  const batchSize = Math.min(options.batchSize, graph.maxRows);
  return {
    model: model.info,
    provider: graph.provider,
    async encodeImages(images, signal) {
      const vectors: Float32Array[] = [];
      for (let start = 0; start < images.length; start += batchSize) {
        signal?.throwIfAborted();
        const batch = images.slice(start, start + batchSize);
        vectors.push(...(await graph.run(toFeeds(batch), batch.length)));
      }
      return vectors;
    },
    close: () => graph.close(),
  };
}

function checkSize(image: ImagePixels, { manifest, info }: Model): void {
  const { size } = manifest.image;
  if (image.length === 3 * size * size) return;
  throw new InvalidInputError(`a picture of ${image.length} bytes; ${info.name} takes ${size} × ${size} × 3`);
}

/** Bytes `[batch, S, S, 3]`, for a graph that scales them itself. */
function byteTensorMaker({ manifest: { image } }: Model): (images: readonly ImagePixels[]) => Tensor {
  const { size } = image;
  return (images) => {
    const bytes = new Uint8Array(images.length * 3 * size * size);
    images.forEach((pixels, i) => bytes.set(pixels, i * 3 * size * size));
    return new Tensor('uint8', bytes, [images.length, size, size, 3]);
  };
}

/**
 * Converts bytes `[S, S, 3]` to float32 `[batch, 3, S, S]`: scaled to [0, 1], then (value − mean) / std, from a table
 * of 3 × 256.
 */
function floatTensorMaker({ manifest: { image } }: Model): (images: readonly ImagePixels[]) => Tensor {
  const { mean, std, size } = image;
  const plane = size * size;
  const tables = mean.map((m, channel) =>
    Float32Array.from({ length: 256 }, (_, byte) => (Math.fround(byte / 255) - m) / (std[channel] as number)),
  );
  const [red, green, blue] = tables as [Float32Array, Float32Array, Float32Array];
  return (images) => {
    const tensor = new Float32Array(images.length * 3 * plane);
    images.forEach((pixels, i) => {
      const start = i * 3 * plane;
      for (let to = start, from = 0; from < pixels.length; to++) {
        tensor[to] = red[pixels[from++] as number] as number;
        tensor[to + plane] = green[pixels[from++] as number] as number;
        tensor[to + 2 * plane] = blue[pixels[from++] as number] as number;
      }
    });
    return new Tensor('float32', tensor, [images.length, 3, size, size]);
  };
}
