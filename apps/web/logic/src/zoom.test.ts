import { actualScale, FITTING, fitSize, keepOnStage, mostScale, percentOf, zoomAt } from './zoom';

const stage = { width: 1_000, height: 600 };
const photo = { width: 6_000, height: 4_000 };
const fit = fitSize(photo, stage);

test('a picture is as large as possible; a small one is not much larger than its pixels', () => {
  expect(fit).toEqual({ width: 900, height: 600 });
  expect(fitSize({ width: 300, height: 3_000 }, stage)).toEqual({ width: 60, height: 600 });
  expect(fitSize({ width: 300, height: 200 }, stage)).toEqual({ width: 600, height: 400 });
  expect(fitSize({ width: 16, height: 8 }, stage)).toEqual({ width: 384, height: 192 });
  expect(fitSize({ width: 0, height: 0 }, stage).width).toBeGreaterThan(0);
  expect(fitSize(photo, { width: 0, height: 0 })).toEqual({ width: 0, height: 0 });
});

test('the point at which one zooms keeps its place', () => {
  const at = { x: 200, y: -100 };
  const before = { scale: 1.5, x: 30, y: 10 };
  const after = zoomAt(before, 1.7, at, 100);
  const inPicture = ({ scale, x, y }: typeof before) => [(at.x - x) / scale, (at.y - y) / scale];
  const [was, is] = [inPicture(before), inPicture(after)];
  for (const i of [0, 1]) expect(is[i]).toBeCloseTo(was[i]!, 9);
});

test('a zoom has limits', () => {
  expect(zoomAt(FITTING, 0.1, { x: 5, y: 5 }, 8)).toEqual(FITTING);
  expect(zoomAt(FITTING, 1_000, { x: 0, y: 0 }, 8).scale).toBe(8);
  expect(mostScale(photo, fit, 1)).toBeCloseTo(26.67, 1);
  expect(mostScale({ width: 16, height: 8 }, fitSize({ width: 16, height: 8 }, stage), 2)).toBe(4);
});

test('a picture does not leave its stage', () => {
  expect(keepOnStage({ scale: 2, x: 5_000, y: -5_000 }, fit, stage)).toEqual({ scale: 2, x: 400, y: -300 });
  expect(keepOnStage({ scale: 1, x: 50, y: 50 }, fit, stage)).toEqual(FITTING);
  // A wide picture that is lower than the stage stays in the middle.
  expect(keepOnStage({ scale: 2, x: 10, y: 9 }, { width: 900, height: 100 }, stage)).toEqual({ scale: 2, x: 10, y: 0 });
});

test('100 % are the pixels of the screen', () => {
  expect(percentOf(FITTING, photo, fit, 1)).toBe(15);
  expect(percentOf({ ...FITTING, scale: actualScale(photo, fit, 2) }, photo, fit, 2)).toBe(100);
});
