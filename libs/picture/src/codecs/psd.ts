import { ItemError, sentence } from '@wentu/domain';
import { asBuffer } from '../jpeg';
import { checkMemory, checkSize, type Granted, type PictureLimits } from '../limits';
import type { RawPicture } from '../tiff/wrap-as-tiff';

/** Colour modes, as Photoshop numbers them. */
const [BITMAP, GREY, INDEXED, RGB, CMYK, DUOTONE] = [0, 1, 2, 3, 4, 8];
const MODE_NAMES: Record<number, string> = { 7: 'multichannel', 9: 'Lab' };
const COLOURS: Record<number, { colours: RawPicture['colours']; channels: number }> = {
  [BITMAP]: { colours: 'grey', channels: 1 },
  [GREY]: { colours: 'grey', channels: 1 },
  [DUOTONE]: { colours: 'grey', channels: 1 },
  [INDEXED]: { colours: 'rgb', channels: 1 },
  [RGB]: { colours: 'rgb', channels: 3 },
  [CMYK]: { colours: 'cmyk', channels: 4 },
};
const [ICC_PROFILE, VERSION_INFO, EXIF] = [1_039, 1_057, 1_058];
const [RAW, PACK_BITS] = [0, 1];

/**
 * Decodes the composite that Photoshop stores beside the layers of a PSD or PSB ("Maximize compatibility"), by Adobe's
 * Photoshop File Formats Specification.
 * @throws ItemError
 */
export function decodePsd(bytes: Uint8Array, limits: PictureLimits & Granted): RawPicture {
  const file = asBuffer(bytes);
  if (file.length < 30) throw damaged('it ends within its header');
  const isLarge = file.readUInt16BE(4) === 2;
  const [channels, height, width] = [file.readUInt16BE(12), file.readUInt32BE(14), file.readUInt32BE(18)];
  const [bits, mode] = [file.readUInt16BE(22), file.readUInt16BE(24)];
  checkSize(width, height, limits);
  const known = COLOURS[mode];
  if (!known || bits === 32) {
    const what = bits === 32 ? '32 bits per channel' : `${MODE_NAMES[mode] ?? `mode ${mode}`} colours`;
    throw new ItemError('UNSUPPORTED_FORMAT', sentence('PSD_UNSUPPORTED', { what }));
  }
  if (channels < known.channels || width === 0 || height === 0)
    throw damaged('its header has a wrong size or number of channels');
  checkMemory(width * height * 12, `this PSD of ${width} × ${height} pixels`, limits);
  const colourTableAt = 30;
  const colourTable = file.subarray(colourTableAt, colourTableAt + file.readUInt32BE(26));
  const resourcesAt = colourTableAt + colourTable.length;
  const resourcesEnd = resourcesAt + 4 + size32(file, resourcesAt);
  const resources = readResources(file.subarray(resourcesAt + 4, resourcesEnd));
  const lengthBytes = isLarge ? 8 : 4;
  const layersBytes = isLarge ? Number(file.readBigUInt64BE(resourcesEnd)) : size32(file, resourcesEnd);
  const layersAt = resourcesEnd + lengthBytes;
  if (resources.get(VERSION_INFO)?.[4] === 0) throw withoutComposite();
  const dataAt = layersAt + layersBytes;
  const wanted =
    known.channels + (hasTransparency(file, layersAt, lengthBytes, layersBytes) && channels > known.channels ? 1 : 0);
  const planes = readPlanes(file, dataAt, { width, height, channels, wanted, bits, isLarge });
  const icc = resources.get(ICC_PROFILE);
  return {
    ...interleave(planes, { width, height, bits, mode, colourTable }),
    width,
    height,
    colours: known.colours,
    hasAlpha: wanted > known.channels,
    icc: icc && icc.length > 128 ? icc : undefined,
    exif: resources.get(EXIF),
  };
}

function damaged(why: string): ItemError {
  return new ItemError('DECODE_FAILED', sentence('PSD_DAMAGED', { why }));
}

function withoutComposite(): ItemError {
  const message = sentence('PSD_LAYERS_ONLY');
  return new ItemError('UNSUPPORTED_FORMAT', message);
}

function size32(file: Buffer, at: number): number {
  if (at + 4 > file.length) throw damaged('it ends before its picture');
  return file.readUInt32BE(at);
}

/** Reads blocks of signature, number, Pascal string and bytes, each padded to an even length. */
function readResources(block: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = 0; at + 12 <= block.length && block.toString('latin1', at, at + 4) === '8BIM';) {
    const id = block.readUInt16BE(at + 4);
    const nameBytes = (block[at + 6] as number) + 1;
    const sizeAt = at + 6 + nameBytes + (nameBytes % 2);
    if (sizeAt + 4 > block.length) break;
    const size = block.readUInt32BE(sizeAt);
    found.set(id, block.subarray(sizeAt + 4, sizeAt + 4 + size));
    at = sizeAt + 4 + size + (size % 2);
  }
  return found;
}

/**
 * A negative number of layers means that the first channel after the colours is transparency, not a saved selection.
 */
