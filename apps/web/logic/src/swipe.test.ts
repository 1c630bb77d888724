import { axisOf, swipeOf } from './swipe';

const phone = { width: 390, height: 700 };

test.each([
  [-200, 10, 800, 'next'],
  [200, 10, 800, 'previous'],
  [-60, 5, 900, 'stay'],
  [-60, 5, 100, 'next'],
  [-10, 2, 5, 'stay'],
  [20, 300, 700, 'close'],
  [5, -300, 700, 'details'],
  [5, 60, 900, 'stay'],
  [0, 0, 0, 'stay'],
] as const)('a finger that moved by %d, %d in %d ms: %s', (dx, dy, ms, swipe) =>
  expect(swipeOf(dx, dy, ms, phone)).toBe(swipe),
);

test('the direction is unknown at first', () => {
  expect(axisOf(3, 3)).toBeNull();
  expect(axisOf(9, 3)).toBe('x');
  expect(axisOf(-3, -9)).toBe('y');
});
