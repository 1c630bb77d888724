import type { ExifFacts } from '@wentu/domain';
import { asBuffer } from '../jpeg';
import { readFirstDirectory, TAG, type TiffDirectory } from '../tiff/directories';
import { exifFacts, type ExifDirectories } from './exif-facts';

/** Larger blocks are not read. Those of cameras have a thumbnail and notes of the maker: less than 100 KB. */
const MAX_EXIF_BYTES = 1024 * 1024;
/** Offsets at which formats and libraries begin the TIFF in an EXIF block: after `Exif\0\0`, and after a length. */
const STARTS = [0, 4, 6, 10];
/** The boxes with the directories of a CR3 are in this part of the file. */
const CR3_HEAD_BYTES = 65_536;

/** The facts of an EXIF block, which has the structure of a TIFF. A damaged block has none. */
export function readExif(block: Uint8Array | undefined): ExifFacts | undefined {
  return exifFacts(blockDirectories(block) ?? {});
}

/** The directories of an EXIF block. A damaged block has none. */
export function blockDirectories(block: Uint8Array | undefined): ExifDirectories | undefined {
  if (!block || block.length > MAX_EXIF_BYTES) return undefined;
  const at = STARTS.find((start) => isTiff(block.subarray(start)));
  return at === undefined ? undefined : tiffDirectories(readFirstDirectory(block.subarray(at)));
}

/** Those of a TIFF, or of a RAW file with the structure of a TIFF. @param main its first directory */
export function tiffDirectories(main: TiffDirectory | null | undefined): ExifDirectories | undefined {
  if (!main) return undefined;
  return { main, exposure: main.directoryAt(TAG.exifDirectory), gps: main.directoryAt(TAG.gpsDirectory) };
}

/** Those of a CR3, which has each directory in a box of its own. */
export function cr3Directories(file: Uint8Array): ExifDirectories {
  const head = asBuffer(file).subarray(0, CR3_HEAD_BYTES);
  const [main, exposure, gps] = ['CMT1', 'CMT2', 'CMT4'].map((name) => {
    const at = head.indexOf(name, 0, 'latin1');
    const box = at < 4 ? undefined : head.subarray(at + 4, at - 4 + head.readUInt32BE(at - 4));
    return box && isTiff(box) ? readFirstDirectory(box) : null;
  });
  return { main: main ?? null, exposure: exposure ?? null, gps: gps ?? null };
}

function isTiff(bytes: Uint8Array): boolean {
  const start = asBuffer(bytes).toString('latin1', 0, 4);
  return start === 'II*\0' || start === 'MM\0*';
}
