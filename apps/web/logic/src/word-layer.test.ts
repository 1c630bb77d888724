import { placeLine, polygonPoints } from './word-layer';

const at = (...points: readonly [number, number][]) => points.map(([x, y]) => ({ x, y }));

test('a level line begins at the middle of its left side', () => {
  const box = at([0.1, 0.2], [0.6, 0.2], [0.6, 0.3], [0.1, 0.3]);
  const placed = placeLine(box, 200, 100);
  expect(placed).toMatchObject({ x: 20, y: 25, length: 100, angle: 0 });
  expect(placed?.height).toBeCloseTo(10);
  expect(polygonPoints(box, 200, 100)).toBe('20,20 120,20 120,30 20,30');
});

test('a line downwards is turned', () => {
  const box = at([0.5, 0.1], [0.5, 0.9], [0.4, 0.9], [0.4, 0.1]);
  const placed = placeLine(box, 100, 100);
  expect(placed).toMatchObject({ x: 45, y: 10 });
  expect(placed?.angle).toBeCloseTo(90);
  expect(placed?.length).toBeCloseTo(80);
});

test('a box without corners has no place', () => {
  expect(placeLine([], 100, 100)).toBeNull();
});
