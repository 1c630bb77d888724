import { LastWrites, STRONG } from './consistency';

const after = (time: string): object => ({
  consistency_level: 'Customized',
  use_default_consistency: false,
  guarantee_timestamp: time,
});

test('a search waits for the last write to its own index, in whatever order answers come', () => {
  const writes = new LastWrites();
  expect(writes.forSearch('a').fields).toEqual(after('1'));
  writes.note('a', '470690268964716552');
  writes.note('a', '470690268964716547');
  writes.note('b', '470690268964716999');
  expect(writes.forSearch('a').fields).toEqual(after('470690268964716552'));
});

test('a write without a time makes searches strong until one that began after it has succeeded', () => {
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

test('what is forgotten of many indexes is promised for all of them', () => {
  const writes = new LastWrites();
  writes.note('first', '500');
  for (let i = 0; i < 10_000; i++) writes.note(`i${i}`, '400');
  expect(writes.forSearch('first').fields).toEqual(after('500'));
});
