import sharp from 'sharp';
import { readBoundedPixels, scaleToBounds, type PixelBounds } from './bounded-pixels';
import { NeedsMemory } from './limits';
import { HEIGHT, LIMITS, SCENE, WIDTH } from './testing/scene';

const BOUNDS: PixelBounds = { longSide: 2_000, shortSide: 1_200, maxPixels: 12_000_000 };
const scene = sharp(SCENE, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });

test.each([
  ['a small picture', 640, 480, 1],
  ['a photograph', 4_000, 3_000, 0.5],
  ['a long screenshot', 1_080, 8_000, 1],
  ['a very long screenshot', 1_200, 40_000, 0.5],
  ['a panorama', 8_000, 2_400, 0.5],
])('%s of %i × %i pixels', (_, width, height, scale) => {
  expect(scaleToBounds({ width, height }, BOUNDS)).toBe(scale);
});

test('keeps the pixels of a small picture', async () => {
  const { data, width, height } = await readBoundedPixels(await scene.clone().png().toBuffer(), LIMITS, BOUNDS);
  expect([width, height]).toEqual([WIDTH, HEIGHT]);
  expect(Buffer.from(data).equals(SCENE)).toBe(true);
});

test('reduces a large picture and turns it upright', async () => {
  const jpeg = await scene
    .clone()
    .resize(1_000, 600, { fit: 'fill' })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const { data, width, height } = await readBoundedPixels(jpeg, LIMITS, { ...BOUNDS, longSide: 200, shortSide: 100 });
  expect([width, height]).toEqual([120, 200]);
  // The dark square of the upper left corner is now at the upper right.
  expect(data[(2 * width + width - 3) * 3]).toBeLessThan(40);
  expect(data[2 * width * 3 + 7]).toBeGreaterThan(60);
});

test('grey pictures have three channels', async () => {
  const png = await scene.clone().greyscale().toColourspace('b-w').png().toBuffer();
  const { data } = await readBoundedPixels(png, LIMITS, BOUNDS);
  expect(data).toHaveLength(WIDTH * HEIGHT * 3);
  expect(data[0]).toBe(data[1]);
});

test.each([
  ['dark', '#102030', [16, 32, 48], 255],
  ['bright', '#f0fff0', [240, 255, 240], 0],
])('%s parts of a transparent picture stay visible', async (_, colour, samples, background) => {
  const dot = await sharp({ create: { width: 10, height: 10, channels: 4, background: colour } })
    .png()
    .toBuffer();
  const png = await sharp({ create: { width: 30, height: 10, channels: 4, background: '#0000' } })
    .composite([{ input: dot, left: 0, top: 0 }])
    .png()
    .toBuffer();
  const { data } = await readBoundedPixels(png, LIMITS, BOUNDS);
  expect([...data.subarray(0, 3)]).toEqual(samples);
  expect([...data.subarray(60, 63)]).toEqual([background, background, background]);
});

test('a vector picture is drawn at the bounds', async () => {
  const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#f00"/></svg>',
  );
  const { data, width, height } = await readBoundedPixels(svg, LIMITS, BOUNDS);
  expect([width, height]).toEqual([2_400, 1_200]);
  expect([...data.subarray(0, 3)]).toEqual([255, 0, 0]);
});

test('a result that needs more memory than granted is not decoded', async () => {
  const png = await scene.clone().png().toBuffer();
  await expect(readBoundedPixels(png, { ...LIMITS, grantedBytes: 1_000 }, BOUNDS)).rejects.toThrow(NeedsMemory);
});
