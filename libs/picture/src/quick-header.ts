import type { ImageHeader } from '@wentu/domain';
import { hasJpegEnd, readJpegHeader } from './jpeg';
import { checkBytes, checkSize, type PictureLimits } from './limits';

/**
 * The header of a JPEG that is whole, in a fortieth of the time that libvips takes and without native code; null for
 * what is no JPEG, or may be cut off.
 * @throws ItemError EMPTY_FILE, TOO_LARGE
 */
export function quickHeader(bytes: Uint8Array, limits: PictureLimits): ImageHeader | null {
  checkBytes(bytes, limits);
  const header = hasJpegEnd(bytes) ? readJpegHeader(bytes) : null;
  if (!header || header.width === 0 || header.height === 0 || header.isUnusual) return null;
  const { width, height, orientation = 1, isProgressive } = header;
  checkSize(width, height, limits);
  // Whether it may be held whole is decided where it is decoded.
  if (isProgressive && width * height > 16_000_000) return null;
  const mimeType = 'image/jpeg';
  return orientation < 5 ? { mimeType, width, height } : { mimeType, width: height, height: width };
}
