import { checkAskedSize, servedSize, type AskedSize } from './picture-size';

const MAX_PIXELS = 100_000_000;
const size = (width: number, height: number, asked: AskedSize, isVector = false): string => {
  const served = servedSize({ width, height, isVector }, asked, MAX_PIXELS);
  return `${served.width}x${served.height}`;
};

test('a width alone or a height alone keeps the aspect ratio and does not enlarge the picture', () => {
  expect(size(4_000, 3_000, { width: 320 })).toBe('320x240');
  expect(size(4_000, 3_000, { height: 300 })).toBe('400x300');
  expect(size(200, 100, { width: 320 })).toBe('200x100');
  expect(size(790, 36_861, { width: 1_280 })).toBe('790x36861');
  expect(size(30_000, 600, { height: 2_048 })).toBe('30000x600');
  expect(size(30_000, 10, { width: 320 })).toBe('320x1');
});

test('no side is longer than the limit of JPEG', () => {
  expect(size(100_000, 2_000, { height: 2_000 })).toBe('65535x1311');
});

test('a box is filled, and keeps its shape when the picture is too small for it', () => {
  expect(size(790, 36_861, { width: 320, height: 534 })).toBe('320x534');
  expect(size(30_000, 600, { width: 640, height: 291 })).toBe('640x291');
  expect(size(300, 60_000, { width: 640, height: 1_067 })).toBe('300x500');
  expect(size(30_000, 100, { width: 640, height: 291 })).toBe('220x100');
  expect(size(1, 60_000, { width: 640, height: 1_067 })).toBe('1x2');
});

test('a vector picture is drawn at the requested size, within the limit of pixels', () => {
  expect(size(24, 12, { width: 1_280 }, true)).toBe('1280x640');
  expect(size(24, 12, { width: 100, height: 100 }, true)).toBe('100x100');
  expect(size(10, 10_000, { width: 2_048 }, true)).toBe('66x65535');
  const [width, height] = size(600, 60_000, { width: 2_048 }, true).split('x').map(Number) as [number, number];
  expect(width * height).toBeLessThanOrEqual(MAX_PIXELS);
});

test('a size out of its range is refused with the name of the side', () => {
  expect(checkAskedSize({ width: null, height: undefined })).toEqual({});
  for (const bad of [0, -1, 2_049, Number.NaN]) {
    expect(() => checkAskedSize({ width: bad })).toThrow(/width is .*; give 1 to 2048 pixels/);
    expect(() => checkAskedSize({ width: 1, height: bad })).toThrow(/height is/);
  }
});
