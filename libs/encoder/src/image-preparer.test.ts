import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { createImagePreparer, type ImagePreparerOptions } from './image-preparer';

const FIXTURES = join(__dirname, '../fixtures/preprocess');
const SIZE = 48;
const options: ImagePreparerOptions = {
  imageSize: SIZE,
  upright: true,
  background: 'white',
  maxPixels: 1_000_000,
  maxBytes: 1_000_000,
  previewSide: 64,
};
const preparer = createImagePreparer(options);
const parity = createImagePreparer({ ...options, upright: false, background: 'drop' });

const golden = readdirSync(FIXTURES).filter((name) => name.endsWith('.u8'));

test.each(golden)('gives the same bytes as Pillow: %s', async (name) => {
  const { pixels } = await parity.prepare(readFileSync(join(FIXTURES, name.replace(/\.u8$/, ''))), { preview: false });
  const expected = readFileSync(join(FIXTURES, name));
  let [different, most] = [0, 0];
  pixels.forEach((value, i) => {
    const by = Math.abs(value - expected[i]!);
    if (by > 0) different++;
    most = Math.max(most, by);
  });
  expect({ length: pixels.length, different, most }).toEqual({ length: expected.length, different: 0, most: 0 });
});

test('16-bit grey keeps its values; the reference makes it white', async () => {
  const { pixels } = await preparer.prepare(readFileSync(join(FIXTURES, 'grey-16-bit.png')), { preview: false });
  const row = Array.from({ length: SIZE }, (_, x) => pixels[x * 3]!);
  expect(row[0]).toBeLessThan(10);
  expect(row[SIZE - 1]).toBeGreaterThan(245);
  expect(row).toEqual([...row].sort((a, b) => a - b));
});

test('rotates a picture by its EXIF orientation only when asked', async () => {
  const red = { create: { width: 40, height: 20, channels: 3, background: 'red' } } as const;
  const bytes = await sharp({ ...red, create: { ...red.create, background: 'red' } })
    .composite([{ input: { create: { width: 20, height: 20, channels: 3, background: 'blue' } }, left: 20, top: 0 }])
    .withMetadata({ orientation: 6 })
    .png()
    .toBuffer();
  const upright = await preparer.prepare(bytes, { preview: false });
  const stored = await parity.prepare(bytes, { preview: false });
  // The preview is always upright, independently of the encoder's pixels.
  expect([upright.width, upright.height, stored.width, stored.height]).toEqual([20, 40, 20, 40]);
  const { preview } = await parity.prepare(bytes, { preview: true });
  expect(await sharp(preview).metadata()).toMatchObject({ width: 20, height: 40 });
  // Blue was on the right; after a clockwise turn of 90° it is at the bottom.
  const last = (SIZE * SIZE - 1) * 3;
  expect([...upright.pixels.subarray(0, 3), ...upright.pixels.subarray(last)]).toEqual([255, 0, 0, 0, 0, 255]);
  expect([...stored.pixels.subarray((SIZE - 1) * 3, SIZE * 3)]).toEqual([0, 0, 255]);
});

test('draws a transparent picture on white, or drops the alpha channel', async () => {
  const bytes = await sharp({
    create: { width: 8, height: 8, channels: 4, background: { r: 10, g: 20, b: 30, alpha: 0 } },
  })
    .png()
    .toBuffer();
  expect([...(await preparer.prepare(bytes, { preview: false })).pixels.subarray(0, 3)]).toEqual([255, 255, 255]);
  expect([...(await parity.prepare(bytes, { preview: false })).pixels.subarray(0, 3)]).toEqual([10, 20, 30]);
});

test('takes the first frame of an animation', async () => {
  const frame = (value: number): Buffer => Buffer.alloc(16 * 16 * 3, value);
  const bytes = await sharp(Buffer.concat([frame(0), frame(255)]), {
    raw: { width: 16, height: 32, channels: 3, pageHeight: 16 },
  })
    .gif()
    .toBuffer();
  const { pixels, width, height, mimeType } = await preparer.prepare(bytes, { preview: false });
  expect([width, height, mimeType, pixels[0]]).toEqual([16, 16, 'image/gif', 0]);
});

test('makes a preview no larger than requested and never larger than the picture', async () => {
  const make = (width: number, height: number): Promise<Buffer> =>
    sharp({ create: { width, height, channels: 3, background: 'green' } })
      .png()
      .toBuffer();
  const sizeOf = async (bytes: Buffer): Promise<(number | string)[]> => {
    const { preview } = await preparer.prepare(bytes, { preview: true });
    const { width, height, format } = await sharp(preview).metadata();
    return [width, height, format];
  };
  expect(await sizeOf(await make(200, 100))).toEqual([64, 32, 'jpeg']);
  expect(await sizeOf(await make(30, 20))).toEqual([30, 20, 'jpeg']);
  expect((await preparer.prepare(await make(30, 20), { preview: false })).preview).toBeUndefined();
});

