import { ItemError, sentence } from '@wentu/domain';
import { asBuffer } from '../jpeg';
import { checkMemory, checkSize, type Granted, type PictureLimits } from '../limits';
import type { RawPicture } from '../tiff/wrap-as-tiff';

const [RGB, RLE8, RLE4, BITFIELDS, ALPHA_BITFIELDS] = [0, 1, 2, 3, 6];
const FILE_HEADER_BYTES = 14;

interface Header {
  readonly width: number;
  readonly height: number;
  readonly isTopDown: boolean;
  readonly bits: number;
  readonly compression: number;
  /** The colour table: four bytes per colour, or three in files with the 12-byte header. */
  readonly palette: Buffer;
  readonly paletteStride: number;
  readonly pixelOffset: number;
  /** Bit masks of red, green, blue and alpha. */
  readonly masks: readonly number[];
}

/** Decodes Windows bitmaps of 1, 4, 8, 16, 24 and 32 bits, with or without run-length coding. @throws ItemError */
export function decodeBmp(bytes: Uint8Array, limits: PictureLimits & Granted): RawPicture {
  const file = asBuffer(bytes);
  const header = readHeader(file);
  const { width, height, compression, bits } = header;
  checkSize(width, height, limits);
  // Bytes per pixel: up to four for the samples, four for their copy in a TIFF, and one for the palette index.
  checkMemory(width * height * 9, `this BMP of ${width} × ${height} pixels`, limits);
  const hasPalette = bits <= 8;
  const indexes =
    compression === RLE8 || compression === RLE4 ? expandRuns(file, header) : hasPalette ? unpack(file, header) : null;
  const data = indexes ? paint(indexes, header) : readColours(file, header);
  return { width, height, depth: 8, ...data };
}

function damaged(why: string): ItemError {
  return new ItemError('DECODE_FAILED', sentence('BMP_DAMAGED', { why }));
}

function readHeader(file: Buffer): Header {
  if (file.length < 26) throw damaged('it ends within its header');
  const size = file.readUInt32LE(FILE_HEADER_BYTES);
  const isOldest = size === 12;
  if (!isOldest && file.length < 54) throw damaged('it ends within its header');
  const width = isOldest ? file.readUInt16LE(18) : file.readInt32LE(18);
  const signedHeight = isOldest ? file.readUInt16LE(20) : file.readInt32LE(22);
  const bits = file.readUInt16LE(isOldest ? 24 : 28);
  const compression = isOldest || size < 20 ? RGB : file.readUInt32LE(30);
  if (width <= 0 || signedHeight === 0) throw damaged(`its header has a size of ${width} × ${signedHeight} pixels`);
  const isKnown =
    (compression === RGB && [1, 4, 8, 16, 24, 32].includes(bits)) ||
    (compression === RLE8 && bits === 8) ||
    (compression === RLE4 && bits === 4) ||
    ((compression === BITFIELDS || compression === ALPHA_BITFIELDS) && (bits === 16 || bits === 32));
  if (!isKnown) {
    const message = sentence('BMP_UNSUPPORTED', { bits, compression });
    throw new ItemError('UNSUPPORTED_FORMAT', message);
  }
  const hasMasks = compression === BITFIELDS || compression === ALPHA_BITFIELDS;
  const masksAt = FILE_HEADER_BYTES + 40;
  const isInside = size >= 52;
  const maskCount = hasMasks && (compression === ALPHA_BITFIELDS || size >= 56) ? 4 : 3;
  const masks = hasMasks
    ? Array.from({ length: maskCount }, (_, i) =>
        masksAt + i * 4 + 4 <= file.length ? file.readUInt32LE(masksAt + i * 4) : 0,
      )
    : bits === 16
      ? [0x7c00, 0x3e0, 0x1f]
      : [0xff0000, 0xff00, 0xff];
  const paletteAt = FILE_HEADER_BYTES + size + (hasMasks && !isInside ? maskCount * 4 : 0);
  const pixelOffset = file.readUInt32LE(10);
  return {
    width,
    height: Math.abs(signedHeight),
    isTopDown: signedHeight < 0,
    bits,
    compression,
    palette: file.subarray(paletteAt, Math.max(paletteAt, pixelOffset)),
    paletteStride: isOldest ? 3 : 4,
    pixelOffset,
    masks,
  };
}

