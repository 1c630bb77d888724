import type { RgbImage } from '@wentu/picture';

/** A part of a picture, in whole pixels. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface Taps {
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** The weight of the second. */
  readonly weight: Float32Array;
}

/** The two source indexes of each output index, as OpenCV's INTER_LINEAR has them. */
function tapsOf(from: number, size: number): Taps {
  const taps = { first: new Int32Array(size), second: new Int32Array(size), weight: new Float32Array(size) };
  for (let out = 0; out < size; out++) {
    const at = Math.max(0, Math.min(from - 1, ((out + 0.5) * from) / size - 0.5));
    taps.first[out] = Math.floor(at);
    taps.second[out] = Math.min(from - 1, Math.floor(at) + 1);
    taps.weight[out] = at - Math.floor(at);
  }
  return taps;
}

/**
 * Resizes a region by linear interpolation and scales its samples to [-1, 1].
 * @returns `[3, height, width]`, blue first, as PaddleOCR's models take it
 */
export function resizeToTensor(image: RgbImage, region: Region, width: number, height: number): Float32Array {
  const [across, down] = [tapsOf(region.width, width), tapsOf(region.height, height)];
  const tensor = new Float32Array(3 * width * height);
  const plane = width * height;
  const { data } = image;
  for (let y = 0; y < height; y++) {
    const upper = ((region.top + (down.first[y] as number)) * image.width + region.left) * 3;
    const lower = ((region.top + (down.second[y] as number)) * image.width + region.left) * 3;
    const v = down.weight[y] as number;
    let to = y * width;
    for (let x = 0; x < width; x++, to++) {
      const left = (across.first[x] as number) * 3;
      const right = (across.second[x] as number) * 3;
      const u = across.weight[x] as number;
      for (let c = 0; c < 3; c++) {
        const a = data[upper + left + c] as number;
        const b = data[lower + left + c] as number;
        const above = a + ((data[upper + right + c] as number) - a) * u;
        const below = b + ((data[lower + right + c] as number) - b) * u;
        tensor[(2 - c) * plane + to] = (above + (below - above) * v) / 127.5 - 1;
      }
    }
  }
  return tensor;
}
