import { pickCollection } from './pick-collection';

const of = (...entries: [name: string, imageCount: number][]) =>
  entries.map(([name, imageCount]) => ({ name, imageCount }));

test('without a wanted collection it is default, unless that is empty', () => {
  expect(pickCollection(of(['samples', 9], ['default', 1]), null)?.name).toBe('default');
  expect(pickCollection(of(['default', 0], ['pets', 3], ['samples', 9]), null)?.name).toBe('samples');
  expect(pickCollection(of(['default', 0], ['pets', 3]), null)?.name).toBe('pets');
});

test('a wanted collection is kept even when it is empty', () => {
  expect(pickCollection(of(['default', 5], ['新图库', 0]), '新图库')?.name).toBe('新图库');
});

test('an unknown name, and collections without pictures, give none', () => {
  expect(pickCollection(of(['default', 5]), 'nope')).toBeUndefined();
  expect(pickCollection(of(['default', 0]), null)).toBeUndefined();
  expect(pickCollection([], null)).toBeUndefined();
});
