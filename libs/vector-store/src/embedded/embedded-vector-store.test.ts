import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VectorHit } from '@wentu/domain';
import { atAngle, exactSearch, newSeed, randomFrom, randomUnit } from '../contract/points';
import { vectorStoreContract } from '../contract/vector-store-contract';
import { EmbeddedVectorStore } from './embedded-vector-store';

vectorStoreContract('EmbeddedVectorStore', () => EmbeddedVectorStore.open({ threads: 1 }));
vectorStoreContract('EmbeddedVectorStore with tiny segments', () =>
  EmbeddedVectorStore.open({ threads: 2, maxSegmentRows: 7, maxBatchQueries: 3 }),
);

vectorStoreContract('EmbeddedVectorStore without usearch', () =>
  EmbeddedVectorStore.open({ threads: 1, maxSegmentRows: 40, engine: 'scan' }),
);

const folders: string[] = [];
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wentu-index-'));
  folders.push(folder);
  return folder;
}
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));
vectorStoreContract(
  'EmbeddedVectorStore with graphs from the first full segment on',
  () => EmbeddedVectorStore.open({ threads: 1, maxSegmentRows: 1_000, maxExactRows: 0, folder: newFolder() }),
  { minRecall: 0.99 },
);
vectorStoreContract(
  'EmbeddedVectorStore with a graph for every few points',
  () => EmbeddedVectorStore.open({ threads: 2, maxSegmentRows: 300, maxExactRows: 0, folder: newFolder() }),
  { minRecall: 0.99 },
);

const DIMENSION = 16;
let store: EmbeddedVectorStore;
afterEach(async () => {
  await (store as EmbeddedVectorStore | undefined)?.close();
});

async function openWith(maxSegmentRows: number): Promise<void> {
  store = await EmbeddedVectorStore.open({ threads: 1, maxSegmentRows });
  await store.ensure('x', DIMENSION);
}
const search = async (query: Float32Array, limit: number): Promise<VectorHit[]> =>
  (await store.search('x', { queries: [query], limit }))[0] ?? [];
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test('a tie at the limit is decided by id, within a segment and across segments', async () => {
  await openWith(100);
  const same = randomUnit(randomFrom(1), DIMENSION);
  // The ids decrease, so the lowest rows of each segment do not have the lowest ids.
  for (const id of range(1, 250).reverse()) await store.upsert('x', [{ id, vector: same, attributes: {} }]);
  await store.upsert('x', [{ id: 1_000, vector: atAngle(1, DIMENSION), attributes: {} }]);
  for (const limit of [1, 10, 99, 100, 101, 249]) {
    expect((await search(same, limit)).map(({ id }) => id)).toEqual(range(1, limit));
  }
});

test('points whose product is above 1 by rounding have distance 0 and are ordered by id', async () => {
  await openWith(100);
  const over = atAngle(0, DIMENSION);
  const slightlyLonger = over.map((value) => value * 1.0000002);
  await store.upsert('x', [
    { id: 2, vector: slightlyLonger, attributes: {} },
    ...range(3, 30).map((id) => ({ id, vector: over, attributes: {} })),
  ]);
  await store.upsert('x', [{ id: 1, vector: over, attributes: {} }]);
  expect(await search(over, 2)).toEqual([
    { id: 1, distance: 0 },
    { id: 2, distance: 0 },
  ]);
});

test('when a batch contains an id twice, the last vector counts', async () => {
  await openWith(100);
  await store.upsert('x', [
    { id: 1, vector: atAngle(0, DIMENSION), attributes: {} },
    { id: 1, vector: atAngle(1, DIMENSION), attributes: {} },
  ]);
  expect(await store.count('x')).toBe(1);
  expect((await search(atAngle(1, DIMENSION), 5))[0]?.distance).toBeCloseTo(0, 6);
});

test('lists ids in ascending order, whatever the order of insertion', async () => {
  await openWith(100);
  const vector = atAngle(0, DIMENSION);
  await store.upsert('x', [{ id: 10, vector, attributes: {} }]);
  expect(await store.listIds('x', 0, 10)).toEqual([10]);
  await store.upsert('x', [{ id: 9, vector, attributes: {} }]);
  expect(await store.listIds('x', 0, 10)).toEqual([9, 10]);
  await store.delete('x', [10]);
  expect(await store.listIds('x', 0, 10)).toEqual([9]);
});

