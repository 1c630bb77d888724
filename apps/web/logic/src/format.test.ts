import { formatBytes, formatRate, formatScore, share, tileRatio, timeLeft } from './format';

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KB'],
  [10 * 1024, '10 KB'],
  [1024 * 1024 - 1, '1.0 MB'],
  [3.25 * 1024 * 1024, '3.3 MB'],
  [1024 ** 3, '1.0 GB'],
])('%d bytes read as %s', (sizeBytes, text) => {
  expect(formatBytes(sizeBytes)).toBe(text);
});

test.each([
  [0, 100, 10, { unit: 'seconds', value: 10 }],
  [0, 6_000, 10, { unit: 'minutes', value: 10 }],
  [0, 1_000_000, 50, { unit: 'hours', value: 6 }],
  [0, null, 10, null],
  [5, 100, null, null],
  [100, 100, 10, null],
])('after %d of %s at %s per second the remaining time is: %j', (processed, total, rate, left) => {
  expect(timeLeft(processed, total, rate)).toEqual(left);
});

test('scores keep three decimals, also below zero', () => {
  expect(formatScore(0.41999)).toBe('0.420');
  expect(formatScore(-0.0312)).toBe('-0.031');
});

test('a slow rate has a decimal, a fast one has none', () => {
  expect(formatRate(3.14)).toBe('3.1');
  expect(formatRate(127.6)).toBe('128');
});

test('a share is unknown without a total, complete for an empty one and always within 0 to 1', () => {
  expect(share(3, null)).toBeNull();
  expect(share(0, 0)).toBe(1);
  expect(share(-0.2, 1)).toBe(0);
  expect(share(11, 10)).toBe(1);
  expect(share(1, 4)).toBe(0.25);
});

test('a tile keeps the shape of its picture, except for extreme shapes and missing sizes', () => {
  expect(tileRatio(640, 480)).toBeCloseTo(4 / 3);
  expect(tileRatio(4000, 100)).toBe(2.2);
  expect(tileRatio(100, 4000)).toBe(0.6);
  expect(tileRatio(0, 0)).toBe(1);
  expect(tileRatio(10, 0)).toBe(1);
});
