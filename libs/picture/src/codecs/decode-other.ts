import { decodeError } from '../errors';
import type { Granted, PictureLimits } from '../limits';
import { wrapAsTiff, type DecodedFile, type RawPicture } from '../tiff/wrap-as-tiff';

/**
 * Decodes a format that libvips does not read. A decoder is loaded with its first picture.
 * @returns null when there is no decoder for the format
 * @throws ItemError
 */
export async function decodeOther(
  mimeType: string,
  bytes: Uint8Array,
  limits: PictureLimits & Granted,
): Promise<DecodedFile | null> {
  try {
    return await decode(mimeType, bytes, limits);
  } catch (error) {
    // The decoder has read beyond the end of the file.
    throw error instanceof RangeError ? decodeError(error, mimeType) : error;
  }
}

async function decode(
  mimeType: string,
  bytes: Uint8Array,
  limits: PictureLimits & Granted,
): Promise<DecodedFile | null> {
  switch (mimeType) {
    case 'image/heic':
    case 'image/heif':
      return await (await import('./heic')).decodeHeic(bytes, limits);
    case 'image/jxl':
      return wrapped(await (await import('./jxl')).decodeJxl(bytes, limits));
    case 'image/bmp':
      return wrapped((await import('./bmp')).decodeBmp(bytes, limits));
    case 'image/vnd.adobe.photoshop':
      return wrapped((await import('./psd')).decodePsd(bytes, limits));
    default:
      return null;
  }
}

function wrapped(picture: RawPicture): DecodedFile {
  return { file: wrapAsTiff(picture), exif: picture.exif };
}
