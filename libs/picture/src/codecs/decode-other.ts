import { decodeError } from '../errors';
import type { Granted, PictureLimits } from '../limits';
import { wrapAsTiff } from '../tiff/wrap-as-tiff';

/** Loads the decoder when its first picture comes. @returns null for a format that nothing reads @throws ItemError */
export async function decodeOther(
  mimeType: string,
  bytes: Uint8Array,
  limits: PictureLimits & Granted,
): Promise<Buffer | null> {
  try {
    return await decode(mimeType, bytes, limits);
  } catch (error) {
    // A place in the file that it does not have.
    throw error instanceof RangeError ? decodeError(error, mimeType) : error;
  }
}

async function decode(mimeType: string, bytes: Uint8Array, limits: PictureLimits & Granted): Promise<Buffer | null> {
  switch (mimeType) {
    case 'image/heic':
    case 'image/heif':
      return await (await import('./heic')).decodeHeic(bytes, limits);
    case 'image/jxl':
      return wrapAsTiff(await (await import('./jxl')).decodeJxl(bytes, limits));
    case 'image/bmp':
      return wrapAsTiff((await import('./bmp')).decodeBmp(bytes, limits));
    case 'image/vnd.adobe.photoshop':
      return wrapAsTiff((await import('./psd')).decodePsd(bytes, limits));
    default:
      return null;
  }
}
