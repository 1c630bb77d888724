import { extname } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';

/** The part of a file that `pictureType` needs. It is this large because an SVG may start with a licence. */
export const PICTURE_HEAD_BYTES = 4_096;

/** A file with one of these extensions counts as a picture even if the format of its bytes is unknown. */
const EXTENSIONS = new Set(
  (
    '.jpg .jpeg .jpe .jfif .pjpeg .pjp .mpo .png .apng .webp .gif .avif .avifs .svg .svgz .tif .tiff ' +
    '.heic .heif .heics .heifs .hif .bmp .dib .jxl .psd .psb .ico .cur .jp2 .j2k .jpf .jpx .jxr .wdp ' +
    '.cr2 .cr3 .crw .nef .nrw .arw .sr2 .srf .dng .raf .orf .rw2 .rwl .pef .srw .3fr .fff .iiq .mrw .x3f .kdc .dcr .erf .mef .mos ' +
    '.tga .exr .hdr .qoi .pnm .pbm .pgm .ppm .dds .xcf .pcx'
  ).split(' '),
);

export function isPictureName(name: string): boolean {
  return EXTENSIONS.has(extname(name).toLowerCase());
}

/** Signatures at fixed offsets: offset, bytes as Latin-1, MIME type. */
const SIGNATURES: readonly (readonly [offset: number, bytes: string, mimeType: string])[] = [
  [0, '\xff\xd8\xff', 'image/jpeg'],
  [0, '\x89PNG\r\n\x1a\n', 'image/png'],
  [0, 'GIF87a', 'image/gif'],
  [0, 'GIF89a', 'image/gif'],
  [8, 'CR\x02', 'image/x-canon-cr2'],
  [0, 'II*\0', 'image/tiff'],
  [0, 'MM\0*', 'image/tiff'],
  [0, 'II+\0', 'image/tiff'],
  [0, 'MM\0+', 'image/tiff'],
  [0, 'IIRO', 'image/x-olympus-orf'],
  [0, 'IIRS', 'image/x-olympus-orf'],
  [0, 'MMOR', 'image/x-olympus-orf'],
  [0, 'IIU\0', 'image/x-panasonic-rw2'],
  [0, 'FUJIFILMCCD-RAW', 'image/x-fuji-raf'],
  [0, '\0MRM', 'image/x-minolta-mrw'],
  [0, 'FOVb', 'image/x-sigma-x3f'],
  [6, 'HEAPCCDR', 'image/x-canon-crw'],
  [0, '8BPS', 'image/vnd.adobe.photoshop'],
  [0, '\0\0\0\x0cJXL \r\n\x87\n', 'image/jxl'],
  [0, '\xff\x0a', 'image/jxl'],
  [0, '\0\0\0\x0cjP  \r\n\x87\n', 'image/jp2'],
  [0, '\xff\x4f\xff\x51', 'image/jp2'],
  [0, 'II\xbc\x01', 'image/jxr'],
  [0, '\x76\x2f\x31\x01', 'image/x-exr'],
  [0, '#?RADIANCE', 'image/vnd.radiance'],
  [0, 'qoif', 'image/qoi'],
  [0, 'DDS ', 'image/vnd-ms.dds'],
  [0, 'gimp xcf', 'image/x-xcf'],
];

const HEIC_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs']);
const BMP_HEADER_SIZES = new Set([12, 16, 40, 52, 56, 64, 108, 124]);
/**
 * The XML prolog with its comments, then the root element. An HTML page that contains an SVG element does not match.
 */
const SVG =
  /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?(?:-->|$)\s*|<!DOCTYPE[^>[]*(?:\[[\s\S]*?\])?\s*>\s*)*<(?:\w+:)?svg[\s>]/i;

/**
 * Detects the format of a picture file from its first bytes, including formats that Wentu cannot decode. The name of
 * the file is not used. RAW formats that are TIFFs (NEF, ARW, DNG and others) give TIFF: only their tags distinguish
 * them.
 * @param head the first PICTURE_HEAD_BYTES of the file, or all of a shorter file
 * @returns a MIME type, or null when the file is not a picture
 */
export function pictureType(head: Uint8Array): string | null {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const text = bytes.toString('latin1', 0, 16);
  if (text.startsWith('RIFF') && bytes.toString('latin1', 8, 12) === 'WEBP') return 'image/webp';
  if (bytes.toString('latin1', 4, 8) === 'ftyp') return isoMediaType(bytes);
  const found = SIGNATURES.find(([offset, signature]) => text.startsWith(signature, offset) && fits(bytes, signature));
  if (found) return found[2];
  if (text.startsWith('BM') && bytes.length >= 18 && BMP_HEADER_SIZES.has(bytes.readUInt32LE(14))) return 'image/bmp';
  if (isIcon(bytes)) return 'image/x-icon';
  if (/^P[1-6][\s#]/.test(text)) return 'image/x-portable-anymap';
  if (text.startsWith('\x1f\x8b')) return SVG.test(decodeText(unpackHead(bytes))) ? 'image/svg+xml-compressed' : null;
  return SVG.test(decodeText(bytes)) ? 'image/svg+xml' : null;
}

/** The signature of a JPEG XL codestream has only two bytes; the size header must follow it. */
function fits(bytes: Buffer, signature: string): boolean {
  return signature !== '\xff\x0a' || bytes.length > 2;
}

/**
 * Reads the brands of an ISO/IEC 14496-12 file: the major brand, then the compatible ones. Videos and audio have other
 * brands.
 */
function isoMediaType(bytes: Buffer): string | null {
  const end = Math.min(bytes.length, bytes.readUInt32BE(0));
  const brands = [bytes.toString('latin1', 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(bytes.toString('latin1', at, at + 4));
  const [major = ''] = brands;
  if (major === 'crx ') return 'image/x-canon-cr3';
  if (major === 'avif' || major === 'avis') return 'image/avif';
  if (HEIC_BRANDS.has(major)) return 'image/heic';
  if (major !== 'mif1' && major !== 'msf1' && major !== 'miaf') return null;
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'image/avif';
  return brands.some((brand) => HEIC_BRANDS.has(brand)) ? 'image/heic' : 'image/heif';
}

/**
 * An icon has: reserved 0, type 1 (icon) or 2 (cursor), a count, and a first entry whose reserved byte is 0 and whose
 * data start after the directory.
 */
function isIcon(bytes: Buffer): boolean {
  if (bytes.length < 22 || bytes.readUInt16LE(0) !== 0) return false;
  const [type, count] = [bytes.readUInt16LE(2), bytes.readUInt16LE(4)];
  const offset = bytes.readUInt32LE(18);
  return (type === 1 || type === 2) && count > 0 && count <= 256 && bytes[9] === 0 && offset >= 6 + 16 * count;
}

/** Decompresses the beginning of a gzip file. Returns an empty buffer when the bytes are not gzip. */
function unpackHead(bytes: Buffer): Buffer {
  try {
    // One byte of deflate expands to at most 1,032 bytes.
    const all = gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1_100 * PICTURE_HEAD_BYTES });
    return all.subarray(0, PICTURE_HEAD_BYTES);
  } catch {
    return Buffer.alloc(0);
  }
}

function decodeText(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le').slice(1);
  const text = bytes.toString('latin1');
  return text.startsWith('\xef\xbb\xbf') ? text.slice(3) : text;
}
