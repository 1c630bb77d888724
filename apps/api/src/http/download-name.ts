import type { ImageRow } from '@wentu/domain';

/** File systems allow 255 bytes; a character has up to three of them in UTF-8, or four as two units. */
const MOST_UNITS = 80;

/** Endings of files whose ids have none, such as those of a tsv. */
const ENDINGS: Readonly<Record<string, string>> = {
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/webp': '.webp',
  'image/gif': '.gif',
  'image/avif': '.avif',
  'image/heic': '.heic',
  'image/heif': '.heif',
  'image/jxl': '.jxl',
  'image/svg+xml': '.svg',
  'image/svg+xml-compressed': '.svgz',
  'image/tiff': '.tif',
  'image/bmp': '.bmp',
  'image/vnd.adobe.photoshop': '.psd',
};

/**
 * The name under which a browser saves an original: the last part of the imageId, at most 80 characters, without
 * characters that file systems refuse or that change the direction of a text.
 */
export function downloadName({ imageId, mimeType }: Pick<ImageRow, 'imageId' | 'mimeType'>): string {
  // A character that is cut in half becomes U+FFFD.
  const last = Buffer.from(imageId.slice(imageId.lastIndexOf('/') + 1)).toString();
  const name = last
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>:"/\\|?*]+/gu, '_')
    // Windows drops dots and spaces at the end; a dot at the beginning hides a file.
    .replace(/^[\s.]+|[\s.]+$/g, '');
  const ending = /\.[a-z0-9]{1,5}$/i.exec(name)?.[0] ?? '';
  const stem = name.slice(0, name.length - ending.length);
  const short = stem.slice(0, MOST_UNITS - ending.length).replace(/[\ud800-\udbff]$/, '');
  return (short || 'picture') + (ending || (ENDINGS[mimeType] ?? ''));
}
