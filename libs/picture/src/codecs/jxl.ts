import { readFile } from 'node:fs/promises';
import { ItemError, sentence } from '@wentu/domain';
import { asBuffer } from '../jpeg';
import { checkMemory, checkSize, type Granted, type PictureLimits } from '../limits';
import type { RawPicture } from '../tiff/wrap-as-tiff';

/** Measured: 500 MB for 12 million pixels. */
const BYTES_PER_PIXEL = 42;

/** Decodes JPEG XL with libjxl in WebAssembly; the result is upright and in sRGB. @throws ItemError */
export async function decodeJxl(bytes: Uint8Array, limits: PictureLimits & Granted): Promise<RawPicture> {
  const size = readJxlSize(bytes);
  if (!size) throw new ItemError('DECODE_FAILED', sentence('JXL_NO_HEADER'));
  checkSize(size.width, size.height, limits);
  checkMemory(
    size.width * size.height * BYTES_PER_PIXEL,
    `this JPEG XL of ${size.width} × ${size.height} pixels`,
    limits,
  );
  // An ES module, which require() accepts since Node.js 20.19 and 22.12.
  const { default: decode, init } = await import('@jsquash/jxl/decode.js');
  const wasm = await readFile(require.resolve('@jsquash/jxl/codec/dec/jxl_dec.wasm'));
  await init(await WebAssembly.compile(wasm));
  try {
    const { data, width, height } = await decode(toArrayBuffer(bytes));
    const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return { data: pixels, width, height, colours: 'rgb', hasAlpha: true, depth: 8, exif: exifBox(asBuffer(bytes)) };
  } catch (error) {
    throw new ItemError('DECODE_FAILED', sentence('JXL_DAMAGED'), { cause: error });
  }
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

/** Width divided by height, for each ratio code; 0 means that the width follows. */
const RATIOS = [0, 1, 12 / 10, 4 / 3, 3 / 2, 16 / 9, 5 / 4, 2];

/** Reads the size header (ISO/IEC 18181-1): the size before the orientation is applied. */
export function readJxlSize(bytes: Uint8Array): { width: number; height: number } | null {
  const stream = codestream(asBuffer(bytes));
  if (!stream || stream[0] !== 0xff || stream[1] !== 0x0a) return null;
  let bit = 16;
  const read = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++, bit++) value += (((stream[bit >> 3] ?? 0) >> (bit & 7)) & 1) * 2 ** i;
    return value;
  };
  const isSmall = read(1) === 1;
  const side = (): number => 1 + (isSmall ? 0 : read([9, 13, 18, 30][read(2)] as number));
  const height = isSmall ? (1 + read(5)) * 8 : side();
  const ratio = read(3);
  if (ratio > 0) return { width: Math.floor(height * (RATIOS[ratio] as number)), height };
  return { width: isSmall ? (1 + read(5)) * 8 : side(), height };
}

/**
 * Finds the codestream: the file itself, or the content of a box. Of a codestream in several boxes, it returns the
 * first part.
 */
function codestream(file: Buffer): Buffer | null {
  if (file[0] === 0xff) return file;
  for (const { type, content } of boxes(file)) {
    if (type === 'jxlc') return content;
    if (type === 'jxlp') return content.subarray(4);
  }
  return null;
}

/** The EXIF block, if it is not compressed. */
function exifBox(file: Buffer): Buffer | undefined {
  if (file[0] === 0xff) return undefined;
  for (const { type, content, length } of boxes(file)) if (type === 'Exif') return content.subarray(0, length);
  return undefined;
}

/** `content` goes on to the end of the file; the box ends after `length` bytes of it. */
function* boxes(file: Buffer): Generator<{ type: string; content: Buffer; length: number }> {
  for (let at = 0; at + 16 <= file.length;) {
    const size = file.readUInt32BE(at);
    const headerBytes = size === 1 ? 16 : 8;
    const boxBytes = size === 1 ? Number(file.readBigUInt64BE(at + 8)) : size;
    const length = boxBytes === 0 ? file.length - at - headerBytes : boxBytes - headerBytes;
    yield { type: file.toString('latin1', at + 4, at + 8), content: file.subarray(at + headerBytes), length };
    if (boxBytes < 8) return;
    at += boxBytes;
  }
}
