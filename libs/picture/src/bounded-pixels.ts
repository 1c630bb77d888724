import type { Sharp } from 'sharp';
import { decodeError } from './errors';
import { checkGrant, type Granted, type PictureLimits } from './limits';
import { densityFor } from './pixels';
import type { RgbImage } from './resample';
import { readSource } from './source';

/** The largest size of decoded pixels. A picture is never enlarged, except a vector picture. */
export interface PixelBounds {
  /**
   * A picture whose longer side is longer is reduced until this or `shortSide` is reached, whichever is reached first.
   */
  readonly longSide: number;
  /** For long pictures, such as screenshots of many pages: their longer side may be longer than `longSide`. */
  readonly shortSide: number;
  /** Most pixels, for all pictures. */
  readonly maxPixels: number;
}

/** Opaque parts with a brighter mean (0 to 255) than this are drawn on black instead of white. */
const BRIGHT = 170;

/** The factor, at most `most`, that brings a picture into the bounds. */
export function scaleToBounds(
  { width, height }: { readonly width: number; readonly height: number },
  { longSide, shortSide, maxPixels }: PixelBounds,
  most = 1,
): number {
  const byShape = Math.max(longSide / Math.max(width, height), shortSide / Math.min(width, height));
  return Math.min(most, byShape, Math.sqrt(maxPixels / (width * height)));
}

/**
 * Decodes the frame that the encoder uses to upright 8-bit RGB in sRGB. Transparent pictures are drawn on white, or on
 * black when their opaque parts are bright, so that white text stays visible.
 * @throws ItemError, NeedsMemory
 */
export async function readBoundedPixels(
  bytes: Uint8Array,
  options: PictureLimits & Granted,
  bounds: PixelBounds,
): Promise<RgbImage> {
  const source = await readSource(bytes, { ...options, asReference: false });
  const scale = scaleToBounds(source, bounds, source.isVector ? Infinity : 1);
  const width = Math.max(1, Math.round(source.width * scale));
  const height = Math.max(1, Math.round(source.height * scale));
  // Four samples a pixel, once as they are decoded and once as they are returned.
  checkGrant(width * height * 8, options);
  const density = densityFor(source, scale);
  try {
    let image = source.open(density === undefined ? {} : { density }).autoOrient();
    if (width !== source.width || height !== source.height)
      image = image.resize(width, height, { fit: 'fill', kernel: 'mitchell' });
    const data = await toRgb(image);
    return { data, width, height };
  } catch (error) {
    throw decodeError(error, source.mimeType);
  }
}

async function toRgb(image: Sharp): Promise<Uint8Array> {
  const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { channels } = info;
  if (channels === 3) return data;
  const hasAlpha = channels === 2 || channels === 4;
  const rgb = new Uint8Array((data.length / channels) * 3);
  const background = hasAlpha && isBright(data, channels) ? 0 : 255;
  for (let from = 0, to = 0; from < data.length; from += channels, to += 3) {
    const alpha = hasAlpha ? (data[from + channels - 1] as number) : 255;
    for (let c = 0; c < 3; c++) {
      const sample = data[from + (channels > 2 ? c : 0)] as number;
      rgb[to + c] = (sample * alpha + background * (255 - alpha) + 127) / 255;
    }
  }
  return rgb;
}

/** Whether the mean of the opaque parts is bright. */
function isBright(data: Uint8Array, channels: number): boolean {
  let [sum, weight] = [0, 0];
  // Green has most of the brightness.
  const green = channels === 4 ? 1 : 0;
  for (let at = 0; at < data.length; at += channels) {
    const alpha = data[at + channels - 1] as number;
    sum += (data[at + green] as number) * alpha;
    weight += alpha;
  }
  return weight > 0 && sum / weight > BRIGHT;
}
