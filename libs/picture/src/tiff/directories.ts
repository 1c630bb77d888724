import { ItemError, sentence } from '@wentu/domain';

/** Tags of TIFF 6.0, its supplements, TIFF/EP and EXIF 2.32 that Wentu reads. */
export const TAG = {
  newSubfileType: 254,
  subfileType: 255,
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  make: 271,
  model: 272,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  stripByteCounts: 279,
  planarConfiguration: 284,
  inkSet: 332,
  tileOffsets: 324,
  tileByteCounts: 325,
  subDirectories: 330,
  extraSamples: 338,
  sampleFormat: 339,
  jpegOffset: 513,
  jpegByteCount: 514,
  ycbcrSubsampling: 530,
  panasonicJpeg: 46,
  dngVersion: 50_706,
  exifDirectory: 34_665,
  gpsDirectory: 34_853,
  // In the directory of EXIF.
  dateTimeOriginal: 36_867,
  dateTimeDigitized: 36_868,
  offsetOriginal: 36_881,
  offsetDigitized: 36_882,
  subSecOriginal: 37_521,
  subSecDigitized: 37_522,
  lensModel: 42_036,
  // In the directory of GPS.
  gpsLatitudeRef: 1,
  gpsLatitude: 2,
  gpsLongitudeRef: 3,
  gpsLongitude: 4,
} as const;

/** One directory: the fields of one picture in the file. */
export interface TiffDirectory {
  /** Offset of the directory in the file. */
  readonly offset: number;
  /** The numbers of a field; empty when the field is missing. */
  numbers(tag: number): readonly number[];
  number(tag: number, otherwise: number): number;
  has(tag: number): boolean;
  text(tag: number): string;
  /** The bytes of a field; null when the field is missing or outside the file. */
  bytes(tag: number): Uint8Array | null;
  /** The fractions of a field, at most MAX_FRACTIONS; NaN or infinite with a denominator of 0. */
  rationals(tag: number): readonly number[];
  /** The directory at the offset in a field; null when there is none. Its own fields lead to no other directory. */
  directoryAt(tag: number): TiffDirectory | null;
  readonly children: readonly TiffDirectory[];
}

export interface Tiff {
  readonly isBig: boolean;
  readonly isLittleEndian: boolean;
  readonly directories: readonly TiffDirectory[];
}

interface Field {
  readonly type: number;
  readonly count: number;
  readonly at: number;
}

/** Bytes per value, by field type; 0 when the value is not a number. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
const MAX_DIRECTORIES = 1_000;
const MAX_VALUES = 4_000_000;
const MAX_DEPTH = 4;
const MAX_FRACTIONS = 3;
/** Field types: fractions of unsigned and of signed numbers. */
const [RATIONAL, SIGNED_RATIONAL] = [5, 10];

/** Reads the directories of a TIFF, or of a RAW format with the structure of a TIFF. @throws ItemError DECODE_FAILED */
export function readTiff(bytes: Uint8Array): Tiff {
  const reader = new TiffReader(bytes);
  return { isBig: reader.isBig, isLittleEndian: reader.isLittleEndian, directories: reader.chain(reader.first, 0) };
}

/** Reads only the first directory, for an EXIF block. @returns null when it is damaged */
export function readFirstDirectory(bytes: Uint8Array): TiffDirectory | null {
  const reader = new TiffReader(bytes);
  return reader.alone(reader.first);
}

class TiffReader {
  readonly isLittleEndian: boolean;
  readonly isBig: boolean;
  readonly first: number;
  private readonly view: DataView;
  private readonly seen = new Set<number>();

  constructor(private readonly file: Uint8Array) {
    this.view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    this.isLittleEndian = file[0] === 0x49;
    this.isBig = this.unsigned(2, 2) === 43;
    this.first = this.isBig ? this.unsigned(8, 8) : this.unsigned(4, 4);
  }

  /**
   * Reads directories that are linked to one another. A broken link ends the list; the directories before it are kept.
   */
  chain(from: number, depth: number): TiffDirectory[] {
    const found: TiffDirectory[] = [];
    for (let at = from; at !== 0 && !this.seen.has(at) && this.seen.size < MAX_DIRECTORIES;) {
      this.seen.add(at);
      const read = this.directory(at, depth);
      if (!read) {
        if (found.length === 0 && depth === 0)
          throw new ItemError('DECODE_FAILED', sentence('TIFF_DIRECTORY_CUT', { at, fileBytes: this.file.length }));
        break;
      }
      found.push(read.directory);
      at = read.next;
    }
    return found;
  }

