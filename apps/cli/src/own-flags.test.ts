import { matches, ownIndexAttributes, type OwnAttribute } from '@wentu/domain';
import { parseAttribute, parseAttributeFilter, toChangeInput } from './own-flags';
import { toFilterInput } from './filter-flags';
import { english } from './words/english';

const conditionOf = (text: string) => parseAttributeFilter(english.filter)(text)[0]!;
const has = (text: string, attribute: OwnAttribute): boolean =>
  matches(conditionOf(text), ownIndexAttributes({ tags: [], attributes: [attribute] }));
const price = (value: number): OwnAttribute => ({ name: 'price', kind: 'number', value });
const made = (time: string): OwnAttribute => ({ name: 'made', kind: 'date', value: Date.parse(time) });

test('a condition on an attribute finds values of the type that it looks like, and equal texts', () => {
  expect([has('price', price(1)), has('price', made('2024-01-01'))]).toEqual([true, false]);
  expect([has('price=12.5', price(12.5)), has('price=12.5', { name: 'price', kind: 'string', value: '12.5' })]).toEqual(
    [...[true, true]],
  );
  expect([has('price=10..20', price(20)), has('price=10..20', price(21)), has('price=..20', price(-5))]).toEqual([
    ...[true, false, true],
  ]);
  // Days are whole.
  expect([has('made=2024-05-01', made('2024-05-01T23:59:59Z')), has('made=2024-05-01', made('2024-05-02'))]).toEqual([
    ...[true, false],
  ]);
  expect(has('made=2024-05-01..2024-05-03', made('2024-05-03T12:00:00Z'))).toBe(true);
  expect(has('sold=false', { name: 'sold', kind: 'boolean', value: false })).toBe(true);
  expect(has('note=a=b', { name: 'note', kind: 'string', value: 'a=b' })).toBe(true);
  for (const bad of ['', '=5', 'price=..', 'price=a..b', 'price=1..2024-05-01'])
    expect(() => conditionOf(bad)).toThrow('price=10..20');
});

test('conditions and changes have a form for the API', () => {
  expect(toFilterInput({ kind: 'oneOf', attribute: 'tags', values: ['a'] })).toEqual({ tag: ['a'] });
  expect(toFilterInput(conditionOf('price=10..'))).toEqual({ attribute: { name: 'price', numberRange: { from: 10 } } });
  expect(toFilterInput(conditionOf('sold=true'))).toEqual({
    or: [{ attribute: { name: 'sold', boolean: true } }, { attribute: { name: 'sold', string: ['true'] } }],
  });
  expect(JSON.parse(JSON.stringify(toFilterInput(conditionOf('made=2024-05-01..'))))).toEqual({
    attribute: { name: 'made', dateRange: { from: '2024-05-01T00:00:00.000Z' } },
  });
  const pairs = ['a=1', 'b=true', 'c=2024-05-01', 'd=x'];
  const setAttributes = pairs.reduce<OwnAttribute[]>((all, pair) => parseAttribute(english.tag)(pair, all), []);
  expect(setAttributes.map(({ kind }) => kind)).toEqual(['number', 'boolean', 'date', 'string']);
  expect(parseAttribute(english.tag, true)('a=1')).toEqual([{ name: 'a', kind: 'string', value: '1' }]);
  expect(() => parseAttribute(english.tag)('a')).toThrow('price=12.5');
  expect(toChangeInput({ imageId: 'i', addTags: ['t'], setAttributes })).toEqual({
    ...{ imageId: 'i', addTags: ['t'] },
    setAttributes: [
      { name: 'a', number: 1 },
      { name: 'b', boolean: true },
      { name: 'c', date: new Date('2024-05-01') },
      { name: 'd', string: 'x' },
    ],
  });
});
