import { MAX_SEARCH_LIMIT, type VectorHit, type VectorPoint, type VectorStore } from '@wentu/domain';
import { filterContract } from './filter-contract';
import { pairsContract } from './pairs-contract';
import { atAngle, exactSearch, newSeed, randomFrom, randomUnit, squaredL2, unit } from './points';

export interface VectorStoreContractOptions {
  /** Time limit of one test. Default 30 s. */
  readonly timeoutMs?: number;
  /** Share of the true nearest points that a search of many points must find. Default 1: exact. */
  readonly minRecall?: number;
  /** Default: a new seed in every run. The name of the test contains it. */
  readonly seed?: number;
}

const DIMENSION = 8;
const TOLERANCE = 1e-4;

/**
 * Declares the Jest tests that define `VectorStore`: every adapter passes all of them, on its real engine. The suite
 * drops the indexes that it creates, all named `contract_…`, so it may run against a server in use.
 * @param open returns a new store at every call; the suite closes it
 */
export function vectorStoreContract(
  name: string,
  open: () => Promise<VectorStore>,
  options: VectorStoreContractOptions = {},
): void {
  const { timeoutMs = 30_000, minRecall = 1, seed = newSeed() } = options;

  describe(`${name} fulfils the contract of VectorStore`, () => {
    const run = newSeed().toString(36);
    let made = 0;
    let store: VectorStore;
    let index: string;
    const newName = (): string => `contract_${run}_${++made}`;
    const search = async (query: Float32Array, limit: number): Promise<VectorHit[]> =>
      (await store.search(index, { queries: [query], limit }))[0] ?? [];
    const idsNear = async (query: Float32Array, limit: number): Promise<number[]> =>
      (await search(query, limit)).map(({ id }) => id);

    beforeAll(async () => {
      store = await open();
    }, timeoutMs);
    afterAll(() => store.close(), timeoutMs);
    beforeEach(async () => {
      index = newName();
      await store.ensure(index, DIMENSION);
    }, timeoutMs);
    afterEach(() => store.drop(index), timeoutMs);

    const it = (title: string, body: () => Promise<void>): void => test(title, body, timeoutMs);

    describe('indexes', () => {
      it('a new index is empty', async () => {
        expect(await store.count(index)).toBe(0);
        expect(await store.listIds(index, 0, 10)).toEqual([]);
        expect(await store.search(index, { queries: [atAngle(0, DIMENSION)], limit: 10 })).toEqual([[]]);
      });

      it('flush keeps the points, also of an empty index, and refuses an unknown index', async () => {
        await store.flush(index);
        await store.upsert(index, fan([1, 2]));
        await store.flush(index);
        await store.flush(index);
        expect(await idsNear(atAngle(0, DIMENSION), 10)).toEqual([1, 2]);
        await expect(store.flush(newName())).rejects.toMatchObject({ code: 'NOT_FOUND' });
      });

      it('a second ensure keeps the points of the index', async () => {
        await store.upsert(index, fan([1]));
        await store.ensure(index, DIMENSION);
        expect(await store.count(index)).toBe(1);
      });

      it('ensure with another dimension is INDEX_MISMATCH and changes nothing', async () => {
        await store.upsert(index, fan([1]));
        await expect(store.ensure(index, DIMENSION + 1)).rejects.toMatchObject({ code: 'INDEX_MISMATCH' });
        expect(await idsNear(atAngle(0, DIMENSION), 5)).toEqual([1]);
      });

      it('a dropped index is NOT_FOUND, and can be created again with another dimension, empty', async () => {
        await store.upsert(index, fan([1]));
        await store.drop(index);
        await expect(store.count(index)).rejects.toMatchObject({ code: 'NOT_FOUND' });
        await store.ensure(index, DIMENSION * 2);
        expect(await store.count(index)).toBe(0);
        await store.upsert(index, [{ id: 2, vector: atAngle(1, DIMENSION * 2), attributes: {} }]);
        expect(await idsNear(atAngle(1, DIMENSION * 2), 5)).toEqual([2]);
      });

      it('two indexes are independent', async () => {
        const other = newName();
        await store.ensure(other, DIMENSION);
        try {
          await store.upsert(index, fan([1]));
          await store.upsert(other, fan([2, 3]));
          expect(await idsNear(atAngle(0, DIMENSION), 5)).toEqual([1]);
          await store.drop(other);
          expect(await store.count(index)).toBe(1);
        } finally {
          await store.drop(other);
        }
      });

      it('an index that was never ensured is NOT_FOUND, but may be dropped', async () => {
        const unknown = newName();
        const notFound = { code: 'NOT_FOUND' };
        await expect(store.upsert(unknown, fan([1]))).rejects.toMatchObject(notFound);
        await expect(store.search(unknown, { queries: [atAngle(0, DIMENSION)], limit: 1 })).rejects.toMatchObject(
          notFound,
        );
        await expect(store.delete(unknown, [1])).rejects.toMatchObject(notFound);
        await expect(store.listIds(unknown, 0, 1)).rejects.toMatchObject(notFound);
        await expect(store.count(unknown)).rejects.toMatchObject(notFound);
        await store.drop(unknown);
      });
    });

    describe('points', () => {
      it('a search sees the writes before it', async () => {
        for (let id = 1; id <= 5; id++) {
          await store.upsert(index, fan([id]));
          expect(await idsNear(atAngle(id / 10, DIMENSION), 1)).toEqual([id]);
        }
      });

      it('writing a known id replaces its vector', async () => {
        await store.upsert(index, fan([1, 2]));
        await store.upsert(index, [{ id: 1, vector: atAngle(3, DIMENSION), attributes: {} }]);
        expect(await store.count(index)).toBe(2);
        expect(await idsNear(atAngle(0.1, DIMENSION), 2)).toEqual([2, 1]);
        expect((await search(atAngle(3, DIMENSION), 1))[0]?.distance).toBeCloseTo(0, 4);
      });

      it('the caller may change its arrays after a write', async () => {
        const vector = atAngle(1, DIMENSION);
        await store.upsert(index, [{ id: 1, vector, attributes: {} }]);
        vector.fill(0);
        expect((await search(atAngle(1, DIMENSION), 1))[0]?.distance).toBeCloseTo(0, 4);
      });

      it('deleted points are no longer found; unknown ids are ignored', async () => {
        await store.upsert(index, fan([1, 2, 3]));
        await store.delete(index, [2, 99]);
        await store.delete(index, [2]);
        expect(await idsNear(atAngle(0.19, DIMENSION), 5)).toEqual([1, 3]);
        expect(await store.count(index)).toBe(2);
        expect(await store.listIds(index, 0, 10)).toEqual([1, 3]);
      });

      it('a deleted id may be written again', async () => {
        await store.upsert(index, fan([1, 2]));
        await store.delete(index, [1]);
        await store.upsert(index, [{ id: 1, vector: atAngle(2, DIMENSION), attributes: {} }]);
        expect(await idsNear(atAngle(2, DIMENSION), 1)).toEqual([1]);
        expect(await store.count(index)).toBe(2);
      });

      it('empty lists of points, ids and queries are accepted and change nothing', async () => {
        await store.upsert(index, fan([1]));
        await store.upsert(index, []);
        await store.delete(index, []);
        expect(await store.search(index, { queries: [], limit: 5 })).toEqual([]);
        expect(await store.count(index)).toBe(1);
      });

      it('ids up to 2^53 − 1 keep every digit', async () => {
        const ids = [1, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER];
        await store.upsert(
          index,
          ids.map((id, i) => ({ id, vector: atAngle(i / 10, DIMENSION), attributes: {} })),
        );
        expect(await idsNear(atAngle(0, DIMENSION), 5)).toEqual(ids);
        expect(await store.listIds(index, 0, 10)).toEqual(ids);
        await store.delete(index, [Number.MAX_SAFE_INTEGER]);
        expect(await store.listIds(index, 2 ** 32 + 1, 10)).toEqual([Number.MAX_SAFE_INTEGER - 1]);
      });

      it('a bad point is INVALID_INPUT, and no point of its batch is written', async () => {
        const vector = atAngle(0, DIMENSION);
        const bad: VectorPoint[] = [
          { id: 2, vector: new Float32Array(DIMENSION - 1), attributes: {} },
          { id: 2, vector: new Float32Array(DIMENSION * 2), attributes: {} },
          { id: 2, vector: vector.map((value, i) => (i === 3 ? NaN : value)), attributes: {} },
          { id: 2, vector: vector.map((value, i) => (i === 3 ? Infinity : value)), attributes: {} },
          { id: 0, vector, attributes: {} },
          { id: -1, vector, attributes: {} },
          { id: 1.5, vector, attributes: {} },
          { id: 2 ** 53, vector, attributes: {} },
        ];
        for (const point of bad) {
          const writing = store.upsert(index, [{ id: 1, vector, attributes: {} }, point]);
          await expect(writing).rejects.toMatchObject({
            code: 'INVALID_INPUT',
            message: expect.stringContaining(String(point.id)) as unknown,
          });
        }
        expect(await store.count(index)).toBe(0);
      });

      it('ids are listed in pages, ascending', async () => {
        await store.upsert(index, fan([7, 3, 11, 5, 2]));
        expect(await store.listIds(index, 0, 2)).toEqual([2, 3]);
        expect(await store.listIds(index, 3, 2)).toEqual([5, 7]);
        expect(await store.listIds(index, 4, 10)).toEqual([5, 7, 11]);
        expect(await store.listIds(index, 11, 2)).toEqual([]);
      });
    });

    const newIndex = async (dimension: number): Promise<{ store: VectorStore; index: string }> => {
      await store.drop(index);
      await store.ensure(index, dimension);
      return { store, index };
    };
    describe('filters', () => filterContract({ newIndex, test: it, minRecall, seed }));
    describe('pairs', () => pairsContract({ newIndex, test: it, seed }));

    describe('search', () => {
      it('gives squared L2 distances, nearest first', async () => {
        const angles = [0, 0.5, 1, Math.PI / 2, 2, Math.PI];
        await store.upsert(
          index,
          angles.map((angle, i) => ({ id: i + 1, vector: atAngle(angle, DIMENSION), attributes: {} })),
        );
        const hits = await search(atAngle(0, DIMENSION), 10);
        expect(hits.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6]);
        hits.forEach(({ distance }, i) => {
          expect(Math.abs(distance - (2 - 2 * Math.cos(angles[i] ?? NaN)))).toBeLessThan(TOLERANCE);
          expect(distance).toBeGreaterThanOrEqual(0);
        });
      });

      it('orders equal distances by id, whatever the order of writing', async () => {
        const same = unit([3, 1, 4, 1, 5, 9, 2, 6]);
        for (const ids of [[40, 41, 42], [12, 11, 10], [30], [20, 21]]) {
          await store.upsert(
            index,
            ids.map((id) => ({ id, vector: same, attributes: {} })),
          );
        }
        await store.upsert(index, [{ id: 50, vector: atAngle(1, DIMENSION), attributes: {} }]);
        expect(await idsNear(same, 20)).toEqual([10, 11, 12, 20, 21, 30, 40, 41, 42, 50]);
      });

      it('the limit may be 1, or larger than the number of points, up to 16,384', async () => {
        await store.upsert(index, fan([1, 2, 3]));
        expect(await idsNear(atAngle(0.2, DIMENSION), 1)).toEqual([2]);
        expect(await idsNear(atAngle(0, DIMENSION), 4)).toEqual([1, 2, 3]);
        expect(await idsNear(atAngle(0, DIMENSION), MAX_SEARCH_LIMIT)).toEqual([1, 2, 3]);
      });

      it('any other limit is INVALID_INPUT', async () => {
        for (const limit of [0, -1, 1.5, NaN, MAX_SEARCH_LIMIT + 1]) {
          await expect(search(atAngle(0, DIMENSION), limit)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
        }
      });

      it('a query with a wrong dimension, or with a value that is not finite, is INVALID_INPUT', async () => {
        await store.upsert(index, fan([1]));
        for (const query of [atAngle(0, DIMENSION + 1), new Float32Array(0), new Float32Array(DIMENSION).fill(NaN)]) {
          const searching = store.search(index, { queries: [atAngle(0, DIMENSION), query], limit: 1 });
          await expect(searching).rejects.toMatchObject({ code: 'INVALID_INPUT' });
        }
      });

      it('returns the answers of a batch in the order of its queries', async () => {
        const ids = Array.from({ length: 40 }, (_, i) => i + 1);
        await store.upsert(index, fan(ids));
        const queries = ids.toReversed().map((id) => atAngle(id / 10, DIMENSION));
        const answers = await store.search(index, { queries, limit: 1 });
        expect(answers.map((hits) => hits[0]?.id)).toEqual(ids.toReversed());
      });

      it(`finds the same of 3,000 points as an exact search (seed ${seed})`, async () => {
        const random = randomFrom(seed);
        const dimension = 32;
        const points = Array.from({ length: 3_000 }, (_, i) => ({
          id: i + 1,
          vector: randomUnit(random, dimension),
          attributes: {},
        }));
        await store.drop(index);
        await store.ensure(index, dimension);
        for (let i = 0; i < points.length; i += 500) await store.upsert(index, points.slice(i, i + 500));
        expect(await store.count(index)).toBe(3_000);

        const queries = Array.from({ length: 20 }, () => randomUnit(random, dimension));
        const answers = await store.search(index, { queries, limit: 50 });
        let found = 0;
        queries.forEach((query, i) => {
          const hits = answers[i] ?? [];
          const reach = (exactSearch(points, query, 50).at(-1)?.distance ?? 0) + TOLERANCE;
          expect(new Set(hits.map(({ id }) => id)).size).toBe(50);
          hits.forEach(({ id, distance }, rank) => {
            const { vector } = points[id - 1] ?? { vector: new Float32Array(dimension) };
            expect(Math.abs(distance - squaredL2(query, vector))).toBeLessThan(TOLERANCE);
            if (rank > 0) expect(distance).toBeGreaterThanOrEqual(hits[rank - 1]?.distance ?? 0);
            if (distance <= reach) found++;
          });
        });
        expect(found / (50 * queries.length)).toBeGreaterThanOrEqual(minRecall);
      });
    });

    describe('calls', () => {
      it('an aborted signal rejects every call with its reason, and nothing is changed', async () => {
        await store.upsert(index, fan([1]));
        const reason = new Error('the client has disconnected');
        const signal = AbortSignal.abort(reason);
        await expect(store.ensure(newName(), DIMENSION, signal)).rejects.toBe(reason);
        await expect(store.upsert(index, fan([2]), signal)).rejects.toBe(reason);
        await expect(store.search(index, { queries: [atAngle(0, DIMENSION)], limit: 1 }, signal)).rejects.toBe(reason);
        await expect(store.delete(index, [1], signal)).rejects.toBe(reason);
        await expect(store.listIds(index, 0, 1, signal)).rejects.toBe(reason);
        await expect(store.count(index, signal)).rejects.toBe(reason);
        await expect(store.drop(index, signal)).rejects.toBe(reason);
        expect(await store.listIds(index, 0, 10)).toEqual([1]);
      });

      it('a search that is aborted while it runs rejects with the reason, and concurrent searches are answered', async () => {
        await store.upsert(index, fan([1, 2, 3]));
        const controller = new AbortController();
        const reason = new Error('the user has typed more');
        const query = atAngle(0.2, DIMENSION);
        const before = search(query, 1);
        const aborted = store.search(index, { queries: [query], limit: 1 }, controller.signal);
        const after = search(query, 1);
        controller.abort(reason);
        await expect(aborted).rejects.toBe(reason);
        expect((await before)[0]?.id).toBe(2);
        expect((await after)[0]?.id).toBe(2);
      });

      it('concurrent searches and writes do not disturb each other', async () => {
        await store.upsert(index, fan([1]));
        const writes = Array.from({ length: 10 }, (_, i) => store.upsert(index, fan([i + 2])));
        const searches = Array.from({ length: 20 }, () => idsNear(atAngle(0.1, DIMENSION), 1));
        for (const ids of await Promise.all(searches)) expect(ids).toEqual([1]);
        await Promise.all(writes);
        expect(await store.count(index)).toBe(11);
      });

      it('a closed store may be closed again, and other calls are UNAVAILABLE', async () => {
        const closed = await open();
        const closedIndex = newName();
        try {
          await closed.ensure(closedIndex, DIMENSION);
          await closed.drop(closedIndex);
        } finally {
          await closed.close();
        }
        await closed.close();
        await expect(closed.ensure(closedIndex, DIMENSION)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
        await expect(closed.search(index, { queries: [atAngle(0, DIMENSION)], limit: 1 })).rejects.toMatchObject({
          code: 'UNAVAILABLE',
        });
      });
    });
  });
}

/** Points whose angle in radians is a tenth of their id. */
function fan(ids: readonly number[]): VectorPoint[] {
  return ids.map((id) => ({ id, vector: atAngle(id / 10, DIMENSION), attributes: {} }));
}
