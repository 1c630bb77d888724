import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { MAX_FRAMES, hasContent } from './first-frame';
import { asBuffer } from './jpeg';
import { SIGNATURE_BYTES } from './png';

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}
interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly data: Buffer[];
}

/** Chunks that apply to the colours of all frames. */
const COLOUR_CHUNKS = new Set(['PLTE', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'sBIT']);
/** Length of the sequence number before the data of an `fdAT` chunk. */
const SEQUENCE_NUMBER_BYTES = 4;

/**
 * libpng decodes only the default image of an animated PNG. When the default image is blank, this function makes a PNG
 * of the first frame with content, at the position of the frame on the canvas.
 * @returns null when the default image has content, or no frame with content is found
 */
export async function firstFrameOfPng(file: Uint8Array): Promise<Buffer | null> {
  const options = { failOn: 'error', limitInputPixels: false } as const;
  if (await hasContent(file, options).catch(() => true)) return null;
  const chunks = readChunks(asBuffer(file));
  const shared = chunks.filter(({ type }) => COLOUR_CHUNKS.has(type));
  const header = chunks.find(({ type }) => type === 'IHDR')?.data;
  if (!header) return null;
  for (const frame of framesOf(chunks).slice(0, MAX_FRAMES)) {
    const alone = framePng(header, shared, frame);
    // The default image is blank, so a transparent canvas replaces it.
    const [right, bottom] = [
      header.readUInt32BE(0) - frame.left - frame.width,
      header.readUInt32BE(4) - frame.top - frame.height,
    ];
    if (right < 0 || bottom < 0) return null;
    const canvas = sharp(alone, options)
      .ensureAlpha()
      .extend({
        left: frame.left,
        top: frame.top,
        right,
        bottom,
        background: { r: 0, g: 0, b: 0, alpha: 0 },
      });
    const png = await canvas
      .keepIccProfile()
      .png({ compressionLevel: 1 })
      .toBuffer()
      .catch(() => null);
    if (png && (await hasContent(png, options).catch(() => false))) return png;
  }
  return null;
}

function readChunks(file: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE_BYTES; at + 12 <= file.length;) {
    const end = at + 8 + file.readUInt32BE(at);
    chunks.push({ type: file.toString('latin1', at + 4, at + 8), data: file.subarray(at + 8, end) });
    at = end + 4;
  }
  return chunks;
}

/** Frames with `fdAT` chunks of their own: all frames except the default image. */
function framesOf(chunks: readonly Chunk[]): Frame[] {
  const frames: Frame[] = [];
  for (const { type, data } of chunks) {
    if (type === 'fcTL' && data.length >= 20) {
      const [width, height, left, top] = [4, 8, 12, 16].map((at) => data.readUInt32BE(at)) as [
        number,
        number,
        number,
        number,
      ];
      frames.push({ width, height, left, top, data: [] });
    } else if (type === 'fdAT') frames.at(-1)?.data.push(data.subarray(SEQUENCE_NUMBER_BYTES));
  }
  return frames.filter(({ data }) => data.length > 0);
}

function framePng(header: Buffer, shared: readonly Chunk[], { width, height, data }: Frame): Buffer {
  const own = Buffer.from(header);
  own.writeUInt32BE(width, 0);
  own.writeUInt32BE(height, 4);
  const chunks = [
    { type: 'IHDR', data: own },
    ...shared,
    ...data.map((part) => ({ type: 'IDAT', data: part })),
    { type: 'IEND', data: Buffer.alloc(0) },
  ];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks.map(encodeChunk)]);
}

function encodeChunk({ type, data }: Chunk): Buffer {
  const chunk = Buffer.alloc(data.length + 12);
  chunk.writeUInt32BE(data.length);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}
