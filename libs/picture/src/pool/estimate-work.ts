import { readJpegHeader } from '../jpeg';
import { EXACT_PIXELS } from '../limits';
import { isVectorType, typeOf } from '../picture-type';
import { pngSize } from '../png';

export interface Work {
  /** Pixels to decode. */
  readonly pixels: number;
  /** Memory in addition to the memory of the process, in bytes. */
  readonly bytes: number;
  /** The decoder may take seconds for few pixels. */
  readonly isSlow: boolean;
}

const SLOW = new Set(['image/heic', 'image/heif', 'image/jxl', 'image/avif', 'image/vnd.adobe.photoshop']);
/** An estimate for formats whose header is not read here: the compression of photographs. */
const PIXELS_PER_BYTE = 8;

/** Estimates the work for a file by its first bytes, without native code. The decoder later reports its real need. */
export function estimateWork(file: Uint8Array): Work {
  const mimeType = typeOf(file);
  const isSlow = isVectorType(mimeType) || SLOW.has(mimeType ?? '');
  const pixels = pixelsOf(mimeType, file);
  return { pixels, bytes: Math.min(pixels, EXACT_PIXELS) * 3, isSlow };
}

function pixelsOf(mimeType: string | null, file: Uint8Array): number {
  const header = mimeType === 'image/jpeg' ? readJpegHeader(file) : mimeType === 'image/png' ? pngSize(file) : null;
  return header ? header.width * header.height : file.length * PIXELS_PER_BYTE;
}
