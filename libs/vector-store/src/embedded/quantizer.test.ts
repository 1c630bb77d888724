import { newSeed, randomFrom, randomUnit } from '../contract/points';
import { Quantizer } from './quantizer';

const seed = newSeed();
const random = randomFrom(seed);

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
const length = (a: ArrayLike<number>): number => Math.sqrt(dot(a, a));
/** A vector with a few components that are much larger than the others, as some encoders produce. */
function withOutliers(dimension: number): Float32Array {
  const vector = randomUnit(random, dimension);
  for (let i = 0; i < dimension; i += 100) vector[i] = 3;
  const norm = length(vector);
  return vector.map((value) => value / norm);
}

test.each([1, 2, 3, 8, 31, 48, 512, 640, 768, 1_024])(
  `the error of an int8 product of dimension %d is within its bound (seed ${seed})`,
  (dimension) => {
    const quantizer = new Quantizer(dimension);
    for (let i = 0; i < 60; i++) {
      const vectors = [
        i % 3 === 0 ? withOutliers(dimension) : randomUnit(random, dimension),
        randomUnit(random, dimension),
      ];
      const int8 = vectors.map(() => new Int8Array(dimension));
      const errors = vectors.map((vector, j) => quantizer.quantize(vector, int8[j]!, 0));
      const off = Math.abs(dot(int8[0]!, int8[1]!) * quantizer.step ** 2 - dot(vectors[0]!, vectors[1]!));
      const most = errors[0]! * length(vectors[1]!) + errors[1]! * (length(vectors[0]!) + errors[0]!);
      expect(off).toBeLessThanOrEqual(most + 1e-7);
    }
  },
);

test('outlier components do not increase the error of the other components', () => {
  const quantizer = new Quantizer(512);
  const int8 = new Int8Array(512);
  const oneHot = new Float32Array(512);
  oneHot[3] = 1;
  for (const vector of [withOutliers(512), randomUnit(random, 512), oneHot])
    expect(quantizer.quantize(vector, int8, 0)).toBeLessThan(0.02);
});

test('the errors of vectors that are not normalised are correct', () => {
  const quantizer = new Quantizer(16);
  const int8 = new Int8Array(16);
  expect(quantizer.quantize(new Float32Array(16), int8, 0)).toBe(0);
  expect(quantizer.quantize(new Float32Array(16).fill(10), int8, 0)).toBeGreaterThan(1);
});