  /** Reads a directory without those that it leads to. */
  alone(offset: number): TiffDirectory | null {
    return offset === 0 ? null : (this.directory(offset, MAX_DEPTH)?.directory ?? null);
  }

  private directory(offset: number, depth: number): { directory: TiffDirectory; next: number } | null {
    const [countBytes, fieldBytes, placeBytes] = this.isBig ? [8, 20, 8] : [2, 12, 4];
    if (!this.holds(offset, countBytes)) return null;
    const count = this.unsigned(offset, countBytes);
    const end = offset + countBytes + count * fieldBytes;
    if (count > 65_535 || !this.holds(offset, end - offset)) return null;
    const fields = new Map<number, Field>();
    for (let at = offset + countBytes; at < end; at += fieldBytes) {
      const type = this.unsigned(at + 2, 2);
      const values = this.unsigned(at + 4, placeBytes);
      const place = at + 4 + placeBytes;
      const isInside = values * (TYPE_BYTES[type] ?? 0) <= placeBytes;
      fields.set(this.unsigned(at, 2), {
        type,
        count: values,
        at: isInside ? place : this.unsigned(place, placeBytes),
      });
    }
    const next = this.holds(end, placeBytes) ? this.unsigned(end, placeBytes) : 0;
    const numbers = (tag: number): number[] => this.numbers(fields.get(tag));
    const children = depth >= MAX_DEPTH ? [] : numbers(TAG.subDirectories).flatMap((at) => this.chain(at, depth + 1));
    return { next, directory: this.directoryOf(offset, fields, children) };
  }

  private directoryOf(
    offset: number,
    fields: ReadonlyMap<number, Field>,
    children: readonly TiffDirectory[],
  ): TiffDirectory {
    const bytes = (tag: number): Uint8Array | null => {
      const field = fields.get(tag);
      const size = field ? field.count * (TYPE_BYTES[field.type] ?? 0) : 0;
      return field && this.holds(field.at, size) ? this.file.subarray(field.at, field.at + size) : null;
    };
    return {
      offset,
      children,
      bytes,
      has: (tag) => fields.has(tag),
      rationals: (tag) => this.rationals(fields.get(tag)),
      directoryAt: (tag) => this.alone(this.numbers(fields.get(tag))[0] ?? 0),
      numbers: (tag) => this.numbers(fields.get(tag)),
      number: (tag, otherwise) => this.numbers(fields.get(tag))[0] ?? otherwise,
      text: (tag) =>
        Buffer.from(bytes(tag) ?? [])
          .toString('latin1')
          .replace(/\0[\s\S]*$/, ''),
    };
  }

  private numbers(field: Field | undefined): number[] {
    const size = field ? (TYPE_BYTES[field.type] ?? 0) : 0;
    if (!field || size === 0 || field.count > MAX_VALUES || !this.holds(field.at, field.count * size)) return [];
    const { at, type, count } = field;
    if (type === 11 || type === 12 || type === RATIONAL || type === SIGNED_RATIONAL) return [];
    return Array.from({ length: count }, (_, i) => this.unsigned(at + i * size, size));
  }

  private rationals(field: Field | undefined): number[] {
    if (field?.type !== RATIONAL && field?.type !== SIGNED_RATIONAL) return [];
    const size = TYPE_BYTES[field.type] as number;
    const count = Math.min(field.count, MAX_FRACTIONS);
    if (!this.holds(field.at, count * size)) return [];
    const read = (at: number): number =>
      field.type === RATIONAL ? this.unsigned(at, 4) : this.view.getInt32(at, this.isLittleEndian);
    return Array.from({ length: count }, (_, i) => read(field.at + i * size) / read(field.at + i * size + 4));
  }

  private holds(at: number, size: number): boolean {
    return at >= 0 && at + size <= this.file.length;
  }

  private unsigned(at: number, size: number): number {
    if (!this.holds(at, size)) return 0;
    if (size === 1) return this.view.getUint8(at);
    if (size === 2) return this.view.getUint16(at, this.isLittleEndian);
    if (size === 4) return this.view.getUint32(at, this.isLittleEndian);
    return Number(this.view.getBigUint64(at, this.isLittleEndian));
  }
}

/** Makes this directory the first one of the file, because decoders read the first one. */
export function withFirstDirectory(file: Uint8Array, tiff: Tiff, { offset }: TiffDirectory): Uint8Array {
  if (tiff.directories[0]?.offset === offset) return file;
  const copy = Buffer.from(file);
  const view = new DataView(copy.buffer, copy.byteOffset, copy.byteLength);
  if (tiff.isBig) view.setBigUint64(8, BigInt(offset), tiff.isLittleEndian);
  else view.setUint32(4, offset, tiff.isLittleEndian);
  return copy;
}
