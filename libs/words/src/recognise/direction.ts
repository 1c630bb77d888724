import type { RgbImage } from '@wentu/picture';
import type { Graph } from '../session';
import { turnedBy, widthAt, writeCrop, type Crop } from './crop';

/** The height and width of the input of PaddleOCR's direction classifier, in pixels. */
export const CLASSIFIED = [48, 192] as const;
const [HEIGHT, WIDTH] = CLASSIFIED;
/** A line is turned when it is upside down with at least this probability. */
const UPSIDE_DOWN = 0.9;
const BATCH = 16;

/** Turns the lines that are upside down. */
export async function turnUpright(
  classifier: Graph,
  image: RgbImage,
  crops: readonly Crop[],
  signal?: AbortSignal,
): Promise<Crop[]> {
  const upright: Crop[] = [];
  for (let start = 0; start < crops.length; start += BATCH) {
    signal?.throwIfAborted();
    const batch = crops.slice(start, start + BATCH);
    const size = 3 * HEIGHT * WIDTH;
    const data = new Float32Array(batch.length * size);
    batch.forEach((crop, i) =>
      writeCrop(image, crop, { data, offset: i * size, stride: WIDTH }, widthAt(crop, HEIGHT, WIDTH), HEIGHT),
    );
    const result = await classifier.run({ data, shape: [batch.length, 3, HEIGHT, WIDTH] });
    batch.forEach((crop, i) =>
      upright.push((result.data[i * 2 + 1] as number) > UPSIDE_DOWN ? turnedBy(crop, 2) : crop),
    );
  }
  return upright;
}
