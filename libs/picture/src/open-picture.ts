import type { Sharp } from 'sharp';
import { decodeError } from './errors';
import { checkBytes, checkGrant, type Granted, type PictureLimits } from './limits';
import { isVectorType, typeOf } from './picture-type';
import { densityFor } from './pixels';
import { readSource, type PictureSource } from './source';
import { wrapAsTiff } from './tiff/wrap-as-tiff';

export interface OpenPicture {
  readonly mimeType: string;
  /** In pixels, after EXIF rotation; of a vector picture the intrinsic size. */
  readonly width: number;
  readonly height: number;
  /** Upright sRGB pixels, with transparency. Each call starts a new pipeline. */
  pixels(): Sharp;
}

/**
 * Opens a picture for display, with the frame, colours and orientation that the encoder uses.
 * @param scale for a vector picture; 1 is its intrinsic size
 * @throws ItemError, NeedsMemory
 */
export async function openPicture(
  bytes: Uint8Array,
  limits: PictureLimits & Granted,
  { scale = 1 }: { readonly scale?: number } = {},
): Promise<OpenPicture> {
  if (isVectorType(typeOf(bytes))) return await drawVector(bytes, limits, scale);
  const source = await readSource(bytes, { ...limits, asReference: false });
  const { mimeType, width, height } = source;
  return { mimeType, width, height, pixels: () => source.open().autoOrient() };
}

async function drawVector(bytes: Uint8Array, limits: PictureLimits & Granted, scale: number): Promise<OpenPicture> {
  checkBytes(bytes, limits);
  const source = await readSource(bytes, { ...limits, asReference: false });
  const { mimeType, width, height } = source;
  // Four bytes per pixel each for the drawing surface, the samples, and the TIFF around the samples.
  checkGrant(width * height * scale ** 2 * 12, limits);
  const tiff = await drawAsTiff(source, scale);
  // `maxBytes` limits files, not decoded samples.
  const drawn = await readSource(tiff, { ...limits, maxBytes: Infinity, asReference: false });
  return { mimeType, width, height, pixels: () => drawn.open() };
}

async function drawAsTiff(source: PictureSource, scale: number): Promise<Uint8Array> {
  const density = densityFor(source, scale);
  try {
    const { data, info } = await source
      .open(density === undefined ? {} : { density })
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return wrapAsTiff({ ...info, data, colours: 'rgb', hasAlpha: true, depth: 8 });
  } catch (error) {
    throw decodeError(error, source.mimeType);
  }
}