/** Returns the offset of a row. Rows are padded to a multiple of four bytes. */
function rowsOf(file: Buffer, { width, height, bits, pixelOffset, isTopDown }: Header): (row: number) => number {
  const stride = Math.ceil((width * bits) / 32) * 4;
  const last = Math.ceil((width * bits) / 8);
  if (pixelOffset + stride * (height - 1) + last > file.length) throw damaged('it ends before its pixels do');
  return (row) => pixelOffset + stride * (isTopDown ? row : height - 1 - row);
}

function unpack(file: Buffer, header: Header): Uint8Array {
  const { width, height, bits } = header;
  const rowAt = rowsOf(file, header);
  const indexes = new Uint8Array(width * height);
  const mask = (1 << bits) - 1;
  for (let row = 0; row < height; row++) {
    const from = rowAt(row);
    for (let x = 0; x < width; x++) {
      const bit = x * bits;
      indexes[row * width + x] = ((file[from + (bit >> 3)] as number) >> (8 - bits - (bit & 7))) & mask;
    }
  }
  return indexes;
}

/**
 * Decodes RLE8 and RLE4. A run is a count and a value. After a count of 0, the second byte 0 ends the line, 1 ends the
 * picture, 2 moves the position, and a larger number is followed by this many values.
 */
function expandRuns(file: Buffer, { width, height, bits, pixelOffset, isTopDown }: Header): Uint8Array {
  const indexes = new Uint8Array(width * height);
  let [x, line, at] = [0, 0, pixelOffset];
  const put = (value: number): void => {
    if (x < width && line < height) indexes[(isTopDown ? line : height - 1 - line) * width + x] = value;
    x++;
  };
  const valueAt = (from: number, i: number): number => {
    if (bits === 8) return file[from + i] as number;
    const pair = file[from + (i >> 1)] as number;
    return i % 2 === 0 ? pair >> 4 : pair & 15;
  };
  while (line < height && at + 2 <= file.length) {
    const count = file[at] as number;
    const second = file[at + 1] as number;
    at += 2;
    if (count > 0) for (let i = 0; i < count; i++) put(bits === 8 ? second : i % 2 === 0 ? second >> 4 : second & 15);
    else if (second === 0) [x, line] = [0, line + 1];
    else if (second === 1) return indexes;
    else if (second === 2) [x, line, at] = [x + (file[at] ?? 0), line + (file[at + 1] ?? 0), at + 2];
    else {
      const size = bits === 8 ? second : Math.ceil(second / 2);
      if (at + size > file.length) break;
      for (let i = 0; i < second; i++) put(valueAt(at, i));
      at += size + (size % 2);
    }
  }
  if (line < height - 1) throw damaged('it ends before its pixels do');
  return indexes;
}

function paint(
  indexes: Uint8Array,
  { palette, paletteStride }: Header,
): Pick<RawPicture, 'data' | 'colours' | 'hasAlpha'> {
  const data = new Uint8Array(indexes.length * 3);
  for (let i = 0; i < indexes.length; i++) {
    const at = (indexes[i] as number) * paletteStride;
    for (let c = 0; c < 3; c++) data[i * 3 + c] = palette[at + 2 - c] ?? 0;
  }
  return { data, colours: 'rgb', hasAlpha: false };
}

function readColours(file: Buffer, header: Header): Pick<RawPicture, 'data' | 'colours' | 'hasAlpha'> {
  const { width, height, bits, masks } = header;
  const rowAt = rowsOf(file, header);
  const pixelBytes = bits / 8;
  const scales = masks.map((mask) => {
    const shift = mask === 0 ? 0 : Math.clz32(mask & -mask) ^ 31;
    const most = mask >>> shift;
    return { mask, shift, factor: most === 0 ? 0 : 255 / most };
  });
  const hasMaskedAlpha = (masks[3] ?? 0) !== 0;
  const channels = hasMaskedAlpha ? 4 : 3;
  const data = new Uint8Array(width * height * channels);
  let to = 0;
  let isVisible = false;
  for (let row = 0; row < height; row++) {
    for (let x = 0, from = rowAt(row); x < width; x++, from += pixelBytes) {
      const pixel = file.readUIntLE(from, pixelBytes);
      for (let c = 0; c < channels; c++) {
        const { mask, shift, factor } = scales[c] as (typeof scales)[number];
        data[to++] = Math.round(((pixel & mask) >>> shift) * factor);
      }
      isVisible ||= hasMaskedAlpha && data[to - 1] !== 0;
    }
  }
  // Some writers set all alpha values of an opaque picture to 0.
  if (hasMaskedAlpha && !isVisible) for (let i = 3; i < data.length; i += 4) data[i] = 255;
  return { data, colours: 'rgb', hasAlpha: hasMaskedAlpha };
}
