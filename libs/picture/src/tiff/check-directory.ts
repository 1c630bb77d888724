import { ItemError, sentence } from '@wentu/domain';
import { sizeOf } from './choose-directory';
import { TAG, type TiffDirectory } from './directories';

/**
 * libvips fills a tile that it cannot decode with black, unless warnings are errors. For strips it reports all errors,
 * but also warnings that change no pixel.
 */
export function failOnOf(directory: TiffDirectory): 'warning' | 'error' {
  return directory.has(TAG.tileOffsets) ? 'warning' : 'error';
}

/** Compression schemes that the libtiff of sharp decodes (tiff-source.test.ts). */
const SUPPORTED = new Set([1, 2, 3, 4, 5, 7, 8, 32_771, 32_773, 32_946, 50_001]);
const NAMES: Record<number, string> = {
  6: 'old-style JPEG',
  9: 'JBIG',
  10: 'JBIG',
  32_766: 'NeXT',
  32_809: 'ThunderScan',
  32_908: 'PixarFilm',
  32_909: 'PixarLog',
  33_003: 'JPEG 2000',
  33_004: 'JPEG 2000',
  33_005: 'JPEG 2000',
  34_661: 'JBIG',
  34_676: 'SGILog',
  34_677: 'SGILog24',
  34_712: 'JPEG 2000',
  34_887: 'LERC',
  34_892: 'lossy JPEG of DNG',
  34_925: 'LZMA',
  34_926: 'ZSTD',
  34_933: 'PNG',
  34_934: 'JPEG XR',
  22_610: 'JPEG XR',
  50_000: 'ZSTD',
  50_002: 'JPEG XL',
  50_013: 'Pixtiff',
  52_546: 'JPEG XL',
};
const REMEDY = 'save it with Deflate, LZW or no compression';

/**
 * Checks the fields before the pixels are decoded, so that the error names the real reason.
 * @throws ItemError UNSUPPORTED_FORMAT for a compression that is not supported, DECODE_FAILED for a file that ends
 * before its picture
 */
export function checkDirectory(directory: TiffDirectory, fileBytes: number): void {
  const compression = directory.number(TAG.compression, 1);
  if (!SUPPORTED.has(compression)) {
    const name = NAMES[compression] ?? `an unknown scheme (number ${compression})`;
    throw new ItemError('UNSUPPORTED_FORMAT', sentence('TIFF_COMPRESSION', { compression: name, remedy: REMEDY }));
  }
  const photometric = directory.number(TAG.photometric, 1);
  if (photometric === 6 && compression !== 7) throw new ItemError('UNSUPPORTED_FORMAT', sentence('TIFF_YCBCR'));
  checkParts(directory, fileBytes);
}

function checkParts(directory: TiffDirectory, fileBytes: number): void {
  const isTiled = directory.numbers(TAG.tileOffsets).length > 0;
  const offsets = directory.numbers(isTiled ? TAG.tileOffsets : TAG.stripOffsets);
  const counts = directory.numbers(isTiled ? TAG.tileByteCounts : TAG.stripByteCounts);
  const { width, height } = sizeOf(directory);
  if (offsets.length === 0 || width === 0 || height === 0) throw new ItemError('DECODE_FAILED', sentence('TIFF_EMPTY'));
  // Some writers leave out the bytes of a part on purpose. libvips itself reports a strip that is cut off.
  const missing = offsets.filter((offset, i) => {
    const count = counts[i] ?? 0;
    return count > 0 && (isTiled ? offset + count > fileBytes : offset >= fileBytes);
  }).length;
  if (missing > 0) {
    throw new ItemError(
      'DECODE_FAILED',
      sentence('TIFF_CUT', { fileBytes, missing, count: offsets.length, parts: isTiled ? 'tiles' : 'strips' }),
    );
  }
}
