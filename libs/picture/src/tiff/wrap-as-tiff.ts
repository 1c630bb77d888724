import { TAG } from './directories';

export interface DecodedFile {
  /** A TIFF with the samples. */
  readonly file: Buffer;
  /** The EXIF block. */
  readonly exif?: Uint8Array | undefined;
}

/** Samples row by row. Samples of 16 bits are in the byte order of the machine. */
export interface RawPicture extends RawLayout {
  readonly data: Uint8Array;
  /** The EXIF block of the file. It does not become a part of the TIFF. */
  readonly exif?: Uint8Array | undefined;
}

export interface RawLayout {
  readonly width: number;
  readonly height: number;
  readonly colours: 'grey' | 'rgb' | 'cmyk';
  readonly hasAlpha: boolean;
  readonly depth: 8 | 16;
  readonly icc?: Uint8Array | undefined;
  /** The EXIF value, 1 to 8. Default 1. */
  readonly orientation?: number;
}

const [SHORT, LONG, UNDEFINED] = [3, 4, 7];
const PHOTOMETRIC = { grey: 1, rgb: 2, cmyk: 5 };
const COLOURS = { grey: 1, rgb: 3, cmyk: 4 };
const ICC_TAG = 34_675;

/**
 * Wraps the samples in an uncompressed TIFF with one strip. libvips reads it like any file, with profile and
 * orientation, so all pictures go through the same code.
 */
export function wrapAsTiff(picture: RawPicture): Buffer {
  const { file, samples } = allocateTiff(picture);
  samples.set(picture.data);
  return file;
}

/** Allocates the TIFF before the samples are written, so that a large picture is not in memory twice. */
export function allocateTiff(layout: RawLayout): { file: Buffer; samples: Uint8Array } {
  const { width, height, colours, hasAlpha, depth, icc, orientation = 1 } = layout;
  const channels = COLOURS[colours] + (hasAlpha ? 1 : 0);
  const sampleBytes = (width * height * channels * depth) / 8;
  const fields: [tag: number, type: number, values: readonly number[] | Uint8Array][] = [
    [TAG.width, LONG, [width]],
    [TAG.height, LONG, [height]],
    [TAG.bitsPerSample, SHORT, new Array<number>(channels).fill(depth)],
    [TAG.compression, SHORT, [1]],
    [TAG.photometric, SHORT, [PHOTOMETRIC[colours]]],
    [TAG.stripOffsets, LONG, [0]],
    [TAG.orientation, SHORT, [orientation]],
    [TAG.samplesPerPixel, SHORT, [channels]],
    [278, LONG, [height]],
    [TAG.stripByteCounts, LONG, [sampleBytes]],
    [TAG.planarConfiguration, SHORT, [1]],
    ...(hasAlpha ? [[TAG.extraSamples, SHORT, [2]] as [number, number, number[]]] : []),
    ...(icc ? [[ICC_TAG, UNDEFINED, icc] as [number, number, Uint8Array]] : []),
  ];
  const directoryBytes = 2 + fields.length * 12 + 4;
  const longValues: Buffer[] = [];
  let end = 8 + directoryBytes;
  const header = Buffer.alloc(end);
  header.write('II*\0', 'latin1');
  header.writeUInt32LE(8, 4);
  header.writeUInt16LE(fields.length, 8);
  fields.forEach(([tag, type, values], i) => {
    const at = 10 + i * 12;
    const bytes = encode(type, values);
    header.writeUInt16LE(tag, at);
    header.writeUInt16LE(type, at + 2);
    header.writeUInt32LE(values.length, at + 4);
    if (bytes.length <= 4) bytes.copy(header, at + 8);
    else {
      header.writeUInt32LE(end, at + 8);
      const padded = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
      longValues.push(padded);
      end += padded.length;
    }
  });
  // The strip is at the end of the file.
  header.writeUInt32LE(end, 10 + 5 * 12 + 8);
  // An ArrayBuffer that is not shared, so that a decoder can write into a part of it.
  const file = Buffer.from(new ArrayBuffer(end + sampleBytes));
  Buffer.concat([header, ...longValues]).copy(file);
  return { file, samples: new Uint8Array(file.buffer, end, sampleBytes) };
}

function encode(type: number, values: readonly number[] | Uint8Array): Buffer {
  if (values instanceof Uint8Array) return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const bytes = Buffer.alloc(values.length * (type === SHORT ? 2 : 4));
  values.forEach((value, i) =>
    type === SHORT ? bytes.writeUInt16LE(value, i * 2) : bytes.writeUInt32LE(value, i * 4),
  );
  return bytes;
}
