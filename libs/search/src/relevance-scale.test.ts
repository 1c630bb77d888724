import { excessFor, measureRelevance, type CaptionedSimilarities } from './relevance-scale';

/** Cosines of 100 captions: the own pictures from 0.2 to 0.6, the others below 0.25, each raised by `offset`. */
function captions(offset = 0): CaptionedSimilarities[] {
  return Array.from({ length: 100 }, (_, i) => ({
    own: 0.2 + 0.004 * i + offset,
    others: Array.from(
      { length: 100 },
      (_other, j) => 0.25 * (1 - Math.sqrt(((j * 37 + i * 11) % 100) / 100)) + offset,
    ),
  }));
}

test('grows with the number of pictures, and lies between the wrong pictures and most right ones', () => {
  const scale = measureRelevance(captions());
  const excesses = scale.map(([, excess]) => excess);
  expect(excesses).toEqual([...excesses].sort((a, b) => a - b));
  // About 0.08 is the mean of each caption.
  expect(excessFor(scale, 10) + 0.08).toBeGreaterThan(0.2);
  expect(excessFor(scale, 10) + 0.08).toBeLessThan(0.24);
  expect(excessFor(scale, 1_000)).toBeGreaterThan(excessFor(scale, 10) + 0.02);
});

test('does not depend on an offset that all similarities have, as in models with narrow cosines', () => {
  const [plain, raised] = [measureRelevance(captions()), measureRelevance(captions(0.3))];
  raised.forEach(([size, excess], i) =>
    expect([size, excess]).toEqual([plain[i]?.[0], expect.closeTo(plain[i]?.[1] ?? 0)]),
  );
});

test('the excess between two sizes is interpolated, and constant outside them', () => {
  const scale = [
    [10, 0.1],
    [1_000, 0.3],
  ] as const;
  const expected = [
    [0, 0.1],
    [1, 0.1],
    [10, 0.1],
    [100, 0.2],
    [1_000, 0.3],
    [5_000_000, 0.3],
  ] as const;
  for (const [pictures, excess] of expected) expect(excessFor(scale, pictures)).toBeCloseTo(excess);
});
