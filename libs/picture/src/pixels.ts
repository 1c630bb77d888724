import { ItemError } from '@wentu/domain';
import type { RgbImage } from './resample';
import { decodeError } from './errors';
import { EXACT_PIXELS } from './limits';
import type { PictureSource } from './source';

export interface PixelOptions {
  /** Turn the picture as its EXIF orientation says. */
  readonly upright: boolean;
  /** Put transparent pictures on white, or drop the alpha channel. */
  readonly background: 'white' | 'drop';
  /** Every pixel, whatever memory that takes. */
  readonly isExact: boolean;
}

/** Side that a vector picture without a large size of its own is drawn at. */
const SVG_SIDE = 512;
/**
 * Dots an inch at which a vector picture has the size that it says, and the most that are drawn for the encoder and for
 * showing.
 */
const [OWN_DENSITY, MAX_ENCODED_DENSITY, MAX_DENSITY] = [72, 2_400, 100_000];

/** Dots per inch that draw a vector picture so many times its size; undefined for other pictures. */
export function densityFor({ isVector }: PictureSource, scale: number): number | undefined {
  return isVector ? Math.min(MAX_DENSITY, Math.max(1, OWN_DENSITY * scale)) : undefined;
}

/** By how much a picture is reduced while it is decoded. */
export function reductionOf({ width, height, isVector }: Pick<PictureSource, 'width' | 'height' | 'isVector'>): number {
  return isVector ? 1 : Math.ceil(Math.sqrt((width * height) / EXACT_PIXELS));
}

/** The one way from a picture to its pixels: sRGB, 8 bits, RGB. @throws ItemError */
export async function readPixels(source: PictureSource, options: PixelOptions): Promise<RgbImage> {
  const { upright, background, isExact } = options;
  const scale = Math.max(1, SVG_SIDE / Math.max(source.width, source.height));
  const density = densityFor(source, Math.min(scale, MAX_ENCODED_DENSITY / OWN_DENSITY));
  try {
    let image = source.open(density === undefined ? {} : { density });
    if (upright) image = image.autoOrient();
    const factor = isExact ? 1 : reductionOf(source);
    if (factor > 1) {
      // The header is of the upright picture.
      const isTurned = !upright && source.orientation >= 5;
      const [width, height] = isTurned ? [source.height, source.width] : [source.width, source.height];
      image = image.resize(Math.ceil(width / factor), Math.ceil(height / factor), { fit: 'fill', kernel: 'cubic' });
    }
    image = background === 'white' ? image.flatten({ background: '#ffffff' }) : image.removeAlpha();
    const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    return { data: info.channels === 1 ? greyToRgb(data) : data, width: info.width, height: info.height };
  } catch (error) {
    if (!source.lacksEnd) throw decodeError(error, source.mimeType);
    const message = 'the JPEG is cut off: the file ends before the picture does; fetch it again';
    throw new ItemError('DECODE_FAILED', message, { cause: error });
  }
}

function greyToRgb(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3);
  for (let from = 0, to = 0; from < grey.length; from++, to += 3) rgb.fill(grey[from] as number, to, to + 3);
  return rgb;
}
