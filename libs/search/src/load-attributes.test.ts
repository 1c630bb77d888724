import { ItemError, MAX_OWN_NAMES, type DatasetEntry, type GivenAttributes, type OwnAttribute } from '@wentu/domain';
import { item, setUp } from './testing/load-run-bench';

const withGiven = (name: string, given: GivenAttributes | Error): DatasetEntry => ({
  ...item(name, name),
  given: async () => {
    if (given instanceof Error) throw given;
    return given;
  },
});

test('what a source gives is written with the row, and again only when it changes, without encoding', async () => {
  const first = setUp([withGiven('a', { tags: ['x'] }), item('b', 'b')]);
  await first.run();
  expect([...first.ready.values()].map(({ imageId, given }) => [imageId, given?.tags])).toEqual([
    ['a', ['x']],
    ['b', undefined],
  ]);
  const again = setUp([withGiven('a', { tags: ['x'] }), withGiven('b', { tags: ['y'] })]);
  for (const [name, row] of first.ready) again.ready.set(name, row);
  await again.run();
  expect(again.log.filter((line) => /attributes|indexed/.test(line))).toEqual(['attributes b=y']);
  expect(again.tally).toMatchObject({ loaded: 0, skipped: 2, failed: 0 });
});

test('a broken sidecar is a line of the ledger, and its picture is loaded', async () => {
  const { run, ledger, tally } = setUp([withGiven('a', new ItemError('BAD_ATTRIBUTES', 'a.json is not JSON'))]);
  await run();
  expect(ledger).toEqual([{ item: 'a', code: 'BAD_ATTRIBUTES', message: 'a.json is not JSON' }]);
  expect([tally.loaded, tally.failed, tally.isPartial]).toEqual([1, 0, true]);
});

test('names for which the collection has no room are left out with a line of the ledger', async () => {
  const attributes = (from: number, count: number): OwnAttribute[] =>
    Array.from({ length: count }, (_, i) => ({ name: `n${from + i}`, kind: 'number', value: i }));
  const { run, ledger, ready } = setUp([
    withGiven('a', { attributes: attributes(0, 60) }),
    withGiven('b', { attributes: attributes(60, 60) }),
  ]);
  await run();
  expect(ready.get('b')?.given?.attributes).toHaveLength(MAX_OWN_NAMES - 60);
  expect(ledger).toMatchObject([{ item: 'b', code: 'BAD_ATTRIBUTES' }]);
  expect(ledger[0]?.message).toMatch(/"n100" was left out, because the collection has 100 different names/);
});
