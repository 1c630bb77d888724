import sharp, { type Sharp } from 'sharp';
import { greyProfile, pngWithProfile, rgbProfile, SPACES } from './testing/icc-profile';
import { differenceShown, HEIGHT, LIMITS, meanDifference, reader, SCENE, scene, WIDTH } from './testing/scene';
import { pictureFields, tiffFile } from './testing/tiff-file';

const ICC = 34_675;
const deep = Uint16Array.from(SCENE, (value) => value * 257);
const bytesOf = (data: Uint16Array): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** The pixels that are displayed. Wentu has always converted 8-bit files with a profile correctly. */
async function shownOf(file: Uint8Array): Promise<Buffer> {
  return await (await reader.open(file)).pixels().raw({ depth: 'uchar' }).toBuffer();
}

const tiff = (bits: 8 | 16, icc: Uint8Array): Buffer =>
  tiffFile([
    {
      fields: { ...pictureFields(WIDTH, HEIGHT, 3, bits), [ICC]: icc },
      parts: [bits === 8 ? SCENE : bytesOf(deep)],
    },
  ]);

describe.each(Object.entries(SPACES))('%s', (name, space) => {
  const profile = rgbProfile(space);

  test('a 16-bit TIFF has the same colours as the 8-bit TIFF', async () => {
    const eight = await shownOf(tiff(8, profile));
    expect(meanDifference(await shownOf(tiff(16, profile)), eight)).toBeLessThan(0.5);
    // The profile changes the colours: the samples are not used as sRGB.
    const isNearSrgb = name.startsWith('sRGB');
    expect(meanDifference(eight, SCENE) > 3).toBe(!isNearSrgb);
  });

  test('a 16-bit PNG has the same colours, in the preview and in the input of the encoder', async () => {
    const png = await sharp(tiff(16, profile), { ignoreIcc: true }).png().toBuffer();
    const tagged = pngWithProfile(png, profile);
    const [eight, sixteen] = await Promise.all(
      [tiff(8, profile), tagged].map((file) => reader.prepare(file, LIMITS, true)),
    );
    expect(meanDifference(sixteen!.pixels, eight!.pixels)).toBeLessThan(0.5);
    const [a, b] = await Promise.all([sixteen, eight].map((made) => sharp(made!.preview).raw().toBuffer()));
    expect(meanDifference(a!, b!)).toBeLessThan(1);
  });
});

test('16-bit samples without a profile are sRGB', async () => {
  const file = tiffFile([{ fields: pictureFields(WIDTH, HEIGHT, 3, 16), parts: [bytesOf(deep)] }]);
  expect(await differenceShown(file)).toBe(0);
});

test('a 16-bit TIFF with a profile and mask channels has the right colours', async () => {
  const data = new Uint16Array(WIDTH * HEIGHT * 5);
  for (let i = 0; i < WIDTH * HEIGHT; i++) data.set(deep.subarray(i * 3, i * 3 + 3), i * 5);
  const profile = rgbProfile(SPACES['Adobe RGB']!);
  const fields = { ...pictureFields(WIDTH, HEIGHT, 5, 16), 338: [0, 0], [ICC]: profile };
  const shown = await shownOf(tiffFile([{ fields, parts: [bytesOf(data)] }]));
  expect(meanDifference(shown, await shownOf(tiff(8, profile)))).toBeLessThan(0.5);
});

test('a grey TIFF with a profile gives the same pixels in 8 and in 16 bits', async () => {
  const grey = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => SCENE[i * 3] as number);
  const icc = greyProfile(1.8);
  const file = (bits: 8 | 16): Buffer =>
    tiffFile([
      {
        fields: { ...pictureFields(WIDTH, HEIGHT, 1, bits), [ICC]: icc },
        parts: [bits === 8 ? grey : bytesOf(Uint16Array.from(grey, (value) => value * 257))],
      },
    ]);
  const [eight, sixteen] = await Promise.all(
    [8, 16].map((bits) => reader.prepare(file(bits as 8 | 16), LIMITS, false)),
  );
  expect(meanDifference(eight!.pixels, sixteen!.pixels)).toBeLessThan(0.7);
});

test('CMYK is converted to RGB, in a JPEG and in a TIFF', async () => {
  const cmyk = (): Sharp => scene().toColourspace('cmyk');
  const files = [await cmyk().jpeg({ quality: 95 }).toBuffer(), await cmyk().tiff().toBuffer()];
  for (const file of files) expect(await differenceShown(file)).toBeLessThan(20);
});