function hasTransparency(file: Buffer, at: number, lengthBytes: number, layersBytes: number): boolean {
  const countAt = at + lengthBytes;
  if (layersBytes < lengthBytes + 2 || countAt + 2 > file.length) return false;
  const infoBytes = lengthBytes === 8 ? Number(file.readBigUInt64BE(at)) : file.readUInt32BE(at);
  return infoBytes > 2 && file.readInt16BE(countAt) < 0;
}

interface PlaneLayout {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** The number of channels to read, from the first. */
  readonly wanted: number;
  readonly bits: number;
  readonly isLarge: boolean;
}

function readPlanes(file: Buffer, at: number, layout: PlaneLayout): Buffer[] {
  const { width, height, channels, wanted, bits, isLarge } = layout;
  if (at + 2 > file.length) throw damaged('it ends before its picture');
  const compression = file.readUInt16BE(at);
  const rowBytes = Math.ceil((width * bits) / 8);
  const dataAt = at + 2;
  if (compression === RAW) {
    if (dataAt + rowBytes * height * wanted > file.length) throw damaged('it ends before its pixels do');
    return Array.from({ length: wanted }, (_, plane) =>
      file.subarray(dataAt + plane * rowBytes * height, dataAt + (plane + 1) * rowBytes * height),
    );
  }
  if (compression !== PACK_BITS) {
    const message = sentence('PSD_COMPRESSION', { compression });
    throw new ItemError('UNSUPPORTED_FORMAT', message);
  }
  const countBytes = isLarge ? 4 : 2;
  const tableBytes = channels * height * countBytes;
  if (dataAt + tableBytes > file.length) throw damaged('it ends before its pixels do');
  let from = dataAt + tableBytes;
  return Array.from({ length: wanted }, (_, plane) => {
    const rows = Buffer.alloc(rowBytes * height);
    for (let row = 0; row < height; row++) {
      const size = file.readUIntBE(dataAt + (plane * height + row) * countBytes, countBytes);
      if (from + size > file.length) throw damaged('it ends before its pixels do');
      unpackBits(file.subarray(from, from + size), rows.subarray(row * rowBytes, (row + 1) * rowBytes));
      from += size;
    }
    return rows;
  });
}

/**
 * Decodes PackBits. A length below 128 copies length + 1 bytes; a length above 128 repeats the next byte 257 − length
 * times.
 */
function unpackBits(packed: Buffer, row: Buffer): void {
  let to = 0;
  for (let at = 0; at < packed.length && to < row.length;) {
    const length = packed[at++] as number;
    if (length < 128) {
      to += packed.copy(row, to, at, at + length + 1);
      at += length + 1;
    } else if (length > 128) {
      row.fill(packed[at++] ?? 0, to, Math.min(row.length, to + 257 - length));
      to += 257 - length;
    }
  }
}

interface Samples {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly mode: number;
  readonly colourTable: Buffer;
}

function interleave(planes: readonly Buffer[], samples: Samples): Pick<RawPicture, 'data' | 'depth'> {
  const { width, height, bits, mode, colourTable } = samples;
  const pixels = width * height;
  const [first] = planes as [Buffer];
  if (mode === BITMAP) {
    const rowBytes = Math.ceil(width / 8);
    // A set bit is black.
    const at = (i: number): number =>
      ((first[Math.floor(i / width) * rowBytes + ((i % width) >> 3)] as number) >> (7 - ((i % width) & 7))) & 1;
    return { data: Uint8Array.from({ length: pixels }, (_, i) => (at(i) === 1 ? 0 : 255)), depth: 8 };
  }
  if (mode === INDEXED) {
    const data = new Uint8Array(pixels * planes.length * 3).subarray(0, pixels * (planes.length + 2));
    let to = 0;
    // The colour table has all red values, then all green values, then all blue values.
    for (let i = 0; i < pixels; i++) {
      for (let c = 0; c < 3; c++) data[to++] = colourTable[c * 256 + (first[i] as number)] ?? 0;
      for (const plane of planes.slice(1)) data[to++] = plane[i] as number;
    }
    return { data, depth: 8 };
  }
  // CMYK values are stored inverted (255 means no ink); the transparency after them is not.
  const isInverted = (plane: number): boolean => mode === CMYK && plane < 4;
  if (bits === 8) {
    const data = new Uint8Array(pixels * planes.length);
    planes.forEach((plane, p) => {
      const flip = isInverted(p) ? 255 : 0;
      for (let i = 0, to = p; i < pixels; i++, to += planes.length) data[to] = (plane[i] as number) ^ flip;
    });
    return { data, depth: 8 };
  }
  const deep = new Uint16Array(pixels * planes.length);
  planes.forEach((plane, p) => {
    const flip = isInverted(p) ? 65_535 : 0;
    for (let i = 0, to = p; i < pixels; i++, to += planes.length) deep[to] = plane.readUInt16BE(i * 2) ^ flip;
  });
  return { data: new Uint8Array(deep.buffer), depth: 16 };
}
