import { QUIET_MS } from '@wentu/domain';
import { Stillness } from './stillness';

let now = 0;
const stillness = (): Stillness => new Stillness(() => now);

test('a collection is quiet when its newest row has been seen to be the same for long enough', () => {
  const still = stillness();
  expect(still.isQuiet(1, 7)).toBe(false);
  now += QUIET_MS - 1;
  expect(still.isQuiet(1, 7)).toBe(false);
  expect(still.isQuiet(2, 7)).toBe(false);
  now += 1;
  expect(still.isQuiet(1, 7)).toBe(true);
  expect(still.isQuiet(2, 7)).toBe(false);
  // Another newest row, also an older one, begins anew.
  expect(still.isQuiet(1, 6)).toBe(false);
  now += QUIET_MS;
  expect(still.isQuiet(1, 6)).toBe(true);
  still.stir();
  expect(still.isQuiet(1, 6)).toBe(false);
});

test('it remembers a bounded number of collections', () => {
  const still = stillness();
  for (let id = 1; id <= 10_001; id++) still.isQuiet(id, 1);
  now += QUIET_MS;
  expect(still.isQuiet(1, 1)).toBe(false);
  expect(still.isQuiet(10_001, 1)).toBe(true);
});
