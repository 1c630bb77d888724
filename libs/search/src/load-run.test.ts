import { ItemError, type DatasetEntry } from '@wentu/domain';
import { item, row, setUp } from './testing/load-run-bench';

test('writes originals, then PENDING rows, then index entries, and then makes the rows READY', async () => {
  const { run, log, tally } = setUp([item('a'), item('b')]);
  await run();
  expect(log).toEqual(['put 1 2', 'pending a b', 'indexed 1 2', 'ready 1 2']);
  expect(tally.progress()).toMatchObject({ total: 2, processed: 2, loaded: 2, skipped: 0, failed: 0 });
});

test('encodes again only the pictures that an older version decoded differently', async () => {
  const contents = [item('a', 'tiled'), item('b', 'plain')];
  const before = setUp(contents);
  await before.run();
  const after = setUp(contents, {}, { revision: 'tiff-2' });
  for (const [id, image] of before.ready) after.ready.set(id, { ...image, id: image.id + 50 });
  await after.run();
  expect(after.log).toEqual([
    'put 1',
    'pending a',
    'indexed 1',
    'ready 1',
    'index removed 51',
    'rows removed 51',
    'originals removed 51',
  ]);
  expect(after.tally.progress()).toMatchObject({ loaded: 1, skipped: 1 });
});

test('removes a replaced version from the index before its row', async () => {
  const { run, log, ready, tally } = setUp([item('a', 'new')]);
  ready.set('a', { ...row('a'), id: 99, fingerprint: 'old' });
  await run();
  expect(log).toEqual([
    'put 1',
    'pending a',
    'indexed 1',
    'ready 1',
    'index removed 99',
    'rows removed 99',
    'originals removed 99',
  ]);
  expect(tally.progress()).toMatchObject({ loaded: 1, replaced: 1 });
});

test('adds a mark to the name of a new picture when a picture of another source has that name', async () => {
  const { run, log, ready, tally } = setUp([item('x/a.jpg', 'new')]);
  ready.set('x/a.jpg', { ...row('x/a.jpg'), location: '/e#x/a.jpg', source: '/e', fingerprint: 'other' });
  await run();
  expect([...ready.keys()]).toEqual(['x/a.jpg', expect.stringMatching(/^x\/a-[0-9a-f]{8}\.jpg$/)]);
  expect(log.filter((line) => line.includes('removed'))).toEqual([]);
  expect(tally.progress()).toMatchObject({ loaded: 1, replaced: 0 });
});

test('a name with a mark is not longer than the longest imageId', async () => {
  const names = ['x'.repeat(508) + '.jpg', 'x.' + 'y'.repeat(510)];
  const { run, ready } = setUp(names.map((name) => item(name, `new ${name}`)));
  for (const name of names)
    ready.set(name, { ...row(name), location: `/e#${name}`, source: '/e', fingerprint: 'other' });
  await run();
  const marked = [...ready.keys()].filter((id) => /-[0-9a-f]{8}(\.jpg)?$/.test(id));
  expect(marked.map(({ length }) => length)).toEqual([512, 512]);
});

test('loads two pictures of the same name from one source, also in different batches', async () => {
  const placed = (n: number): DatasetEntry => ({
    ...item('1', `bytes ${n}`),
    item: `${n}/1.jpg`,
    location: `/d/${n}/1.jpg`,
  });
  const { run, ready } = setUp([1, 2, 3, 4, 5].map(placed));
  await run();
  expect([...ready.values()].map(({ location }) => location).sort()).toEqual(
    [1, 2, 3, 4, 5].map((n) => `/d/${n}/1.jpg`),
  );
  const names = [...ready.keys()];
  const again = setUp([1, 2, 3, 4, 5].map(placed).reverse());
  for (const [id, image] of ready) again.ready.set(id, image);
  await again.run();
  expect(again.tally.progress()).toMatchObject({ loaded: 0, skipped: 5 });
  expect([...again.ready.keys()]).toEqual(names);
});

test('a load without any loaded item fails and creates no collection', async () => {
  const { run, tally, make } = setUp([item('a', 'broken'), item('b', 'broken')], {}, { existing: null });
  await expect(run()).rejects.toMatchObject({
    code: 'ALL_FAILED',
    message: expect.stringMatching(/2 items.* a \(DECODE_FAILED\)/) as string,
  });
  expect(tally.isPartial).toBe(true);
  expect(make).toEqual([]);
});

test('creates the collection with the first picture', async () => {
  const { run, make, ready } = setUp([item('a', 'broken'), item('b')], {}, { existing: null });
  await run();
  expect(make).toEqual(['made']);
  expect([...ready.keys()]).toEqual(['b']);
});

