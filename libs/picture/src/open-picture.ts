import type { Sharp } from 'sharp';
import { decodeError } from './errors';
import { checkBytes, checkGrant, type Granted, type PictureLimits } from './limits';
import { isVectorType, typeOf } from './picture-type';
import { densityFor } from './pixels';
import { readSource, type PictureSource } from './source';
import { wrapAsTiff } from './tiff/wrap-as-tiff';

export interface OpenPicture {
  readonly mimeType: string;
  /** Upright, in pixels; a vector picture's own size. */
  readonly width: number;
  readonly height: number;
  /** Upright, sRGB, with transparency where there is some. Each call begins a new pipeline. */
  pixels(): Sharp;
}

/**
 * For showing: the picture that the encoder saw, with the same frame, colours and direction.
 * @param scale that a vector picture is drawn at; 1 is the size that it says
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
  // The surface that is drawn on, its samples, and the file that they are wrapped in.
  checkGrant(width * height * scale ** 2 * 12, limits);
  const tiff = await drawAsTiff(source, scale);
  // The limit is one of files.
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