test('a small JPEG is its own preview, unless it must be rotated or is of another kind', async () => {
  const jpeg = (side: number, orientation: number): Promise<Buffer> =>
    sharp({ create: { width: side, height: side, channels: 3, background: 'green' } })
      .withMetadata({ orientation })
      .jpeg()
      .toBuffer();
  const isItsOwn = async (bytes: Buffer): Promise<boolean> =>
    Buffer.from((await preparer.prepare(bytes, { preview: true })).preview!).equals(bytes);
  expect(await isItsOwn(await jpeg(64, 1))).toBe(true);
  expect(await isItsOwn(await jpeg(65, 1))).toBe(false);
  expect(await isItsOwn(await jpeg(64, 6))).toBe(false);
  expect(
    await isItsOwn(
      await sharp(await jpeg(64, 1))
        .toColourspace('cmyk')
        .jpeg()
        .toBuffer(),
    ),
  ).toBe(false);
  expect(await isItsOwn(Buffer.concat([await jpeg(64, 1), Buffer.alloc(64 * 1024)]))).toBe(false);
});

test('draws a small vector picture large but reports its own size', async () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="5"><circle cx="5" cy="2.5" r="2" fill="red"/></svg>';
  expect(await preparer.prepare(Buffer.from(svg), { preview: false })).toMatchObject({
    width: 10,
    height: 5,
    mimeType: 'image/svg+xml',
  });
});

/** A red square of 16 × 16, made with Pillow and libheif. */
const HEIC =
  'AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAXxtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAABoAABAAAAAAAAACYAAAAjaWluZgAAAAAAAQ' +
  'AAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/GlwcnAAAADcaXBjbwAAAHVodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQApQgEBA3AA' +
  'AAMAkAAAAwAAAwAeoCCBBZbqrprm4CGgwIAAAAyAAAADAIRiAAEABkQBwXPBiQAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAAChjbGFwAAAAEAAAAAEAAAAQAAAAAf///9AAAAAC////0AAA' +
  'AAIAAAAQcGl4aQAAAAADCAgIAAAAGGlwbWEAAAAAAAAAAQABBYECAwWEAAAALm1kYXQAAAAiKAGvBBITTOD46cJoP9k3+apWCI8n7asr40mfd7EYkqn/oA==';

test('reads the HEIC of a phone in a separate process', async () => {
  const { pixels, ...header } = await preparer.prepare(Buffer.from(HEIC, 'base64'), { preview: false });
  expect(header).toEqual({ mimeType: 'image/heic', width: 16, height: 16 });
  const [red = 0, green = 0, blue = 0] = pixels;
  expect([red > 190, green < 40, blue < 40]).toEqual([true, true, true]);
  expect(await preparer.inspect(Buffer.from(HEIC, 'base64'))).toEqual(header);
});

describe('an unreadable picture gives the reason', () => {
  const jpeg = readFileSync(join(FIXTURES, 'photo-like.jpg'));
  test.each([
    ['an empty file', Buffer.alloc(0), 'EMPTY_FILE', /empty/],
    ['text', Buffer.from('no picture'), 'UNSUPPORTED_FORMAT', /JPEG, PNG/],
    [
      'a broken vector picture',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect'),
      'DECODE_FAILED',
      /damaged/,
    ],
    ['a cut JPEG', jpeg.subarray(0, jpeg.length - 400), 'DECODE_FAILED', /cut off/],
    ['too many bytes', Buffer.alloc(1_000_001), 'TOO_LARGE', /1000001 bytes.*WENTU_MAX_IMAGE_BYTES/],
    [
      'a huge vector picture',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="30000" height="30000"/>'),
      'TOO_LARGE',
      /30000 × 30000.*WENTU_MAX_PIXELS/,
    ],
  ])('%s', async (_name, bytes, code, message) => {
    const refused = { name: 'ItemError', code, message: expect.stringMatching(message) as string };
    await expect(preparer.prepare(bytes, { preview: true })).rejects.toMatchObject(refused);
    await expect(preparer.inspect(bytes)).rejects.toMatchObject(refused);
  });
});

test('reports the displayed size of a JPEG that EXIF rotates', async () => {
  const red = sharp({ create: { width: 40, height: 20, channels: 3, background: 'red' } });
  for (const orientation of [1, 3, 6, 8]) {
    const bytes = await red.clone().withMetadata({ orientation }).jpeg().toBuffer();
    const { width, height } = await preparer.prepare(bytes, { preview: false });
    expect(await preparer.inspect(bytes)).toMatchObject({ mimeType: 'image/jpeg', width, height });
  }
});

test.each(readdirSync(FIXTURES).filter((name) => !name.endsWith('.u8')))(
  'inspecting %s gives the same error as decoding it',
  async (name) => {
    const bytes = readFileSync(join(FIXTURES, name));
    const { mimeType, width, height } = await preparer.prepare(bytes, { preview: false });
    expect(await preparer.inspect(bytes)).toEqual({ mimeType, width, height });
    const cut = bytes.subarray(0, Math.floor(bytes.length * 0.9));
    const codeOf = (error: { code?: string }): string => error.code ?? 'none';
    expect(await preparer.inspect(cut).then(() => 'fine', codeOf)).toBe(
      await preparer.prepare(cut, { preview: false }).then(() => 'fine', codeOf),
    );
  },
);
