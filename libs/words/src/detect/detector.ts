import type { RgbImage } from '@wentu/picture';
import type { Graph } from '../session';
import { resizeToTensor, type Region } from './resize';
import type { TextMap } from './text-boxes';

/** The network halves the sides five times. */
const STRIDE = 32;

/** Computes where text is in a region of a picture, which is resized to about `scale` times its size. */
export async function mapText(detector: Graph, image: RgbImage, region: Region, scale: number): Promise<TextMap> {
  const [width, height] = [region.width, region.height].map((side) => roundToStride(side * scale)) as [number, number];
  const input = resizeToTensor(image, region, width, height);
  const { data } = await detector.run(input, [1, 3, height, width]);
  return { data, width, height };
}

function roundToStride(side: number): number {
  return Math.max(1, Math.round(Math.trunc(side) / STRIDE)) * STRIDE;
}
