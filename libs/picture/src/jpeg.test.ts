import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { readJpegHeader } from './jpeg';
import { differenceShown, LIMITS, reader, scene } from './testing/scene';

const reference = { ...LIMITS, upright: false, background: 'drop' } as const;
let jpeg: Buffer;
beforeAll(async () => {
  jpeg = await scene().resize(960, 640).jpeg({ quality: 90 }).toBuffer();
});

test('a JPEG without its end marker is decoded', async () => {
  const cut = (await scene().jpeg({ quality: 95 }).toBuffer()).subarray(0, -2);
  expect(await differenceShown(cut)).toBeLessThan(5);
  const { pixels } = await reader.prepare(jpeg.subarray(0, -2), LIMITS, true);
  expect(pixels).toEqual((await reader.prepare(jpeg, LIMITS, true)).pixels);
  expect(await reader.inspect(jpeg.subarray(0, -2), LIMITS)).toEqual({
    mimeType: 'image/jpeg',
    width: 960,
    height: 640,
  });
});

test('with the options of the reference, a JPEG without its end marker is refused, as by Pillow', async () => {
  await expect(reader.prepare(jpeg.subarray(0, -2), reference, false)).rejects.toMatchObject({ code: 'DECODE_FAILED' });
});

test.each([0.98, 0.75, 0.3])(
  'a JPEG that is cut off at %f of its length is DECODE_FAILED with the reason',
  async (share) => {
    const cut = jpeg.subarray(0, Math.floor(jpeg.length * share));
    for (const task of [() => reader.prepare(cut, LIMITS, true), () => reader.inspect(cut, LIMITS)]) {
      await expect(task()).rejects.toMatchObject({
        code: 'DECODE_FAILED',
        message: expect.stringMatching(/cut off: the file ends before the picture does; fetch it again/) as string,
      });
    }
  },
);

test('a JPEG that is cut off in its header is DECODE_FAILED with the reason', async () => {
  await expect(reader.prepare(jpeg.subarray(0, 100), LIMITS, true)).rejects.toMatchObject({
    code: 'DECODE_FAILED',
    message: expect.stringMatching(/cut off before its picture begins/) as string,
  });
});

test('data that cameras append after the end marker is ignored', async () => {
  const file = Buffer.concat([jpeg, Buffer.alloc(5_000, 7)]);
  expect((await reader.prepare(file, LIMITS, false)).pixels).toEqual(
    (await reader.prepare(jpeg, LIMITS, false)).pixels,
  );
});

test.each([1, 3, 6, 8])('reads size and orientation %i without decoding', async (orientation) => {
  const bytes = await scene().withMetadata({ orientation }).jpeg({ progressive: true }).toBuffer();
  const { width, height } = await sharp(bytes).metadata();
  expect(readJpegHeader(bytes)).toMatchObject({ width, height, orientation, isProgressive: true, bitsPerSample: 8 });
});

test('JPEG-LS is UNSUPPORTED_FORMAT, not DECODE_FAILED', async () => {
  const file = Buffer.from('ffd8fff7000b080010001801011100ffda0008010100000000000000ffd9', 'hex');
  await expect(reader.prepare(file, LIMITS, true)).rejects.toMatchObject({
    code: 'UNSUPPORTED_FORMAT',
    message: expect.stringMatching(/^JPEG-LS pictures are not supported/) as string,
  });
});

test('a lossless JPEG is not used as its own preview, because browsers cannot show it', async () => {
  const file = readFileSync(join(__dirname, '../fixtures/lossless.jpg'));
  const { preview } = await reader.prepare(file, LIMITS, true);
  expect(readJpegHeader(file)?.isUnusual).toBe(true);
  expect(readJpegHeader(preview!)).toMatchObject({ isUnusual: false, width: 24, height: 16 });
});