test('new points reuse the memory of emptied segments', async () => {
  await openWith(50);
  const random = randomFrom(2);
  const points = range(1, 1_000).map((id) => ({ id, vector: randomUnit(random, DIMENSION), attributes: {} }));
  await store.upsert('x', points);
  await store.delete('x', range(1, 980));
  const kept = points.slice(980);
  for (const { id, vector } of kept) expect((await search(vector, 1))[0]?.id).toBe(id);
  await store.delete('x', range(981, 1_000));
  expect(await search(atAngle(0, DIMENSION), 5)).toEqual([]);
  await store.upsert('x', points);
  for (const { id, vector } of kept) expect((await search(vector, 1))[0]?.id).toBe(id);
});

test('a search of an index that is dropped meanwhile is NOT_FOUND, and the store continues to work', async () => {
  await openWith(100);
  await store.upsert('x', [{ id: 1, vector: atAngle(0, DIMENSION), attributes: {} }]);
  const searching = [search(atAngle(0, DIMENSION), 1), search(atAngle(0, DIMENSION), 1)];
  const settled = Promise.allSettled(searching);
  await new Promise((resolve) => process.nextTick(resolve));
  await store.drop('x');
  for (const answer of await settled) expect(answer).toMatchObject({ reason: { code: 'NOT_FOUND' } });
  await store.ensure('x', DIMENSION);
  expect(await search(atAngle(0, DIMENSION), 1)).toEqual([]);
});

test('closing rejects the waiting searches as UNAVAILABLE', async () => {
  await openWith(100);
  await store.upsert('x', [{ id: 1, vector: atAngle(0, DIMENSION), attributes: {} }]);
  const settled = Promise.allSettled([search(atAngle(0, DIMENSION), 1), search(atAngle(0, DIMENSION), 1)]);
  await store.close();
  for (const answer of await settled) expect(answer).toMatchObject({ reason: { code: 'UNAVAILABLE' } });
});

const seed = newSeed();
test(`random changes and searches, several at a time, agree with a plain map (seed ${seed})`, async () => {
  const random = randomFrom(seed);
  const upTo = (most: number): number => 1 + Math.floor(random() * most);
  // Few distinct vectors make ties common; the ids are in random order.
  const vectors = range(1, 12).map(() => randomUnit(random, DIMENSION));
  const anyVector = (): Float32Array => vectors[upTo(vectors.length) - 1]!;
  for (const options of [
    { maxSegmentRows: 1 },
    { maxSegmentRows: 10 },
    { maxSegmentRows: 150 },
    { maxSegmentRows: 150, engine: 'scan' },
  ] as const) {
    store = await EmbeddedVectorStore.open({ threads: 1, ...options });
    await store.ensure('x', DIMENSION);
    const model = new Map<number, Float32Array>();
    for (let step = 0; step < 150; step++) {
      const ids = Array.from({ length: upTo(40) }, () => upTo(400));
      if (random() < 0.55) {
        const points = ids.map((id) => ({ id, vector: anyVector(), attributes: {} }));
        for (const { id, vector } of points) model.set(id, vector);
        await store.upsert('x', points);
      } else {
        for (const id of ids) model.delete(id);
        await store.delete('x', ids);
      }
      const points = [...model].map(([id, vector]) => ({ id, vector, attributes: {} }));
      const queries = range(1, upTo(3)).map(() => ({ query: anyVector(), limit: upTo(60) }));
      const answers = await Promise.all(queries.map(({ query, limit }) => search(query, limit)));
      queries.forEach(({ query, limit }, i) => {
        const expected = exactSearch(points, query, limit);
        expect(answers[i]!.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      });
      expect(await store.count('x')).toBe(model.size);
      expect(await store.listIds('x', 100, 30)).toEqual(
        [...model.keys()]
          .filter((id) => id > 100)
          .sort((a, b) => a - b)
          .slice(0, 30),
      );
    }
    await store.close();
  }
}, 300_000);
