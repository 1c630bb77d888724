import 'reflect-metadata';
import { parse, type GraphQLObjectType } from 'graphql';
import { createSchema } from '../graphql/schema';
import { checkCost, costOf, ENTRIES, WORK } from './query-cost';
import { findRepeats } from './repeated-fields';

const schema = createSchema();
const cost = (query: string, variables = {}): number => costOf(schema, parse(query), { variables });
const HITS = 'edges { node { similarity image { id imageId } } }';

test('every weight is of a field of the schema', () => {
  for (const name of [...Object.keys(WORK), ...Object.keys(ENTRIES)]) {
    const [type = '', field = ''] = name.split('.');
    expect([name, Object.keys((schema.getType(type) as GraphQLObjectType).getFields())]).toEqual([
      name,
      expect.arrayContaining([field]),
    ]);
  }
});

test('lists multiply what is in them, by variables and defaults too', () => {
  const one = cost(`{ search(query: { text: "狗" }, first: 1) { ${HITS} } }`);
  const hundred = cost(`{ search(query: { text: "狗" }, first: 100) { ${HITS} } }`);
  // An edge, a node, an image and three leaves.
  expect([one, hundred]).toEqual([55, 480]);
  const query = `query ($first: Int!) { search(query: { text: "狗" }, first: $first) { ${HITS} } }`;
  expect(cost(query, { first: 100 })).toBe(hundred);
  expect(cost(`{ search(query: { text: "狗" }) { ${HITS} } }`)).toBe(
    cost(`{ search(query: { text: "狗" }, first: 24) { ${HITS} } }`),
  );
  const nested = '{ collections { images(first: 1000) { collectionNode { images(first: 1000) { id } } } } }';
  expect(cost(nested)).toBeGreaterThan(10_000_000);
});

test('aliases, fragments, originals and pictures cost what they repeat', () => {
  const search = `search(query: { text: "狗" }, first: 10) { ${HITS} }`;
  const aliases = Array.from({ length: 30 }, (_, i) => `a${i}: ${search}`).join(' ');
  expect(cost(`{ ${aliases} }`)).toBeCloseTo(30 * cost(`{ ${search} }`), -2);
  expect(
    cost(`{ ...F b: search(query: { text: "狗" }, first: 10) { ${HITS} } } fragment F on Query { ${search} }`),
  ).toBe(cost(`{ ${search} b: ${search} }`));
  const list = (field: string): number => cost(`{ collection(name: "a") { images(first: 100) { ${field} } } }`);
  expect(list('data') - list('id')).toBeCloseTo(2_500, -1);
  expect(cost('{ search(query: { picture: "AA" }) { totalCount } }')).toBeGreaterThan(
    cost('{ search(query: { text: "狗" }) { totalCount } }') + 100,
  );
});

test('the error says cost, limit and setting', () => {
  checkCost(20, 20);
  expect(() => checkCost(21, 20)).toThrow(/costs 21, and the limit is 20 \(WENTU_MAX_QUERY_COST\); lower first/);
});

test('fragments in fragments are refused before they are counted', () => {
  let query = '{ ...F0 }';
  for (let i = 0; i < 20; i++) query += ` fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`;
  query += ' fragment F20 on Query { collections { name } }';
  expect(() => cost(query)).toThrow(/repeats more than 5000 fields/);
});

test('repeated fields are found before the validation, whose time is quadratic', () => {
  const repeat = (field: string, times: number): string => `{ ${`${field} `.repeat(times)} }`;
  expect(findRepeats(parse(repeat('image(imageId: "a") { id }', 100)))).toBeNull();
  expect(findRepeats(parse(repeat('image(imageId: "a") { id }', 101)))?.message).toMatch(/image more than 100 times/);
  expect(findRepeats(parse(repeat('__typename', 501)))?.message).toMatch(/__typename more than 500 times/);
});
