import { newSeed, randomFrom } from '../contract/points';
import { listAscending, type QueryIds } from './id-pages';

const seed = newSeed();

/** An engine that selects the rows of a limited query by this order. */
function engine(
  ids: readonly number[],
  order: (a: number, b: number) => number,
): { query: QueryIds; asked: () => number } {
  let asked = 0;
  const query: QueryIds = async (after, last, limit) => {
    asked++;
    const range = ids.filter((id) => id > after && (last === undefined || id <= last));
    return range.sort(order).slice(0, limit);
  };
  return { query, asked: () => asked };
}

describe.each(['ascending', 'descending', 'at random'])('on an engine that answers %s', (kind) => {
  test(`every page has the lowest ids (seed ${seed})`, async () => {
    const random = randomFrom(seed);
    const order = {
      ascending: (a: number, b: number) => a - b,
      descending: (a: number, b: number) => b - a,
      'at random': () => random() - 0.5,
    }[kind]!;
    for (let round = 0; round < 60; round++) {
      const ids = [
        ...new Set(Array.from({ length: Math.floor(random() * 400) }, () => 1 + Math.floor(random() * 5_000))),
      ];
      const after = Math.floor(random() * 5_000);
      const limit = 1 + Math.floor(random() * 100);
      const expected = ids
        .filter((id) => id > after)
        .sort((a, b) => a - b)
        .slice(0, limit);
      expect(await listAscending(engine(ids, order).query, after, limit)).toEqual(expected);
    }
  });

  test('a list longer than the limit of the engine is queried in pages', async () => {
    const ids = Array.from({ length: 20_000 }, (_, i) => 3 * i + 1);
    const order = kind === 'descending' ? (a: number, b: number) => b - a : (a: number, b: number) => a - b;
    const { query } = engine(ids, order);
    const most: number[] = [];
    const watched: QueryIds = (after, last, limit) => {
      most.push(limit);
      return query(after, last, limit);
    };
    expect(await listAscending(watched, 1, 100_000)).toEqual(ids.slice(1));
    expect(Math.max(...most)).toBeLessThanOrEqual(16_384);
  });
});

test('an engine that answers in order is queried twice per page, and once for the last page', async () => {
  const ids = Array.from({ length: 100 }, (_, i) => i + 1);
  const full = engine(ids, (a, b) => a - b);
  expect(await listAscending(full.query, 0, 10)).toHaveLength(10);
  expect(full.asked()).toBe(2);
  const rest = engine(ids, (a, b) => a - b);
  expect(await listAscending(rest.query, 85, 10)).toHaveLength(10);
  expect(rest.asked()).toBe(1);
});
