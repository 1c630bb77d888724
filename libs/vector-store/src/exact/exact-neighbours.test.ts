import type { FeatureBlock } from '@wentu/domain';
import { newSeed, randomFrom } from '../contract/points';
import { ExactNeighbours } from './exact-neighbours';

let neighbours: ExactNeighbours;
beforeAll(async () => {
  neighbours = await ExactNeighbours.open({ threads: 1 });
});
afterAll(() => neighbours.close());

const block = (features: readonly Float64Array[], firstId = 0): FeatureBlock => ({
  dimension: features[0]!.length,
  ids: features.map((_, i) => String(firstId + i)),
  features,
});

async function* inBlocks(features: readonly Float64Array[], rows: number): AsyncGenerator<FeatureBlock> {
  for (let i = 0; i < features.length; i += rows) yield block(features.slice(i, i + rows), i);
}

/** The expected result: all products in double precision, and a stable sort. */
function plainSort(queries: readonly Float64Array[], rows: readonly Float64Array[], k: number): string[][] {
  return queries.map((query) =>
    rows
      .map((row, i) => ({ id: String(i), score: row.reduce((sum, value, d) => sum + value * query[d]!, 0) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, k)
      .map(({ id }) => id),
  );
}

const seed = newSeed();
describe(`compared with a sort in double precision (seed ${seed})`, () => {
  const random = randomFrom(seed);
  const whole = (most: number): number => Math.floor(random() * most);
  const vector = (dimension: number, scale = 1): Float64Array =>
    Float64Array.from({ length: dimension }, () => (random() + random() + random() - 1.5) * scale);

  /** Rows of which many are equal, differ in the last bit of a double or float32, are much longer, or are zero. */
  function trickyRows(count: number, dimension: number): Float64Array[] {
    const rows = [vector(dimension)];
    while (rows.length < count) {
      const like = rows[whole(rows.length)]!;
      const make = [
        () => vector(dimension),
        () => like.slice(),
        () => like.map((value, i) => (i === 0 ? value * (1 + 2 ** -52) : value)),
        () => like.map((value) => value * (1 + (random() - 0.5) * 2 ** -23)),
        () => vector(dimension, 100),
        () => new Float64Array(dimension),
      ];
      rows.push(make[whole(make.length)]!());
    }
    return rows;
  }

  test.each(Array.from({ length: 60 }, (_, i) => i))('set %i has the same neighbours in the same order', async () => {
    const dimension = 1 + whole(70);
    const rows = trickyRows(1 + whole(300), dimension);
    const queries = [...trickyRows(1 + whole(20), dimension), rows[whole(rows.length)]!];
    const k = 1 + whole(25);
    const found = await neighbours.nearest(block(queries), inBlocks(rows, 1 + whole(rows.length)), k);
    expect(found).toEqual(plainSort(queries, rows, k));
  });

  test('accepts more queries than one matrix product holds', async () => {
    const queries = Array.from({ length: 2_500 }, () => vector(3));
    const rows = trickyRows(40, 3);
    expect(await neighbours.nearest(block(queries), inBlocks(rows, 16), 5)).toEqual(plainSort(queries, rows, 5));
  });

  test.each([1e-40, 1e-90, 1e40, 1e90])(
    'features around %d, which float32 cannot represent, keep their order',
    async (scale) => {
      const queries = [vector(8, scale), vector(8)];
      const rows = Array.from({ length: 50 }, () => vector(8, scale));
      expect(await neighbours.nearest(block(queries), inBlocks(rows, 7), 9)).toEqual(plainSort(queries, rows, 9));
    },
  );
});

test('equal rows keep the order of the file across blocks, and the first ones are kept', async () => {
  const same = Float64Array.of(0.6, 0.8);
  const rows = Array.from({ length: 30 }, () => same);
  expect(await neighbours.nearest(block([same]), inBlocks(rows, 4), 6)).toEqual([['0', '1', '2', '3', '4', '5']]);
});

test('returns all rows when there are fewer than k', async () => {
  const rows = [Float64Array.of(1), Float64Array.of(3), Float64Array.of(2)];
  expect(await neighbours.nearest(block([Float64Array.of(1)]), inBlocks(rows, 2), 10)).toEqual([['1', '2', '0']]);
});

test('an abort ends the work with its reason', async () => {
  const stop = new AbortController();
  stop.abort(new Error('enough'));
  const rows = inBlocks([Float64Array.of(1)], 1);
  await expect(neighbours.nearest(block([Float64Array.of(1)]), rows, 1, stop.signal)).rejects.toThrow('enough');
});
