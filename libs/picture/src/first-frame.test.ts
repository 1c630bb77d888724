import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { differenceShown, HEIGHT, LIMITS, reader, SCENE, WIDTH } from './testing/scene';

const FIXTURES = join(__dirname, '../fixtures');
const pixels = WIDTH * HEIGHT;
const shown = Buffer.alloc(pixels * 4, 255);
for (let i = 0; i < pixels; i++) shown.set(SCENE.subarray(i * 3, i * 3 + 3), i * 4);
const transparent = Buffer.alloc(pixels * 4);
const white = Buffer.alloc(pixels * 4, 255);

const animation = (...frames: Buffer[]): sharp.Sharp =>
  sharp(Buffer.concat(frames), {
    raw: { width: WIDTH, height: HEIGHT * frames.length, channels: 4, pageHeight: HEIGHT },
  });

test.each([
  ['transparent', transparent],
  ['white', white],
])('an animation whose first frame is %s is what comes next', async (_name, blank) => {
  const webp = await animation(blank, blank, shown).webp({ lossless: true }).toBuffer();
  expect(await differenceShown(webp)).toBe(0);
  const gif = await animation(blank, shown).gif().toBuffer();
  expect(await differenceShown(gif)).toBeLessThan(12);
  const { width, height } = await reader.prepare(webp, LIMITS, true);
  expect([width, height]).toEqual([WIDTH, HEIGHT]);
});

test('the first frame that shows something stays the picture', async () => {
  const inverse = shown.map((value, i) => (i % 4 === 3 ? 255 : 255 - value));
  expect(await differenceShown(await animation(shown, Buffer.from(inverse)).webp({ lossless: true }).toBuffer())).toBe(
    0,
  );
});

test('an animation of nothing is nothing, and no error', async () => {
  const { pixels } = await reader.prepare(await animation(transparent, transparent).webp().toBuffer(), LIMITS, false);
  expect(new Set(pixels)).toEqual(new Set([255]));
});

test('the reference takes the first frame, whatever it shows', async () => {
  const webp = await animation(white, shown).webp({ lossless: true }).toBuffer();
  const { pixels } = await reader.prepare(webp, { ...LIMITS, upright: false, background: 'drop' }, false);
  expect(new Set(pixels)).toEqual(new Set([255]));
});

test('an animated AVIF is its first frame', async () => {
  const file = readFileSync(join(FIXTURES, 'sequence.avif'));
  expect(file.toString('latin1', 8, 12)).toBe('avis');
  expect(await differenceShown(file)).toBeLessThan(6);
  expect(await reader.prepare(file, LIMITS, true)).toMatchObject({ mimeType: 'image/avif', width: 96, height: 64 });
});
