import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { pngWithProfile, rgbProfile, SPACES } from '../testing/icc-profile';
import {
  differenceSeen,
  differenceShown,
  HEIGHT,
  LIMITS,
  meanDifference,
  reader,
  SCENE,
  scene,
  WIDTH,
} from '../testing/scene';
import { readJxlSize } from './jxl';

const fixture = (name: string): Buffer => readFileSync(join(__dirname, '../../fixtures', name));

describe('HEIC', () => {
  test.each(['scene.heic', 'second-is-primary.heic'])('%s is decoded', async (name) => {
    const prepared = await reader.prepare(fixture(name), LIMITS, true);
    expect(prepared).toMatchObject({ mimeType: 'image/heic', width: WIDTH, height: HEIGHT });
    expect(await differenceShown(fixture(name))).toBeLessThan(4);
    expect(await differenceSeen(fixture(name))).toBeLessThan(4);
    expect(await sharp(prepared.preview).metadata()).toMatchObject({ format: 'jpeg', width: 48, height: 32 });
  });

  test('is rotated once', async () => {
    const { pixels, width, height } = await reader.prepare(fixture('turned.heic'), LIMITS, false);
    const turned = await scene().rotate(90).png().toBuffer();
    expect([width, height]).toEqual([HEIGHT, WIDTH]);
    expect(meanDifference(pixels, (await reader.prepare(turned, LIMITS, false)).pixels)).toBeLessThan(4);
  });

  test('is converted with its ICC profile', async () => {
    const profile = rgbProfile(SPACES['Display P3']!);
    const tagged = pngWithProfile(await scene().png().toBuffer(), profile);
    expect(await differenceSeen(fixture('display-p3.heic'), tagged)).toBeLessThan(4);
    expect(await differenceSeen(fixture('display-p3.heic'))).toBeGreaterThan(5);
  });

  test.each([0.2, 0.6, 0.95])('a file that is cut off at %f of its length is DECODE_FAILED', async (share) => {
    const cut = fixture('scene.heic').subarray(0, Math.floor(fixture('scene.heic').length * share));
    await expect(reader.prepare(cut, LIMITS, true)).rejects.toMatchObject({ code: 'DECODE_FAILED' });
  });
});

describe('JPEG XL', () => {
  test.each(['scene.jxl', 'container.jxl'])('%s is decoded', async (name) => {
    expect(readJxlSize(fixture(name))).toEqual({ width: WIDTH, height: HEIGHT });
    expect(await reader.inspect(fixture(name), LIMITS)).toEqual({
      mimeType: 'image/jxl',
      width: WIDTH,
      height: HEIGHT,
    });
    expect(await differenceSeen(fixture(name))).toBeLessThan(4);
    const size = { width: WIDTH, height: HEIGHT, scale: 1, isCut: false };
    const shown = await reader.render(fixture(name), { ...size, format: 'webp' });
    expect(meanDifference(await sharp(shown).raw().toBuffer(), SCENE)).toBeLessThan(6);
  });

  test('the size is checked before the pixels are decoded', async () => {
    for (const limits of [{ maxPixels: 5_000 }, { maxDecodeBytes: 100_000 }]) {
      await expect(reader.prepare(fixture('scene.jxl'), { ...LIMITS, ...limits }, true)).rejects.toMatchObject({
        code: 'TOO_LARGE',
        message: expect.stringMatching(/WENTU_MAX_(PIXELS|DECODE_BYTES)/) as string,
      });
    }
  });

  test('a file that is cut off is DECODE_FAILED', async () => {
    const cut = fixture('scene.jxl').subarray(0, 300);
    await expect(reader.prepare(cut, LIMITS, true)).rejects.toMatchObject({ code: 'DECODE_FAILED' });
  });
});

