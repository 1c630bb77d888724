import type { Collection } from '@wentu/domain';
import { Relevance } from './relevance';
import { excessFor, type RelevanceScale } from './relevance-scale';

const SCALE: RelevanceScale = [
  [1, 0.1],
  [1_000, 0.4],
];

const collectionOf = (id: number, imageCount: number): Collection => ({
  ...{ id, name: `c${id}`, imageCount, sizeBytes: 0, createdAt: new Date(0) },
  activeSpace: { id, model: 'm', space: 's', dimension: 2 },
});

/** The centre of a collection is (its id / 10, 0). Collections without images have none. */
const relevance = (scale: RelevanceScale | null = SCALE): Relevance =>
  new Relevance(
    { of: async ({ id, imageCount }) => (imageCount === 0 ? null : Float32Array.of(id / 10, 0)) },
    { scaleOf: async () => scale },
  );
const text = Float32Array.of(1, 0);

test('the line of several collections is that of one collection with all of their images', async () => {
  const found = await relevance().lineOf(text, [collectionOf(1, 30), collectionOf(4, 10), collectionOf(9, 0)]);
  const mean = (0.1 * 30 + 0.4 * 10) / 40;
  expect(found?.mean).toBeCloseTo(mean, 6);
  expect(found?.line).toBeCloseTo(mean + excessFor(SCALE, 40), 6);
  const one = await relevance().lineOf(text, [collectionOf(4, 10)]);
  expect(one?.line).toBeCloseTo(0.4 + excessFor(SCALE, 10), 6);
});

test('is not known without images or a measured model', async () => {
  expect(await relevance().lineOf(text, [collectionOf(9, 0)])).toBeNull();
  expect(await relevance(null).lineOf(text, [collectionOf(1, 30)])).toBeNull();
});
