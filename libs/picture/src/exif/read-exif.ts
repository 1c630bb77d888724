import type { ExifFacts } from '@wentu/domain';
import { asBuffer } from '../jpeg';
import { readFirstDirectory, TAG, type TiffDirectory } from '../tiff/directories';
import { exifFacts } from './exif-facts';

/** Larger blocks are not read. Those of cameras have a thumbnail and notes of the maker: less than 100 KB. */
const MAX_EXIF_BYTES = 1024 * 1024;
/** Offsets at which formats and libraries begin the TIFF in an EXIF block: after `Exif\0\0`, and after a length. */
const STARTS = [0, 4, 6, 10];
/** The boxes with the directories of a CR3 are in this part of the file. */
const CR3_HEAD_BYTES = 65_536;

/** The facts of an EXIF block, which has the structure of a TIFF. A damaged block has none. */
export function readExif(block: Uint8Array | undefined): ExifFacts | undefined {
  if (!block || block.length > MAX_EXIF_BYTES) return undefined;
  const at = STARTS.find((start) => isTiff(block.subarray(start)));
  return at === undefined ? undefined : exifOf(readFirstDirectory(block.subarray(at)));
}

/** The facts of a TIFF, or of a RAW file with the structure of a TIFF. @param main its first directory */
export function exifOf(main: TiffDirectory | null | undefined): ExifFacts | undefined {
  if (!main) return undefined;
  return exifFacts({ main, exposure: main.directoryAt(TAG.exifDirectory), gps: main.directoryAt(TAG.gpsDirectory) });
}

/** The facts of a CR3, which has each directory in a box of its own. */
export function readCr3Exif(file: Uint8Array): ExifFacts | undefined {
  const head = asBuffer(file).subarray(0, CR3_HEAD_BYTES);
  const [main, exposure, gps] = ['CMT1', 'CMT2', 'CMT4'].map((name) => {
    const at = head.indexOf(name, 0, 'latin1');
    const box = at < 4 ? undefined : head.subarray(at + 4, at - 4 + head.readUInt32BE(at - 4));
    return box && isTiff(box) ? readFirstDirectory(box) : null;
  });
  return exifFacts({ main: main ?? null, exposure: exposure ?? null, gps: gps ?? null });
}

function isTiff(bytes: Uint8Array): boolean {
  const start = asBuffer(bytes).toString('latin1', 0, 4);
  return start === 'II*\0' || start === 'MM\0*';
}