describe('BMP', () => {
  const bottomUp = (bits: number, row: (y: number) => number[]): Buffer => {
    const stride = Math.ceil((WIDTH * bits) / 32) * 4;
    return Buffer.concat(
      Array.from({ length: HEIGHT }, (_, i) =>
        Buffer.concat([Buffer.from(row(HEIGHT - 1 - i)), Buffer.alloc(stride)]),
      ).map((line) => line.subarray(0, stride)),
    );
  };
  const at = (x: number, y: number, c: number): number => SCENE[(y * WIDTH + x) * 3 + c] as number;
  const columns = [...Array(WIDTH).keys()];
  const bmp = (bits: number, body: Buffer, options: { compression?: number; extra?: Buffer; height?: number } = {}) => {
    const { compression = 0, extra = Buffer.alloc(0), height = HEIGHT } = options;
    const header = Buffer.alloc(54);
    header.write('BM', 'latin1');
    header.writeUInt32LE(54 + extra.length, 10);
    header.writeUInt32LE(40, 14);
    header.writeInt32LE(WIDTH, 18);
    header.writeInt32LE(height, 22);
    header.writeUInt16LE(1, 26);
    header.writeUInt16LE(bits, 28);
    header.writeUInt32LE(compression, 30);
    return Buffer.concat([header, extra, body]);
  };
  const rgb24 = bottomUp(24, (y) => columns.flatMap((x) => [at(x, y, 2), at(x, y, 1), at(x, y, 0)]));
  const masks = (...values: number[]): Buffer => {
    const bytes = Buffer.alloc(values.length * 4);
    values.forEach((value, i) => bytes.writeUInt32LE(value, i * 4));
    return bytes;
  };

  test.each([
    ['24 bits', bmp(24, rgb24), 0],
    [
      '24 bits, top-down',
      bmp(
        24,
        Buffer.concat(
          Array.from({ length: HEIGHT }, (_, y) =>
            rgb24.subarray((HEIGHT - 1 - y) * WIDTH * 3, (HEIGHT - y) * WIDTH * 3),
          ),
        ),
        { height: -HEIGHT },
      ),
      0,
    ],
    [
      '32 bits',
      bmp(
        32,
        bottomUp(32, (y) => columns.flatMap((x) => [at(x, y, 2), at(x, y, 1), at(x, y, 0), 0])),
      ),
      0,
    ],
    [
      '32 bits with masks and alpha',
      bmp(
        32,
        bottomUp(32, (y) => columns.flatMap((x) => [255, at(x, y, 0), at(x, y, 1), at(x, y, 2)])),
        {
          compression: 6,
          extra: masks(0xff00, 0xff0000, 0xff000000, 0xff),
        },
      ),
      0,
    ],
    [
      '16 bits, 5-6-5',
      bmp(
        16,
        bottomUp(16, (y) =>
          columns.flatMap((x) => {
            const value = ((at(x, y, 0) >> 3) << 11) | ((at(x, y, 1) >> 2) << 5) | (at(x, y, 2) >> 3);
            return [value & 255, value >> 8];
          }),
        ),
        { compression: 3, extra: masks(0xf800, 0x7e0, 0x1f) },
      ),
      5,
    ],
  ])('decodes %s', async (_name, file, most) => {
    expect(await differenceShown(file)).toBeLessThanOrEqual(most);
    expect(await reader.inspect(file, LIMITS)).toEqual({ mimeType: 'image/bmp', width: WIDTH, height: HEIGHT });
  });

  const palette = Buffer.concat(Array.from({ length: 256 }, (_, i) => Buffer.from([i, i, i, 0])));
  const grey = Uint8Array.from({ length: SCENE.length }, (_, i) => SCENE[i - (i % 3)] as number);
  const runs = Buffer.concat([
    ...Array.from({ length: HEIGHT }, (_, i) => {
      const row = columns.map((x) => at(x, HEIGHT - 1 - i, 0));
      // Eight values are copied, the others are runs of one value.
      return Buffer.from([0, 8, ...row.slice(0, 8), ...row.slice(8).flatMap((value) => [1, value]), 0, 0]);
    }),
    Buffer.from([0, 1]),
  ]);

  test.each([
    [
      '8 bits',
      bmp(
        8,
        bottomUp(8, (y) => columns.map((x) => at(x, y, 0))),
        { extra: palette },
      ),
    ],
    ['8 bits, run-length coded', bmp(8, runs, { extra: palette, compression: 1 })],
  ])('decodes %s', async (_name, file) => {
    expect(await differenceShown(file, grey)).toBe(0);
  });

  test('a file that is cut off is DECODE_FAILED; an unknown compression is UNSUPPORTED_FORMAT', async () => {
    await expect(reader.prepare(bmp(24, rgb24).subarray(0, 9_000), LIMITS, true)).rejects.toMatchObject({
      code: 'DECODE_FAILED',
    });
    await expect(reader.prepare(bmp(24, rgb24, { compression: 4 }), LIMITS, true)).rejects.toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      message: expect.stringMatching(/compression 4/) as string,
    });
  });
});

describe('known formats that are not supported', () => {
  test.each([
    ['JPEG 2000', Buffer.from('\0\0\0\x0cjP  \r\n\x87\n', 'latin1')],
    ['OpenEXR', Buffer.from([0x76, 0x2f, 0x31, 1, 2, 0, 0, 0])],
    [
      'ICO',
      Buffer.concat([
        Buffer.from([0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0, 4, 0, 0, 0, 22, 0, 0, 0]),
        Buffer.alloc(8),
      ]),
    ],
    ['QOI', Buffer.from('qoif\0\0\0\0', 'latin1')],
  ])('the error names %s', async (name, file) => {
    for (const task of [() => reader.prepare(file, LIMITS, true), () => reader.open(file)]) {
      await expect(task()).rejects.toMatchObject({
        code: 'UNSUPPORTED_FORMAT',
        message: expect.stringMatching(new RegExp(`^${name} pictures are not supported.*HEIC`)) as string,
      });
    }
  });
});
