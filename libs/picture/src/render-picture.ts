import { ItemError } from '@wentu/domain';
import type { Sharp } from 'sharp';
import { checkGrant, type Granted, type PictureLimits } from './limits';
import { openPicture } from './open-picture';

/** How a picture is shown. */
export interface Rendition {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Pixels of it for one of the picture's: what a vector picture is drawn at. */
  readonly scale: number;
  /** What sticks out is cut off; otherwise the shape is that of the picture already. */
  readonly isCut: boolean;
  readonly format: 'avif' | 'webp' | 'jpeg';
}

/** At its lowest effort AVIF takes no longer than WebP, and is a quarter smaller. */
const FORMATS = {
  avif: { encode: (picture: Sharp) => picture.avif({ quality: 55, effort: 0 }), bytesAPixel: 22 },
  webp: { encode: (picture: Sharp) => picture.webp({ quality: 82 }), bytesAPixel: 22 },
  jpeg: { encode: (picture: Sharp) => picture.flatten({ background: '#fff' }).jpeg({ quality: 82 }), bytesAPixel: 1 },
};

/** The picture as the encoder saw it, upright, at this size and in this format. @throws ItemError, NeedsMemory */
export async function renderPicture(
  bytes: Uint8Array,
  limits: PictureLimits & Granted,
  { width, height, scale, isCut, format }: Rendition,
): Promise<Uint8Array> {
  const { encode, bytesAPixel } = FORMATS[format];
  checkGrant(width * height * bytesAPixel, limits);
  const picture = await openPicture(bytes, limits, { scale });
  // A long screenshot is known by its top.
  const fit = isCut ? ({ fit: 'cover', position: 'top' } as const) : ({ fit: 'fill' } as const);
  const resized = picture.pixels().resize({ width, height, ...fit, withoutEnlargement: true });
  try {
    return await encode(resized).toBuffer();
  } catch (error) {
    const [reason = ''] = String(error instanceof Error ? error.message : error).split('\n');
    throw new ItemError('DECODE_FAILED', `the picture cannot be shown at this size: ${reason}`, { cause: error });
  }
}