test('writes a broken picture to the ledger and loads the rest of its batch', async () => {
  const bad: DatasetEntry = { item: 'row 9', error: new ItemError('BAD_ROW', 'no tab') };
  const { run, ledger, ready, tally } = setUp([item('a'), item('b', 'broken'), bad, item('c')]);
  await run();
  expect([...ready.keys()]).toEqual(['a', 'c']);
  expect(ledger.map((line) => `${line.item} ${line.code}`).sort()).toEqual(['b DECODE_FAILED', 'row 9 BAD_ROW']);
  expect(tally.progress()).toMatchObject({ processed: 4, loaded: 2, failed: 2 });
});

test('pictures that cannot be read are in the ledger in the order of the source, whichever failed first', async () => {
  const failing = (name: string, before: () => Promise<void>): DatasetEntry => ({
    ...item(name),
    read: async () => {
      await before();
      throw new ItemError('UNSUPPORTED_FORMAT', 'no picture');
    },
  });
  const hold: { release: () => void } = { release: () => undefined };
  const first = failing('a', async () => {
    await new Promise<void>((resolve) => (hold.release = resolve));
    await new Promise((resolve) => setImmediate(resolve));
  });
  const second = failing('b', async () => hold.release());
  const { run, ledger } = setUp([first, second, item('c')]);
  await run();
  expect(ledger.map((line) => line.item)).toEqual(['a', 'b']);
});

test('writes unconfirmed ledger lines again, with their position', async () => {
  const bad = ['x', 'y'].map((name) => ({ item: name, error: new ItemError('BAD_ROW', 'no tab') }));
  const { load, ledger, log, tally } = setUp([...bad, item('b', 'broken')], {}, { refusals: 1 });
  await expect(load.run()).rejects.toThrow('no answer');
  tally.fail('late', new Error('unreadable'));
  await load.writeFailures();
  await load.writeFailures();
  expect(log.at(-1)).toBe('lines of me from 0: x y b late');
  expect(ledger.map((line) => line.item)).toEqual(['x', 'y', 'b', 'late']);
  tally.fail('later', new Error('unreadable'));
  await load.writeFailures();
  expect(log.at(-1)).toBe('lines of me from 4: later');
});

test('skips all pictures when the same source is loaded again', async () => {
  const { run, log, ready, tally } = setUp([item('a'), item('b')]);
  await run();
  const again = setUp([item('a'), item('b')]);
  for (const [id, image] of ready) again.ready.set(id, image);
  await again.run();
  expect(again.log).toEqual([]);
  expect(again.tally.progress()).toMatchObject({ processed: 2, loaded: 0, skipped: 2 });
  expect(tally.progress().loaded).toBe(2);
  expect(log).not.toEqual([]);
});

test('writes the items in flight before they are decoded, one batch at a time', async () => {
  const { run, inFlight } = setUp(['a', 'b', 'c', 'd'].map((name) => item(name)));
  await run();
  expect(inFlight).toEqual([['a', 'b', 'c'], ['d']]);
});

test('after a crash, each suspect is a chunk of its own, so that another crash identifies it', async () => {
  const suspects = ['b', 'c'];
  const { run, inFlight, ready } = setUp(
    ['a', 'b', 'c', 'd'].map((name) => item(name)),
    { crashes: 1, suspects },
  );
  await run();
  expect(inFlight).toEqual([['a'], ['b'], ['c'], ['d']]);
  expect([...ready.keys()]).toEqual(['a', 'b', 'c', 'd']);
});

test('ends the run when the decoders have ended, and reports no broken picture', async () => {
  const { run, ledger, ready } = setUp([item('a'), item('b', 'away'), item('c', 'broken')]);
  await expect(run()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect([...ready.keys()]).toEqual([]);
  expect(ledger.map((line) => line.item)).not.toContain('b');
});

test('refuses an original that is too large to copy, with a remedy', async () => {
  const { run, ledger } = setUp([item('a', 'x'.repeat(1_001)), item('b')]);
  await run();
  expect(ledger).toEqual([
    expect.objectContaining({
      code: 'TOO_LARGE',
      message: expect.stringContaining('WENTU_MAX_COPIED_BYTES') as string,
    }),
  ]);
});

test('rebuilds an index that its server has lost, and continues the load', async () => {
  const { run, log, ready } = setUp([item('a')], {}, { lost: true });
  await run();
  expect(log).toEqual(['put 1', 'pending a', 'mended', 'indexed 1', 'ready 1']);
  expect([...ready.keys()]).toEqual(['a']);
});
