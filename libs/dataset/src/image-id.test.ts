import { SeenIds } from './image-id';

test('a hundred thousand ids like those of real datasets are distinct', () => {
  const seen = new SeenIds();
  for (let i = 0; i < 50_000; i++) {
    if (seen.add(String(7_000_000_000 + i), i) !== undefined)
      throw new Error(`${7_000_000_000 + i} was reported as a duplicate`);
    if (seen.add(`flickr/${i}_${i % 97}.jpg`, i) !== undefined) throw new Error(`${i} was reported as a duplicate`);
  }
  expect(seen.add('7000000123', 1)).toBe(123);
});
