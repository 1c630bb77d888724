import type { RgbImage } from '@wentu/picture';

/** A part of a resized picture, in whole pixels. */
export interface Part {
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

/** The two source indexes of the output indexes from `start` on, as OpenCV's INTER_LINEAR has them. */
function tapsOf(from: number, size: number, start: number, count: number): Taps {
  const taps = { first: new Int32Array(count), second: new Int32Array(count), weight: new Float32Array(count) };
  for (let i = 0; i < count; i++) {
    const at = Math.max(0, Math.min(from - 1, ((start + i + 0.5) * from) / size - 0.5));
    taps.first[i] = Math.floor(at);
    taps.second[i] = Math.min(from - 1, Math.floor(at) + 1);
    taps.weight[i] = at - Math.floor(at);
  }
  return taps;
}

/**
 * Resizes a picture by linear interpolation to `size`, and scales the samples of a part of the result to [-1, 1].
 * @param tensor `[3, height, width]` of the part, blue first, as PaddleOCR's models take it
 */
export function resizeToTensor(
  image: RgbImage,
  size: { readonly width: number; readonly height: number },
  part: Part,
  tensor: Float32Array,
): void {
  const { width, height } = part;
  const across = tapsOf(image.width, size.width, part.left, width);
  const down = tapsOf(image.height, size.height, part.top, height);
  const plane = width * height;
  const { data } = image;
  for (let y = 0; y < height; y++) {
    const upper = (down.first[y] as number) * image.width * 3;
    const lower = (down.second[y] as number) * image.width * 3;
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
}
