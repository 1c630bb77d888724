import { readJpegHeader } from '../jpeg';
import { EXACT_PIXELS } from '../limits';
import { isVectorType, typeOf } from '../picture-type';
import { pngSize } from '../png';

export interface Work {
  /** To be decoded. */
  readonly pixels: number;
  /** Memory beside the process's own, in bytes. */
  readonly bytes: number;
  /** Its decoder may take seconds for few pixels. */
  readonly isSlow: boolean;
}

const SLOW = new Set(['image/heic', 'image/heif', 'image/jxl', 'image/avif', 'image/vnd.adobe.photoshop']);
/** Of formats whose header is not read here: as photographs are compressed. */
const PIXELS_A_BYTE = 8;

/** How much work a file is, by its first bytes and without native code; the decoder says later what it really takes. */
export function guessWork(file: Uint8Array): Work {
  const mimeType = typeOf(file);
  const isSlow = isVectorType(mimeType) || SLOW.has(mimeType ?? '');
  const pixels = pixelsOf(mimeType, file);
  return { pixels, bytes: Math.min(pixels, EXACT_PIXELS) * 3, isSlow };
}

function pixelsOf(mimeType: string | null, file: Uint8Array): number {
  const header = mimeType === 'image/jpeg' ? readJpegHeader(file) : mimeType === 'image/png' ? pngSize(file) : null;
  return header ? header.width * header.height : file.length * PIXELS_A_BYTE;
}
