import type { Attributes, Filter, VectorPoint, VectorStore } from '@wentu/domain';
import { atAngle, exactSearch, randomFrom, randomUnit } from './points';

const DIMENSION = 32;
const COUNT = 3_000;

/** What the tests of filters need of the suite that declares them. */
export interface FilterContract {
  /** Creates an empty index of this dimension, which the suite drops. */
  readonly newIndex: (dimension: number) => Promise<{ store: VectorStore; index: string }>;
  readonly test: (title: string, body: () => Promise<void>) => void;
  /** Share of the true nearest points that a search of many points must find. */
  readonly minRecall: number;
  readonly seed: number;
}

const HOSTILE = ['"] or id > 0', "it's", 'back\\slash', '100 %_', '海边/日落', 'a"b', 'new\nline', '😀'];

/** Declares the tests of filters for one adapter. */
export function filterContract({ newIndex, test: it, minRecall, seed }: FilterContract): void {
  /** An index with one point per attributes, at a tenth of its id; returns the ids that match. */
  const matching = async (all: readonly Attributes[], filters: readonly Filter[]): Promise<number[][]> => {
    const { store, index } = await newIndex(DIMENSION);
    await store.upsert(
      index,
      all.map((attributes, i) => ({ id: i + 1, vector: atAngle((i + 1) / 10, DIMENSION), attributes })),
    );
    const found: number[][] = [];
    for (const filter of filters) {
      const [hits = []] = await store.search(index, { queries: [atAngle(0, DIMENSION)], limit: 100, filter });
      found.push(hits.map(({ id }) => id));
      expect([hits.length, null]).toContain(await store.countMatching(index, filter));
    }
    return found;
  };

  it(`the nearest of the points that match, at every share of 3,000 points (seed ${seed})`, async () => {
    const { store, index } = await newIndex(DIMENSION);
    const random = randomFrom(seed);
    const points: VectorPoint[] = Array.from({ length: COUNT }, (_, i) => ({
      id: i + 1,
      vector: randomUnit(random, DIMENSION),
      attributes: { width: Math.floor(random() * 1_000), imageId: `folder-${i % 7}/${i}.jpg` },
    }));
    for (let i = 0; i < COUNT; i += 500) await store.upsert(index, points.slice(i, i + 500));
    for (const share of [1, 10, 100, 500, 1_000]) {
      const filter: Filter = { kind: 'range', attribute: 'width', to: share - 1 };
      let [found, wanted] = [0, 0];
      for (let i = 0; i < 10; i++) {
        const query = randomUnit(random, DIMENSION);
        const right = exactSearch(points, query, 10, filter).map(({ id }) => id);
        const [hits = []] = await store.search(index, { queries: [query], limit: 10, filter });
        expect(hits).toHaveLength(right.length);
        found += hits.filter(({ id }) => right.includes(id)).length;
        wanted += right.length;
      }
      expect(found).toBeGreaterThanOrEqual(minRecall * wanted);
    }
  });

  it('equal values, one of several, ranges and folders', async () => {
    const all: Attributes[] = [
      { mimeType: 'image/jpeg', width: 100, imageId: 'a/b/1.jpg' },
      { mimeType: 'image/png', width: 200, imageId: 'a/bc/2.png' },
      { mimeType: 'image/webp', width: 300, imageId: 'a/b' },
      { mimeType: 'image/png', width: 400, imageId: 'c.png' },
    ];
    const filters: Filter[] = [
      { kind: 'equal', attribute: 'mimeType', value: 'image/png' },
      { kind: 'equal', attribute: 'width', value: 300 },
      { kind: 'oneOf', attribute: 'mimeType', values: ['image/jpeg', 'image/webp'] },
      { kind: 'range', attribute: 'width', from: 200, to: 300 },
      { kind: 'range', attribute: 'width', from: 301 },
      { kind: 'inFolder', attribute: 'imageId', folder: 'a/b' },
      { kind: 'inFolder', attribute: 'imageId', folder: 'a' },
    ];
    expect(await matching(all, filters)).toEqual([[2, 4], [3], [1, 3], [2, 3], [4], [1, 3], [1, 2, 3]]);
  });

  it('and, or and not; an absent attribute matches no condition, and not over it matches', async () => {
    const wide: Filter = { kind: 'range', attribute: 'width', from: 200 };
    const png: Filter = { kind: 'equal', attribute: 'mimeType', value: 'image/png' };
    const all: Attributes[] = [
      { width: 100, mimeType: 'image/png' },
      { width: 200, mimeType: 'image/png' },
      { width: 200, mimeType: 'image/jpeg' },
      {},
    ];
    const filters: Filter[] = [
      { kind: 'and', filters: [wide, png] },
      { kind: 'or', filters: [wide, png] },
      { kind: 'not', filter: wide },
      { kind: 'not', filter: { kind: 'or', filters: [wide, png] } },
      { kind: 'and', filters: [{ kind: 'not', filter: wide }, png] },
    ];
    expect(await matching(all, filters)).toEqual([[2], [1, 2, 3], [1, 4], [4], [1]]);
  });

  it('lists of strings, booleans and names that the owner chose', async () => {
    const all: Attributes[] = [
      { 标签: ['海', '日落'], sold: true },
      { 标签: ['海'], sold: false },
      { 标签: [], 'a "name"': 1.5 },
      { 标签: '海', sold: 'true' },
    ];
    const filters: Filter[] = [
      { kind: 'equal', attribute: '标签', value: '海' },
      { kind: 'oneOf', attribute: '标签', values: ['日落', '山'] },
      { kind: 'equal', attribute: 'sold', value: false },
      { kind: 'equal', attribute: 'a "name"', value: 1.5 },
      { kind: 'equal', attribute: 'sold', value: 'true' },
      { kind: 'not', filter: { kind: 'equal', attribute: '标签', value: '海' } },
      { kind: 'not', filter: { kind: 'equal', attribute: 'sold', value: true } },
    ];
    const expected = [[1, 2, 4], [1], [2], [3], [4], [3], [2, 3, 4]];
    expect(await matching(all, filters)).toEqual(expected);
  });

  it('ranges of decimals and of large numbers, in points with whole numbers and with decimals', async () => {
    const all: Attributes[] = [
      { latitude: 31, takenAt: 1_696_156_205_257 },
      { latitude: 31.2345678, takenAt: -4_000_000_000_000 },
      { latitude: -0.0000001, takenAt: 0 },
      { latitude: -12.5, takenAt: 1_696_156_205_258 },
      {},
    ];
    const range = (attribute: string, from: number, to: number): Filter => ({ kind: 'range', attribute, from, to });
    const filters: Filter[] = [
      range('latitude', 30.999999999, 31.000000001),
      range('latitude', 31.2345677, 31.2345679),
      range('latitude', -1e-7, 1e-9),
      range('latitude', -13, -12),
      range('latitude', -12.6, 31),
      range('takenAt', 1_696_156_205_257, 1_696_156_205_257),
      range('takenAt', -4_000_000_000_000, -1),
      { kind: 'not', filter: range('latitude', -90, 90) },
    ];
    expect(await matching(all, filters)).toEqual([[1], [2], [3], [4], [1, 3, 4], [1], [2], [5]]);
  });

  it('points that have an attribute, and points that do not', async () => {
    const all: Attributes[] = [{ camera: 'Nikon D750' }, { camera: '' }, { lens: 'x' }, {}];
    const has: Filter = { kind: 'exists', attribute: 'camera' };
    const filters: Filter[] = [
      has,
      { kind: 'not', filter: has },
      { kind: 'or', filters: [has, { kind: 'exists', attribute: 'lens' }] },
      { kind: 'not', filter: { kind: 'not', filter: has } },
      { kind: 'exists', attribute: 'nothing' },
    ];
    expect(await matching(all, filters)).toEqual([[1, 2], [3, 4], [1, 2, 3], [1, 2], []]);
  });

  it('texts are compared as they are, whatever characters they have', async () => {
    const all = HOSTILE.map((imageId) => ({ imageId }));
    const equal = HOSTILE.map((value): Filter => ({ kind: 'equal', attribute: 'imageId', value }));
    expect(await matching(all, equal)).toEqual(HOSTILE.map((_, i) => [i + 1]));
    const inside = HOSTILE.map((folder) => ({ imageId: `${folder}/1.jpg` }));
    const folders = HOSTILE.map((folder): Filter => ({ kind: 'inFolder', attribute: 'imageId', folder }));
    expect(await matching(inside, folders)).toEqual(HOSTILE.map((_, i) => [i + 1]));
  });

  it('a point that was written again has its new attributes; a deleted one is not found', async () => {
    const { store, index } = await newIndex(DIMENSION);
    const point = (id: number, width: number): VectorPoint => {
      return { id, vector: atAngle(id / 10, DIMENSION), attributes: { width } };
    };
    await store.upsert(index, [point(1, 10), point(2, 10), point(3, 10)]);
    await store.upsert(index, [point(2, 20)]);
    await store.delete(index, [3]);
    const find = async (value: number): Promise<number[]> => {
      const filter: Filter = { kind: 'equal', attribute: 'width', value };
      const [hits = []] = await store.search(index, { queries: [atAngle(0, DIMENSION)], limit: 10, filter });
      return hits.map(({ id }) => id);
    };
    expect(await find(10)).toEqual([1]);
    expect(await find(20)).toEqual([2]);
    // Null: the store does not count.
    const count = await store.countMatching(index, { kind: 'exists', attribute: 'width' });
    expect([2, null]).toContain(count);
  });

  it('a filter above a limit is INVALID_INPUT', async () => {
    const { store, index } = await newIndex(DIMENSION);
    const filter: Filter = { kind: 'and', filters: [] };
    await expect(store.countMatching(index, filter)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(store.search(index, { queries: [atAngle(0, DIMENSION)], limit: 1, filter })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });
}
