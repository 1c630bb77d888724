import { findComponents } from './components';
import { findTextBoxes, MAX_BOXES, type TextMap } from './text-boxes';

const [WIDTH, HEIGHT] = [320, 256];
/** A map that is `value` where `isText` is true. */
function mapOf(isText: (x: number, y: number) => boolean, value = 230): TextMap {
  const data = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
    isText(i % WIDTH, Math.floor(i / WIDTH)) ? value : 0,
  );
  return { data, width: WIDTH, height: HEIGHT };
}
const find = (map: TextMap, scale = 1) => findTextBoxes(map, WIDTH * scale, HEIGHT * scale);

test('a region grows by its area to its circumference, and is scaled to the picture', () => {
  // 121 × 21 pixels with the dilation: sides of 120 and 20, grown by 120 × 20 × 1.6 ÷ 280 = 13.7.
  const [only, ...others] = find(
    mapOf((x, y) => x >= 100 && x < 220 && y >= 60 && y < 80),
    2,
  );
  expect(others).toEqual([]);
  const [a, , c] = only!.box;
  expect(a.x).toBeCloseTo(2 * (100 - 13.7), -0.5);
  expect(a.y).toBeCloseTo(2 * (60 - 13.7), -0.5);
  expect(c.x).toBeCloseTo(2 * (220 + 13.7), -0.5);
  expect(c.y).toBeCloseTo(2 * (80 + 13.7), -0.5);
  expect(only!.mapHeight).toBeCloseTo(47.4, 0);
});

test('a slanted region has a slanted box', () => {
  const slope = Math.tan((15 * Math.PI) / 180);
  const [only] = find(mapOf((x, y) => x > 80 && x < 240 && Math.abs(y - 128 - (x - 160) * slope) < 8));
  const [a, b] = only!.box;
  expect((Math.atan2(b.y - a.y, b.x - a.x) * 180) / Math.PI).toBeCloseTo(15, 0);
});

test('faint, thin and hollow regions are no boxes', () => {
  expect(find(mapOf((x, y) => x > 50 && x < 150 && y > 50 && y < 70, 0.4 * 255))).toEqual([]);
  expect(find(mapOf((x, y) => x > 50 && x < 150 && y === 50))).toEqual([]);
  expect(
    find(
      mapOf((x, y) => (x > 40 && x < 280 && (y === 40 || y === 200)) || (y > 40 && y < 200 && (x === 41 || x === 279))),
    ),
  ).toEqual([]);
});

test('regions that touch only at a corner are one component', () => {
  const falling = mapOf((x, y) => (x < 100 && y < 50) || (x > 99 && y > 49 && x < 200 && y < 100));
  const rising = mapOf((x, y) => (x > 100 && y < 50 && x < 200) || (x < 100 && y > 50 && y < 100));
  for (const { data } of [falling, rising]) expect(findComponents(data, WIDTH, HEIGHT, 128)).toHaveLength(1);
  const apart = mapOf((x, y) => (x > 101 && y < 50 && x < 200) || (x < 100 && y > 50 && y < 100));
  expect(findComponents(apart.data, WIDTH, HEIGHT, 128)).toHaveLength(2);
});

test('a comb is one region, whichever tooth comes first', () => {
  const comb = (x: number, y: number): boolean => x > 20 && x < 300 && y > 40 && (y > 120 ? y < 160 : x % 10 < 5);
  expect(find(mapOf(comb))).toHaveLength(1);
  expect(find(mapOf((x, y) => comb(x, HEIGHT - y)))).toHaveLength(1);
});

test('of noise, the largest regions are taken', () => {
  const boxes = find(mapOf((x, y) => x % 8 < 4 && y % 8 < 4 && x < WIDTH - 8));
  expect(boxes.length).toBeGreaterThan(900);
  expect(boxes.length).toBeLessThanOrEqual(MAX_BOXES);
});
