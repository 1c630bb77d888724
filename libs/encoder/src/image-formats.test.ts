import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { createImagePreparer } from './image-preparer';

const preparer = createImagePreparer({
  imageSize: 16,
  upright: true,
  background: 'white',
  maxPixels: 100_000_000,
  maxBytes: 10_000_000,
  previewSide: 64,
});
const teal = (): Sharp =>
  sharp({ create: { width: 30, height: 20, channels: 3, background: { r: 0, g: 128, b: 160 } } });
const svg = (attributes: string, inside = ''): Buffer =>
  Buffer.from(
    `<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inside}</svg>`,
  );

const formats: [string, () => Promise<Buffer>][] = [
  ['image/jpeg', () => teal().jpeg({ quality: 95 }).toBuffer()],
  ['image/png', () => teal().png().toBuffer()],
  ['image/webp', () => teal().webp({ lossless: true }).toBuffer()],
  ['image/gif', () => teal().gif().toBuffer()],
  ['image/avif', () => teal().avif({ quality: 90 }).toBuffer()],
  ['image/tiff', () => teal().tiff({ compression: 'lzw' }).toBuffer()],
  [
    'image/svg+xml',
    () => Promise.resolve(svg('width="30" height="20"', '<rect width="30" height="20" fill="rgb(0,128,160)"/>')),
  ],
];

test.each(formats)('reads %s and detects it by its bytes', async (mimeType, make) => {
  const prepared = await preparer.prepare(await make(), { preview: false });
  expect(prepared).toMatchObject({ mimeType, width: 30, height: 20 });
  expect(prepared.pixels.length).toBe(16 * 16 * 3);
  const [red = 0, green = 0, blue = 0] = prepared.pixels;
  for (const [value, wanted] of [
    [red, 0],
    [green, 128],
    [blue, 160],
  ] as const)
    expect(Math.abs(value - wanted)).toBeLessThanOrEqual(3);
});

// The directory of a TIFF is at its end, so a truncated file cannot be recognised as one.
test.each(formats.filter(([type]) => !['image/svg+xml', 'image/tiff'].includes(type)))(
  'a truncated %s is damaged, not an unknown format',
  async (_type, make) => {
    const bytes = await make();
    for (const length of [Math.floor(bytes.length / 2), bytes.length - 12]) {
      const result = await preparer
        .prepare(bytes.subarray(0, length), { preview: false })
        .catch((error: unknown) => error);
      // A truncated file with all its pixels may still be read.
      if (result instanceof Error) expect(result).toMatchObject({ name: 'ItemError', code: 'DECODE_FAILED' });
      else expect(length).toBe(bytes.length - 12);
    }
  },
);

/** The first bytes of a PNG whose header has this width and height. */
function pngHeader(width: number, height: number): Buffer {
  const header = Buffer.alloc(17);
  header.write('IHDR', 'latin1');
  header.writeUInt32BE(width, 4);
  header.writeUInt32BE(height, 8);
  header.set([8, 2], 12);
  const chunk = Buffer.alloc(25);
  chunk.writeUInt32BE(13);
  chunk.set(header, 4);
  chunk.writeUInt32BE(crc32(header), 21);
  const empty = Buffer.from('0000000049444154', 'hex');
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk, empty, Buffer.alloc(4)]);
}

test('refuses a picture of 900 million pixels by its header', async () => {
  await expect(preparer.prepare(pngHeader(30_000, 30_000), { preview: true })).rejects.toMatchObject({
    code: 'TOO_LARGE',
    message: expect.stringMatching(/30000 × 30000 pixels.*100000000.*WENTU_MAX_PIXELS/) as string,
  });
});

test('refuses a row of ten million pixels, which would need much memory between the passes', async () => {
  await expect(preparer.prepare(pngHeader(1, 9_000_000), { preview: true })).rejects.toMatchObject({
    code: 'TOO_LARGE',
    message: expect.stringMatching(/1 × 9000000 pixels; sides of at most 65535/) as string,
  });
});

test('a vector picture does not read external files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wentu-svg-'));
  try {
    const secret = join(folder, 'secret.png');
    await writeFile(secret, await teal().png().toBuffer());
    const image = `<image xlink:href="file://${secret}" width="30" height="20"/>`;
    const { pixels } = await preparer.prepare(svg('width="30" height="20"', image), { preview: false });
    expect(new Set(pixels)).toEqual(new Set([255]));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a CMYK photo is converted, not inverted', async () => {
  const bytes = await teal().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
  const { pixels } = await preparer.prepare(bytes, { preview: false });
  const [red = 0, green = 0, blue = 0] = pixels;
  expect(red).toBeLessThan(60);
  expect(Math.abs(green - 128)).toBeLessThan(40);
  expect(Math.abs(blue - 160)).toBeLessThan(40);
});
