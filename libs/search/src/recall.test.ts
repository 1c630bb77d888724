import { recallAt } from './recall';

const sets = (entries: Record<string, string[]>): Map<string, Set<string>> =>
  new Map(Object.entries(entries).map(([query, ids]) => [query, new Set(ids)]));
const lists = (entries: Record<string, string[]>): Map<string, string[]> => new Map(Object.entries(entries));

test('a query counts once, where its first relevant answer is', () => {
  const relevant = sets({ first: ['a', 'b'], second: ['b'], last: ['z', 'c'], never: ['q'] });
  const order = ['a', 'b', 'c'];
  const predictions = lists({ first: order, second: order, last: order, never: order });
  expect(recallAt([1, 2, 3], relevant, predictions)).toEqual([0.25, 0.5, 0.75]);
});

test('a query without anything relevant is a miss, a prediction for no query is passed over', () => {
  expect(recallAt([1], sets({ a: ['1'], b: [] }), lists({ a: ['1'], b: ['1'], other: ['1'] }))).toEqual([0.5]);
});

test('queries without predictions are named', () => {
  expect(() => recallAt([1], sets({ a: ['1'], b: ['1'], c: ['1'] }), lists({ b: ['1'] }))).toThrow(
    '2 of 3 queries have no prediction, the first: a, c',
  );
});
