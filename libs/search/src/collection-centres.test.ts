import type { Collection, ImageReader } from '@wentu/domain';
import { CollectionCentres } from './collection-centres';

const SPACE = { id: 7, model: 'm', space: 's', dimension: 2 };

function collectionOf(imageCount: number, id = 1): Collection {
  return { id, name: `c${id}`, activeSpace: SPACE, imageCount, sizeBytes: 0, createdAt: new Date(0) };
}

/** Rows have the ids from 101; the vector of an id is given by `vectorOf`. */
function setUp(vectorOf: (id: number) => readonly [number, number]) {
  const state = { rows: 0, pages: 0, now: 0, broken: false };
  const ids = (after: number, limit: number): number[] =>
    Array.from({ length: state.rows }, (_, i) => 101 + i)
      .filter((id) => id > after)
      .slice(0, limit);
  const images = {
    pageEmbeddedIds: async (_collection, _space, after, limit) => ids(after, limit),
    settlement: async () => ({ unsettled: 0, newestId: 100 + state.rows, reencodingId: 0, attributesVersion: 0 }),
    pageEmbeddings: async (_collection, space, after, limit) => {
      expect(space).toBe(SPACE.id);
      if (state.broken) throw new Error('the store is away');
      state.pages++;
      const page = ids(after, limit);
      return { ids: page, vectors: Float32Array.from(page.flatMap((id) => vectorOf(id))), attributes: [] };
    },
  } satisfies Pick<ImageReader, 'pageEmbeddedIds' | 'settlement' | 'pageEmbeddings'>;
  return { state, centres: new CollectionCentres(images, () => state.now) };
}

test('is the mean of all images of a small collection, each once', async () => {
  const { state, centres } = setUp((id) => [id - 100, 1]);
  state.rows = 5;
  expect(await centres.of(collectionOf(5))).toEqual(Float32Array.of(3, 1));
});

test('samples a large collection from its begin to its end', async () => {
  const { state, centres } = setUp((id) => [id <= 5_100 ? 1 : 0, 1]);
  state.rows = 10_000;
  expect(await centres.of(collectionOf(10_000))).toEqual(Float32Array.of(0.5, 1));
  expect(state.pages).toBe(8);
});

test('an empty collection has no centre until it has images', async () => {
  const { state, centres } = setUp(() => [1, 0]);
  expect(await centres.of(collectionOf(0))).toBeNull();
  state.rows = 1;
  expect(await centres.of(collectionOf(1))).toEqual(Float32Array.of(1, 0));
});

test('is computed once for concurrent searches, and again in the background when the collection has changed', async () => {
  const { state, centres } = setUp((id) => [id > 110 ? 3 : 1, 0]);
  state.rows = 10;
  const [first, second] = await Promise.all([centres.of(collectionOf(10)), centres.of(collectionOf(10))]);
  expect([first, second, state.pages]).toEqual([Float32Array.of(1, 0), Float32Array.of(1, 0), 8]);
  state.rows = 20;
  // A tenth more does not count as a change.
  expect(await centres.of(collectionOf(11))).toEqual(Float32Array.of(1, 0));
  expect(state.pages).toBe(8);
  expect(await centres.of(collectionOf(20))).toEqual(Float32Array.of(1, 0));
  await new Promise(setImmediate);
  expect(await centres.of(collectionOf(20))).toEqual(Float32Array.of(2, 0));
  expect(state.pages).toBe(16);
  state.now += 11 * 60_000;
  await centres.of(collectionOf(20));
  await new Promise(setImmediate);
  expect(state.pages).toBe(24);
});

test('a failed first sample is an error and is tried again; later the known centre stays', async () => {
  const { state, centres } = setUp(() => [1, 0]);
  state.rows = 10;
  state.broken = true;
  await expect(centres.of(collectionOf(10))).rejects.toThrow('away');
  state.broken = false;
  expect(await centres.of(collectionOf(10))).toEqual(Float32Array.of(1, 0));
  state.broken = true;
  state.rows = 20;
  for (let i = 0; i < 3; i++) {
    expect(await centres.of(collectionOf(20))).toEqual(Float32Array.of(1, 0));
    await new Promise(setImmediate);
  }
});
