import { recentCount } from './recent-count';

test.each([
  [320, 640, 9],
  [390, 844, 11],
  [1440, 900, 32],
  [3840, 2160, 47],
  [10, 10, 8],
  [7680, 4320, 60],
])('a window of %i × %i pixels shows up to %i recent pictures', (width, height, count) => {
  expect(recentCount(width, height)).toBe(count);
});
