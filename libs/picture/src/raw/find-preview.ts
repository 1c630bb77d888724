import { ItemError, sentence } from '@wentu/domain';
import {
  asBuffer,
  exifOrientation,
  findJpegs,
  hasJpegEnd,
  readJpegHeader,
  withJpegEnd,
  withJpegOrientation,
  type JpegHeader,
} from '../jpeg';
import { sizeOf } from '../tiff/choose-directory';
import { TAG, type Tiff, type TiffDirectory } from '../tiff/directories';

/** A rendered picture that the camera or a converter stored beside the sensor data. */
export type RawPreview =
  | { readonly kind: 'jpeg'; readonly jpeg: Uint8Array }
  /** The picture has several strips or tiles, which only a TIFF decoder reads. */
  | { readonly kind: 'directory'; readonly directory: TiffDirectory; readonly orientation: number };

type Found = { readonly area: number } & (
  { readonly jpeg: Uint8Array; readonly header: JpegHeader } | { readonly directory: TiffDirectory }
);

/**
 * Finds the largest JPEG of a RAW file. The orientation of the RAW file applies, or that of the JPEG when the RAW file
 * has none.
 * @param tiff null for formats that are not TIFFs
 * @throws ItemError UNSUPPORTED_FORMAT when the file has no JPEG
 */
export function findRawPreview(file: Uint8Array, tiff: Tiff | null, name: string): RawPreview {
  const tagged = tiff ? all(tiff.directories).flatMap((directory) => previewsOf(file, directory)) : [];
  // Some previews are in the maker notes, whose structure depends on the maker, so the bytes are searched.
  const found =
    tagged.length > 0 ? tagged : findJpegs(file).flatMap(({ at, header }) => fits(file.subarray(at), header));
  if (found.length === 0) {
    throw new ItemError('UNSUPPORTED_FORMAT', sentence('RAW_WITHOUT_PREVIEW', { format: name }));
  }
  const best = found.reduce((most, next) => (next.area > most.area ? next : most));
  const orientation = tiff ? tiff.directories[0]?.number(TAG.orientation, 0) : boxOrientation(file);
  const own = orientation !== undefined && orientation >= 1 && orientation <= 8 ? orientation : undefined;
  if ('directory' in best) return { kind: 'directory', directory: best.directory, orientation: own ?? 1 };
  const turned = own === undefined ? best.jpeg : withJpegOrientation(best.jpeg, best.header, own);
  return { kind: 'jpeg', jpeg: hasJpegEnd(turned) ? turned : withJpegEnd(turned) };
}

function all(directories: readonly TiffDirectory[]): TiffDirectory[] {
  return directories.flatMap((directory) => [directory, ...all(directory.children)]);
}

function previewsOf(file: Uint8Array, directory: TiffDirectory): Found[] {
  const [offset, count] = [directory.number(TAG.jpegOffset, 0), directory.number(TAG.jpegByteCount, 0)];
  const panasonic = directory.bytes(TAG.panasonicJpeg);
  const found = [
    ...(offset > 0 ? jpegAt(file.subarray(offset, offset + count)) : []),
    ...(panasonic ? jpegAt(panasonic) : []),
  ];
  const compression = directory.number(TAG.compression, 1);
  const photometric = directory.number(TAG.photometric, 6);
  if ((compression !== 6 && compression !== 7) || (photometric !== 6 && photometric !== 2)) return found;
  const offsets = directory.numbers(TAG.stripOffsets);
  const [strip = 0] = offsets;
  const [stripBytes = 0] = directory.numbers(TAG.stripByteCounts);
  if (offsets.length === 1 && strip > 0) return [...found, ...jpegAt(file.subarray(strip, strip + stripBytes))];
  const { width, height } = sizeOf(directory);
  const isEightBit = directory.numbers(TAG.bitsPerSample).every((bits) => bits === 8);
  if (compression === 7 && isEightBit && width > 0 && height > 0) found.push({ area: width * height, directory });
  return found;
}

function jpegAt(jpeg: Uint8Array): Found[] {
  const header = readJpegHeader(jpeg);
  return header ? fits(jpeg, header) : [];
}

/** Skips sensor data, which are also stored as JPEGs: lossless, or with more bits. */
function fits(jpeg: Uint8Array, header: JpegHeader): Found[] {
  const { width, height, bitsPerSample, components, isUnusual } = header;
  if (isUnusual || bitsPerSample !== 8 || width === 0 || height === 0 || (components !== 1 && components !== 3))
    return [];
  return [{ area: width * height, jpeg, header }];
}

/** CR3 stores the first directory of EXIF in a separate box near the beginning. */
function boxOrientation(file: Uint8Array): number | undefined {
  const at = asBuffer(file).subarray(0, 65_536).indexOf('CMT1', 'latin1');
  return at < 0 ? undefined : exifOrientation(file.subarray(at + 4, at + 65_536));
}
