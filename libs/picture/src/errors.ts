import { ItemError, sentence } from '@wentu/domain';

export const SUPPORTED_FORMATS =
  'JPEG, PNG, WebP, GIF, AVIF, HEIC, JPEG XL, SVG, TIFF, BMP, PSD and RAW with a preview';

const NAMES: Record<string, string> = {
  'image/jpeg': 'JPEG',
  'image/png': 'PNG',
  'image/webp': 'WebP',
  'image/gif': 'GIF',
  'image/avif': 'AVIF',
  'image/heic': 'HEIC',
  'image/heif': 'HEIF',
  'image/jxl': 'JPEG XL',
  'image/svg+xml': 'SVG',
  'image/tiff': 'TIFF',
  'image/bmp': 'BMP',
  'image/vnd.adobe.photoshop': 'PSD',
  'image/svg+xml-compressed': 'SVG',
  'image/x-icon': 'ICO',
  'image/jp2': 'JPEG 2000',
  'image/jxr': 'JPEG XR',
  'image/jls': 'JPEG-LS',
  'image/x-exr': 'OpenEXR',
  'image/vnd.radiance': 'Radiance HDR',
  'image/qoi': 'QOI',
  'image/vnd-ms.dds': 'DDS',
  'image/x-xcf': 'XCF (GIMP)',
  'image/x-portable-anymap': 'PNM',
};

/** The common name of the format. */
export function formatName(mimeType: string): string {
  return NAMES[mimeType] ?? `${mimeType.split('-').at(-1)?.toUpperCase()} (RAW)`;
}

export function unsupportedFormat(mimeType: string | null): ItemError {
  if (mimeType === null)
    return new ItemError('UNSUPPORTED_FORMAT', sentence('NOT_A_PICTURE', { formats: SUPPORTED_FORMATS }));
  const message = sentence('FORMAT_UNSUPPORTED', { format: formatName(mimeType), formats: SUPPORTED_FORMATS });
  return new ItemError('UNSUPPORTED_FORMAT', message);
}

/**
 * Wraps an error of libvips. A feature that its build lacks is UNSUPPORTED_FORMAT; any other error is DECODE_FAILED.
 */
export function decodeError(error: unknown, mimeType = ''): ItemError {
  if (error instanceof ItemError) return error;
  const why = reason(error);
  if (/not configured|not implemented|not supported|unsupported (?!image format)/i.test(why)) {
    const name = mimeType === '' ? 'picture' : formatName(mimeType);
    const message = sentence('KIND_UNSUPPORTED', { format: name, why });
    return new ItemError('UNSUPPORTED_FORMAT', message, { cause: error });
  }
  const message = sentence('PICTURE_DAMAGED', { why });
  return new ItemError('DECODE_FAILED', message, { cause: error });
}

/** Returns the first line only: libvips repeats its messages over several lines. */
function reason(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.slice(0, 200);
}
