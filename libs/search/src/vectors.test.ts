import { similarityAndDistance, zeroShotProbabilities } from './vectors';

const unit = (values: number[]): Float32Array => {
  const norm = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / norm);
};

test('distance is the squared Euclidean distance, 2 − 2·similarity', () => {
  const [a, b] = [unit([1, 2, 3]), unit([3, -1, 0.5])];
  const { similarity, distance } = similarityAndDistance(a, b);
  const squared = a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
  expect(distance).toBeCloseTo(squared, 6);
  expect(distance).toBe(2 - 2 * similarity);
});

test('rounding never gives a distance outside [0, 4]', () => {
  const a = unit(Array.from({ length: 768 }, (_, i) => Math.sin(i) + 0.1));
  expect(similarityAndDistance(a, a).distance).toBeGreaterThanOrEqual(0);
  expect(similarityAndDistance(a, a).distance).toBeLessThan(1e-6);
  const opposite = a.map((value) => -value);
  expect(similarityAndDistance(a, opposite).distance).toBeLessThanOrEqual(4);
});

test('zero-shot probabilities are the softmax of exp(logit scale) times the cosines', () => {
  const probabilities = zeroShotProbabilities([0.3, 0.28, 0.1], Math.log(100));
  const powers = [Math.exp(30), Math.exp(28), Math.exp(10)];
  const sum = powers[0]! + powers[1]! + powers[2]!;
  probabilities.forEach((probability, i) => expect(probability).toBeCloseTo(powers[i]! / sum, 10));
});

test('zero-shot probabilities do not overflow at large scales', () => {
  expect(zeroShotProbabilities([1, 0.9], Math.log(100_000))).toEqual([1, 0]);
});

test('with a bias each text has a probability of its own, as SigLIP gives it', () => {
  // torch.sigmoid(torch.tensor([0.13, 0.1, -0.5]) * 112.7 - 16.8)
  const probabilities = zeroShotProbabilities([0.13, 0.1, -0.5], Math.log(112.7), -16.8);
  expect(probabilities[0]).toBeCloseTo(0.10442, 4);
  expect(probabilities[1]).toBeCloseTo(0.00395, 4);
  expect(probabilities[2]).toBeLessThan(1e-30);
});
