import { readTiff, TAG } from './tiff/directories';

export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly components: number;
  /** The decoder holds all coefficients in memory before it outputs the first pixel. */
  readonly isProgressive: boolean;
  /**
   * The coding is not Huffman-coded DCT: for example lossless, which RAW formats use for sensor data, or arithmetic.
   */
  readonly isUnusual: boolean;
  /** The EXIF value, 1 to 8; undefined when EXIF does not contain it. */
  readonly orientation: number | undefined;
  /** Offset of the first byte of the segment with EXIF, and offset after its last byte. */
  readonly exif: readonly [from: number, to: number] | undefined;
}

const [SOI, EOI, SOS, APP1] = [0xd8, 0xd9, 0xda, 0xe1];

/** Reads the segments up to the first scan. @returns null when the bytes are not a JPEG, or end before its size */
export function readJpegHeader(jpeg: Uint8Array): JpegHeader | null {
  const bytes = asBuffer(jpeg);
  if (bytes[0] !== 0xff || bytes[1] !== SOI) return null;
  let found: Omit<JpegHeader, 'orientation' | 'exif'> | null = null;
  let exif: [number, number] | undefined;
  for (let at = 2; at + 4 <= bytes.length;) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === EOI || (marker === SOS && !found)) return null;
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (marker === SOS) return withOrientation(bytes, found as NonNullable<typeof found>, exif);
    if (end > bytes.length || end < at + 4) return null;
    if (marker === APP1 && !exif && bytes.toString('latin1', at + 4, at + 10) === 'Exif\0\0') exif = [at, end];
    // A start of frame (SOF0 to SOF15). 0xc4, 0xc8 and 0xcc are other markers: DHT, JPG and DAC.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      if (end < at + 10) return null;
      found = {
        bitsPerSample: bytes[at + 4] as number,
        height: bytes.readUInt16BE(at + 5),
        width: bytes.readUInt16BE(at + 7),
        components: bytes[at + 9] as number,
        isProgressive: marker === 0xc2,
        isUnusual: marker > 0xc2,
      };
    }
    at = end;
  }
  return null;
}

/** Whether a file that begins like a JPEG has the start of frame of JPEG-LS, SOF55 (ISO/IEC 14495-1). */
export function isJpegLs(file: Uint8Array): boolean {
  const bytes = asBuffer(file);
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2))
    if (bytes[at + 1] === 0xf7) return true;
  return false;
}

function withOrientation(
  bytes: Buffer,
  found: Omit<JpegHeader, 'orientation' | 'exif'>,
  exif: [number, number] | undefined,
): JpegHeader {
  return { ...found, exif, orientation: exif && exifOrientation(bytes.subarray(exif[0] + 10, exif[1])) };
}

/** The orientation in an EXIF block, which has the structure of a TIFF file. */
export function exifOrientation(tiff: Uint8Array): number | undefined {
  try {
    const value = readTiff(tiff).directories[0]?.number(TAG.orientation, 0) ?? 0;
    return value >= 1 && value <= 8 ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A copy of the JPEG whose EXIF contains only this orientation. */
export function withJpegOrientation(jpeg: Uint8Array, { exif }: JpegHeader, orientation: number): Buffer {
  const bytes = asBuffer(jpeg);
  const segment = Buffer.alloc(36);
  segment.set([0xff, APP1, 0, 34]);
  segment.write('Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0', 4, 'latin1');
  segment.writeUInt16LE(orientation, 28);
  const [from, to] = exif ?? [2, 2];
  return Buffer.concat([bytes.subarray(0, 2), segment, bytes.subarray(2, from), bytes.subarray(to)]);
}

const END = Buffer.from([0xff, EOI]);
/** The end marker is searched for in the last bytes, because cameras and editors append their own data to it. */
const MAX_TRAILER_BYTES = 1_024;

export function hasJpegEnd(jpeg: Uint8Array): boolean {
  return asBuffer(jpeg).subarray(-MAX_TRAILER_BYTES).lastIndexOf(END) >= 0;
}

export function withJpegEnd(jpeg: Uint8Array): Buffer {
  return Buffer.concat([jpeg, END]);
}

/** Finds the JPEGs inside another file. `at` is the offset of the first byte. */
export function findJpegs(file: Uint8Array): { at: number; header: JpegHeader }[] {
  const bytes = asBuffer(file);
  const found: { at: number; header: JpegHeader }[] = [];
  const start = Buffer.from([0xff, SOI, 0xff]);
  for (let at = bytes.indexOf(start); at >= 0 && found.length < 1_000; at = bytes.indexOf(start, at + 3)) {
    const header = readJpegHeader(bytes.subarray(at));
    if (header) found.push({ at, header });
  }
  return found;
}

export function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
