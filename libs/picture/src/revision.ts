import { asBuffer } from './jpeg';
import { typeOf } from './picture-type';
import { isAnimatedPng } from './png';
import { chooseDirectory } from './tiff/choose-directory';
import { readTiff, TAG } from './tiff/directories';
import { needsOwnSamples } from './tiff/sample-layout';

/** The chunks and boxes that are searched for are in this part of the file. */
const HEAD_BYTES = 65_536;
const ICC_TAG = 34_675;

/**
 * Names the change in the decoding of such files, for a fingerprint; empty when nothing has changed. So only the
 * pictures that were decoded wrongly are encoded again: TIFF tiles that became black, thumbnails that were used as the
 * picture, 16 bits with a profile, mask channels, floating point, and blank first frames.
 */
export function pixelsRevision(file: Uint8Array): string {
  const head = asBuffer(file.subarray(0, HEAD_BYTES));
  switch (typeOf(file)) {
    case 'image/tiff':
      return isChangedTiff(file) ? 'tiff-2' : '';
    case 'image/png':
      if (isAnimatedPng(file)) return 'first-frame-2';
      return head[24] === 16 && head.includes('iCCP') ? 'deep-colour-2' : '';
    case 'image/avif':
      // The third byte of the AV1 configuration has the bit for 10 and 12 bits.
      return head.includes('colrprof') && ((head[head.indexOf('av1C') + 6] ?? 0) & 0x40) !== 0 ? 'deep-colour-2' : '';
    case 'image/gif':
      return head.includes('NETSCAPE2.0') ? 'first-frame-2' : '';
    case 'image/webp':
      // The animation bit of the extended header.
      return head.toString('latin1', 12, 16) === 'VP8X' && ((head[20] ?? 0) & 2) !== 0 ? 'first-frame-2' : '';
    default:
      return '';
  }
}

function isChangedTiff(file: Uint8Array): boolean {
  try {
    const tiff = readTiff(file);
    const directory = chooseDirectory(tiff);
    if (!directory || directory !== tiff.directories[0]) return true;
    const isDeep = directory.number(TAG.bitsPerSample, 1) === 16;
    if (directory.numbers(TAG.tileOffsets).length > 0 || (isDeep && directory.has(ICC_TAG))) return true;
    return directory.number(TAG.photometric, 1) === 6 || needsOwnSamples(directory);
  } catch {
    return true;
  }
}
