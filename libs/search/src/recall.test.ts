import { recallAt } from './recall';

const sets = (entries: Record<string, string[]>): Map<string, Set<string>> =>
  new Map(Object.entries(entries).map(([query, ids]) => [query, new Set(ids)]));
const lists = (entries: Record<string, string[]>): Map<string, string[]> => new Map(Object.entries(entries));

test('a query counts once, at the rank of its first relevant result', () => {
  const relevant = sets({ first: ['a', 'b'], second: ['b'], last: ['z', 'c'], never: ['q'] });
  const order = ['a', 'b', 'c'];
  const predictions = lists({ first: order, second: order, last: order, never: order });
  expect(recallAt([1, 2, 3], relevant, predictions)).toEqual([0.25, 0.5, 0.75]);
});

test('a query without relevant results is a miss, and a prediction for an unknown query is ignored', () => {
  expect(recallAt([1], sets({ a: ['1'], b: [] }), lists({ a: ['1'], b: ['1'], other: ['1'] }))).toEqual([0.5]);
});

test('the error names the queries without predictions', () => {
  expect(() => recallAt([1], sets({ a: ['1'], b: ['1'], c: ['1'] }), lists({ b: ['1'] }))).toThrow(
    '2 of 3 queries have no prediction, the first: a, c',
  );
});
