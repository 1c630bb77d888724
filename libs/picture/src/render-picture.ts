import { ItemError, sentence } from '@wentu/domain';
import type { Sharp } from 'sharp';
import { checkGrant, type Granted, type PictureLimits } from './limits';
import { openPicture } from './open-picture';

/** The size and format in which a picture is displayed. */
export interface Rendition {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Output pixels per source pixel; a vector picture is drawn at this scale. */
  readonly scale: number;
  /** Crop what exceeds `width` × `height`. False: they already have the aspect ratio of the picture. */
  readonly isCut: boolean;
  readonly format: 'avif' | 'webp' | 'jpeg';
}

/** At its lowest effort, AVIF takes no longer than WebP and is a quarter smaller. */
const FORMATS = {
  avif: { encode: (picture: Sharp) => picture.avif({ quality: 55, effort: 0 }), bytesPerPixel: 22 },
  webp: { encode: (picture: Sharp) => picture.webp({ quality: 82 }), bytesPerPixel: 22 },
  jpeg: { encode: (picture: Sharp) => picture.flatten({ background: '#fff' }).jpeg({ quality: 82 }), bytesPerPixel: 1 },
};

/**
 * Renders the picture upright, at this size and in this format, from the frame that the encoder uses.
 * @throws ItemError, NeedsMemory
 */
export async function renderPicture(
  bytes: Uint8Array,
  limits: PictureLimits & Granted,
  { width, height, scale, isCut, format }: Rendition,
): Promise<Uint8Array> {
  const { encode, bytesPerPixel } = FORMATS[format];
  checkGrant(width * height * bytesPerPixel, limits);
  const picture = await openPicture(bytes, limits, { scale });
  // A long screenshot is recognised by its top, so the bottom is cropped.
  const fit = isCut ? ({ fit: 'cover', position: 'top' } as const) : ({ fit: 'fill' } as const);
  const resized = picture.pixels().resize({ width, height, ...fit, withoutEnlargement: true });
  try {
    return await encode(resized).toBuffer();
  } catch (error) {
    const [reason = ''] = String(error instanceof Error ? error.message : error).split('\n');
    throw new ItemError('DECODE_FAILED', sentence('PICTURE_NOT_SHOWN', { why: reason }), { cause: error });
  }
}
