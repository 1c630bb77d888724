import { CLIP_RESIZE } from '@wentu/domain';
import { resizePicture } from './resample';
import { LIMITS, meanDifference, reader, scene } from './testing/scene';
import { reductionOf } from './pixels';

const reference = { ...LIMITS, upright: false, background: 'drop' } as const;

test.each([
  [12_000, 9_000],
  [16_320, 12_240],
  [30_000, 4_000],
])(
  'a JPEG of %i × %i pixels is decoded in limited memory',
  async (width, height) => {
    const jpeg = await scene()
      .resize(width, height, { fit: 'fill', kernel: 'nearest' })
      .jpeg({ quality: 60 })
      .toBuffer();
    // The decoder reduces the picture to less than 64 million pixels. The process ends itself above its memory limit.
    const limits = { ...LIMITS, imageSize: 224, maxDecodeBytes: 300 * 1024 * 1024 };
    const prepared = await reader.prepare(jpeg, limits, true);
    expect(prepared).toMatchObject({ mimeType: 'image/jpeg', width, height });
    const small = await scene().resize(224, 224, { fit: 'fill', kernel: 'nearest' }).raw().toBuffer();
    expect(meanDifference(prepared.pixels, small)).toBeLessThan(3);
  },
  300_000,
);

test('the reduction during decoding changes a pixel by at most 2; the options of the reference keep every pixel', async () => {
  const [width, height] = [9_000, 7_200];
  const jpeg = await scene().resize(width, height, { fit: 'fill', kernel: 'nearest' }).jpeg().toBuffer();
  expect(reductionOf({ width, height, isVector: false })).toBe(2);
  const { pixels } = await reader.prepare(jpeg, LIMITS, false);
  const exact = (await reader.prepare(jpeg, reference, false)).pixels;
  const whole = await (await reader.open(jpeg)).pixels().raw().toBuffer();
  expect(exact).toEqual(resizePicture({ data: whole, width, height }, LIMITS.imageSize, CLIP_RESIZE));
  expect(meanDifference(pixels, exact)).toBeLessThan(0.1);
  expect(
    pixels.reduce((most, value, i) => Math.max(most, Math.abs(value - (exact[i] as number))), 0),
  ).toBeLessThanOrEqual(2);
}, 300_000);

test('a picture that cannot be decoded line by line is refused when it needs too much memory', async () => {
  const limits = { ...LIMITS, maxDecodeBytes: 8 * 1024 * 1024 };
  const progressive = await scene().resize(2_000, 2_000).jpeg({ progressive: true }).toBuffer();
  const interlaced = await scene().resize(2_000, 2_000).png({ progressive: true }).toBuffer();
  for (const file of [progressive, interlaced]) {
    await expect(reader.prepare(file, limits, true)).rejects.toMatchObject({
      code: 'TOO_LARGE',
      message: expect.stringMatching(/2000 × 2000 pixels needs \d+ MiB .*WENTU_MAX_DECODE_BYTES/) as string,
    });
    expect(await reader.prepare(file, LIMITS, true)).toMatchObject({ width: 2_000 });
  }
});

test.each(['png', 'tiff'] as const)(
  'a large %s is reduced during decoding too',
  async (format) => {
    const file = await scene()
      .resize(9_000, 7_200, { fit: 'fill', kernel: 'nearest' })
      .toFormat(format, { compressionLevel: 1 })
      .toBuffer();
    const small = await scene().resize(32, 32, { fit: 'fill', kernel: 'nearest' }).raw().toBuffer();
    expect(meanDifference((await reader.prepare(file, LIMITS, false)).pixels, small)).toBeLessThan(3);
  },
  300_000,
);
