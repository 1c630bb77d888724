import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
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
])('an animation with a %s first frame is decoded at its first frame with content', async (_name, blank) => {
  const webp = await animation(blank, blank, shown).webp({ lossless: true }).toBuffer();
  expect(await differenceShown(webp)).toBe(0);
  const gif = await animation(blank, shown).gif().toBuffer();
  expect(await differenceShown(gif)).toBeLessThan(12);
  const { width, height } = await reader.prepare(webp, LIMITS, true);
  expect([width, height]).toEqual([WIDTH, HEIGHT]);
});

test('a first frame with content is used', async () => {
  const inverse = shown.map((value, i) => (i % 4 === 3 ? 255 : 255 - value));
  expect(await differenceShown(await animation(shown, Buffer.from(inverse)).webp({ lossless: true }).toBuffer())).toBe(
    0,
  );
});

test('an animation of blank frames gives a blank picture, not an error', async () => {
  const { pixels } = await reader.prepare(await animation(transparent, transparent).webp().toBuffer(), LIMITS, false);
  expect(new Set(pixels)).toEqual(new Set([255]));
});

test('with the options of the reference, the first frame is used even if it is blank', async () => {
  const webp = await animation(white, shown).webp({ lossless: true }).toBuffer();
  const { pixels } = await reader.prepare(webp, { ...LIMITS, upright: false, background: 'drop' }, false);
  expect(new Set(pixels)).toEqual(new Set([255]));
});

test('the first frame of an animated AVIF is used', async () => {
  const file = readFileSync(join(FIXTURES, 'sequence.avif'));
  expect(file.toString('latin1', 8, 12)).toBe('avis');
  expect(await differenceShown(file)).toBeLessThan(6);
  expect(await reader.prepare(file, LIMITS, true)).toMatchObject({ mimeType: 'image/avif', width: 96, height: 64 });
});

describe('an animated PNG', () => {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const numbers = (...values: number[]): Buffer => {
    const bytes = Buffer.alloc(values.length * 4);
    values.forEach((value, i) => bytes.writeUInt32BE(value, i * 4));
    return bytes;
  };
  const control = (number: number, width: number, height: number, left: number, top: number): Buffer =>
    chunk('fcTL', Buffer.concat([numbers(number, width, height, left, top), Buffer.alloc(6)]));
  const dataOf = (png: Buffer): Buffer => {
    const parts: Buffer[] = [];
    for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
      if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
        parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
    return Buffer.concat(parts);
  };
  const rgba = (data: Buffer, width = WIDTH, height = HEIGHT): sharp.Sharp =>
    sharp(data, { raw: { width, height, channels: 4 } });

  const apng = async (still: Buffer, frame: Buffer, place: [number, number, number, number]): Promise<Buffer> => {
    const [first, second] = [
      await rgba(still).png().toBuffer(),
      await rgba(frame, place[0], place[1]).png().toBuffer(),
    ];
    return Buffer.concat([
      first.subarray(0, 33),
      chunk('acTL', numbers(2, 0)),
      control(0, WIDTH, HEIGHT, 0, 0),
      chunk('IDAT', dataOf(first)),
      control(1, ...place),
      chunk('fdAT', Buffer.concat([numbers(2), dataOf(second)])),
      chunk('IEND', Buffer.alloc(0)),
    ]);
  };

  test.each([
    ['transparent', transparent],
    ['white', white],
  ])('with a %s default image is decoded at its first frame with content', async (_name, blank) => {
    const file = await apng(blank, shown, [WIDTH, HEIGHT, 0, 0]);
    expect(await differenceShown(file)).toBe(0);
    expect(await reader.prepare(file, LIMITS, true)).toMatchObject({
      mimeType: 'image/png',
      width: WIDTH,
      height: HEIGHT,
    });
  });

  test('gives a frame that covers a part of the canvas at its position', async () => {
    const dark = Buffer.from(Array.from({ length: 10 * 8 * 4 }, (_, i) => (i % 4 === 3 ? 255 : 9)));
    const expected = Buffer.alloc(WIDTH * HEIGHT * 3, 255);
    for (let y = 20; y < 28; y++) expected.fill(9, (y * WIDTH + 30) * 3, (y * WIDTH + 40) * 3);
    expect(await differenceShown(await apng(transparent, dark, [10, 8, 30, 20]), expected)).toBe(0);
  });

  test('with content in its default image is not changed', async () => {
    expect(await differenceShown(await apng(shown, white, [WIDTH, HEIGHT, 0, 0]))).toBe(0);
  });
});

test('an animated AVIF with an empty first frame is UNSUPPORTED_FORMAT: its other frames cannot be decoded', async () => {
  const file = readFileSync(join(__dirname, '../fixtures/empty-first.avif'));
  const task = { code: 'UNSUPPORTED_FORMAT', message: expect.stringMatching(/first frame.*is empty/) as string };
  await expect(reader.prepare(file, LIMITS, true)).rejects.toMatchObject(task);
  await expect(reader.inspect(file, LIMITS)).rejects.toMatchObject(task);
});
