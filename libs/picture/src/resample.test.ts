import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLIP_RESIZE, type ImageResize } from '@wentu/domain';
import { resizePicture, type RgbImage } from './resample';
import { HEIGHT, LIMITS, reader, scene, SCENE, WIDTH } from './testing/scene';

/** A direct implementation of Pillow's resize: one filter tap after another, each pass rounded to a byte. */
function resizeDirectly({ data, width, height }: RgbImage, size: number): Uint8Array {
  const wide = width === size ? data : pass(data, width, size, height, (row, x) => (row * width + x) * 3);
  if (height === size) return wide;
  const turned = pass(wide, height, size, size, (column, y) => (y * size + column) * 3);
  const pixels = new Uint8Array(turned.length);
  for (let x = 0; x < size; x++)
    for (let y = 0; y < size; y++)
      pixels.set(turned.subarray((x * size + y) * 3, (x * size + y) * 3 + 3), (y * size + x) * 3);
  return pixels;
}

function pass(
  data: Uint8Array,
  from: number,
  to: number,
  lines: number,
  at: (line: number, i: number) => number,
): Uint8Array {
  const out = new Uint8Array(lines * to * 3);
  const scale = from / to;
  const reduction = Math.max(scale, 1);
  for (let o = 0; o < to; o++) {
    const center = (o + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - 2 * reduction + 0.5));
    const last = Math.min(from, Math.trunc(center + 2 * reduction + 0.5));
    const exact = Array.from({ length: last - first }, (_, i) => cubic((i + first - center + 0.5) * (1 / reduction)));
    let sum = 0;
    for (const weight of exact) sum += weight;
    const weights = exact
      .map((weight) => weight * (1 / sum))
      .map((w) => Math.trunc((w < 0 ? -0.5 : 0.5) + w * 2 ** 22));
    for (let line = 0; line < lines; line++) {
      for (let channel = 0; channel < 3; channel++) {
        const total = weights.reduce(
          (t, weight, i) => t + weight * (data[at(line, first + i) + channel] as number),
          2 ** 21,
        );
        out[(line * to + o) * 3 + channel] = Math.min(255, Math.max(0, Math.floor(total / 2 ** 22)));
      }
    }
  }
  return out;
}

function cubic(distance: number): number {
  const [a, x] = [-0.5, Math.abs(distance)];
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

/** Noise with mostly black and white pixels, which is the hardest case for rounding and clamping. */
function noise(width: number, height: number): RgbImage {
  let state = width * 65_537 + height;
  const data = Uint8Array.from({ length: width * height * 3 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state < 2 ** 30 ? 0 : state > 3 * 2 ** 30 ? 255 : state >>> 24;
  });
  return { data, width, height };
}

test.each([
  [1, 1, 5],
  [1, 300, 17],
  [300, 1, 17],
  [2, 3, 224],
  [500, 375, 224],
  [224, 375, 224],
  [500, 224, 224],
  [224, 224, 224],
  [333, 777, 31],
  [31, 30, 30],
  [1_999, 61, 48],
  [7, 9_000, 32],
  [65_535, 2, 8],
  [1, 65_535, 12],
])('%i × %i to %i pixels gives the bytes of the direct implementation', (width, height, size) => {
  const image = noise(width, height);
  expect(Buffer.compare(resizePicture(image, size, CLIP_RESIZE), resizeDirectly(image, size))).toBe(0);
});

test('the result does not depend on the pictures before, although their memory is reused', () => {
  const image = noise(40, 30);
  const before = resizePicture(image, 24, CLIP_RESIZE);
  resizePicture(noise(1_000, 1_500), 96, CLIP_RESIZE);
  expect(Buffer.compare(resizePicture(image, 24, CLIP_RESIZE), before)).toBe(0);
});

// tools/make-encoder-fixtures/make_resizes.py: SHA-256 of Pillow's pixels of the same noise.
const PILLOW = JSON.parse(readFileSync(join(__dirname, '../fixtures/resizes.json'), 'utf8')) as (ImageResize & {
  readonly width: number;
  readonly height: number;
  readonly size: number;
  readonly sha256: string;
})[];

test.each(PILLOW)('$fit $filter of $width × $height to $size gives the bytes of Pillow', ({ sha256, ...resize }) => {
  const pixels = resizePicture(noise(resize.width, resize.height), resize.size, resize);
  expect(createHash('sha256').update(pixels).digest('hex')).toBe(sha256);
});

test.each<ImageResize>([
  { fit: 'crop', filter: 'bilinear' },
  { fit: 'squash', filter: 'bicubic' },
])('a decoder process resizes as it is asked: $fit $filter', async (resize) => {
  const { pixels } = await reader.prepare(await scene().png().toBuffer(), { ...LIMITS, resize }, false);
  const expected = resizePicture({ data: SCENE, width: WIDTH, height: HEIGHT }, LIMITS.imageSize, resize);
  expect(Buffer.compare(pixels, expected)).toBe(0);
});

test('the fixture has both fits with both filters', () => {
  const kinds = new Set(PILLOW.map(({ fit, filter }) => `${fit} ${filter}`));
  expect([...kinds].sort()).toEqual(['crop bicubic', 'crop bilinear', 'squash bicubic', 'squash bilinear']);
});
