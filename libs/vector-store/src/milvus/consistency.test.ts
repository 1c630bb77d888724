import { LastWrites, STRONG } from './consistency';

const after = (time: string): object => ({
  consistency_level: 'Customized',
  use_default_consistency: false,
  guarantee_timestamp: time,
});

test('a search waits for the last write to its own index, in any order of the answers', () => {
  const writes = new LastWrites();
  expect(writes.forSearch('a').fields).toEqual(after('1'));
  writes.note('a', '470690268964716552');
  writes.note('a', '470690268964716547');
  writes.note('b', '470690268964716999');
  expect(writes.forSearch('a').fields).toEqual(after('470690268964716552'));
});

test('after a write without a timestamp, searches are strong until a search that started later has succeeded', () => {
  const writes = new LastWrites();
  writes.note('a', '0');
  const early = writes.forSearch('a');
  writes.note('a', '0');
  early.seen();
  const late = writes.forSearch('a');
  expect(late.fields).toBe(STRONG);
  late.seen();
  expect(writes.forSearch('a').fields).toEqual(after('1'));
});

test('indexes without an entry get the guarantee of the evicted entries', () => {
  const writes = new LastWrites();
  writes.note('first', '500');
  for (let i = 0; i < 10_000; i++) writes.note(`i${i}`, '400');
  expect(writes.forSearch('first').fields).toEqual(after('500'));
});
