import { ItemError, sentence } from '@wentu/domain';
import type { RgbImage } from './resample';
import { decodeError } from './errors';
import { EXACT_PIXELS } from './limits';
import type { PictureSource } from './source';

export interface PixelOptions {
  /** Apply the EXIF orientation. */
  readonly upright: boolean;
  /** Flatten transparent pictures on white, or drop the alpha channel. */
  readonly background: 'white' | 'drop';
  /** Decode every pixel, whatever memory that needs: large pictures are not reduced. */
  readonly isExact: boolean;
}

/** Longest side at which a smaller vector picture is drawn, in pixels. */
const SVG_SIDE = 512;
/**
 * Dots per inch: of the intrinsic size of a vector picture, the maximum for the encoder, and the maximum for display.
 */
const [OWN_DENSITY, MAX_ENCODED_DENSITY, MAX_DENSITY] = [72, 2_400, 100_000];

/** The density that draws a vector picture at `scale` times its intrinsic size; undefined for other pictures. */
export function densityFor({ isVector }: PictureSource, scale: number): number | undefined {
  return isVector ? Math.min(MAX_DENSITY, Math.max(1, OWN_DENSITY * scale)) : undefined;
}

/** The whole factor by which a picture is reduced while it is decoded. */
export function reductionOf({ width, height, isVector }: Pick<PictureSource, 'width' | 'height' | 'isVector'>): number {
  return isVector ? 1 : Math.ceil(Math.sqrt((width * height) / EXACT_PIXELS));
}

/** Decodes a picture to 8-bit RGB in sRGB, for the encoder and the preview. @throws ItemError */
export async function readPixels(source: PictureSource, options: PixelOptions): Promise<RgbImage> {
  const { upright, background, isExact } = options;
  const scale = Math.max(1, SVG_SIDE / Math.max(source.width, source.height));
  const density = densityFor(source, Math.min(scale, MAX_ENCODED_DENSITY / OWN_DENSITY));
  try {
    let image = source.open(density === undefined ? {} : { density });
    if (upright) image = image.autoOrient();
    const factor = isExact ? 1 : reductionOf(source);
    if (factor > 1) {
      // `width` and `height` are the sides after rotation; without rotation they are swapped.
      const isTurned = !upright && source.orientation >= 5;
      const [width, height] = isTurned ? [source.height, source.width] : [source.width, source.height];
      image = image.resize(Math.ceil(width / factor), Math.ceil(height / factor), { fit: 'fill', kernel: 'cubic' });
    }
    image = background === 'white' ? image.flatten({ background: '#ffffff' }) : image.removeAlpha();
    const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    return { data: info.channels === 1 ? greyToRgb(data) : data, width: info.width, height: info.height };
  } catch (error) {
    if (!source.lacksEnd) throw decodeError(error, source.mimeType);
    const message = sentence('JPEG_CUT');
    throw new ItemError('DECODE_FAILED', message, { cause: error });
  }
}

function greyToRgb(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3);
  for (let from = 0, to = 0; from < grey.length; from++, to += 3) rgb.fill(grey[from] as number, to, to + 3);
  return rgb;
}
