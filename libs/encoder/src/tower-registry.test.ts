import { TowerRegistry, type TowerSource } from './tower-registry';

interface Tower {
  readonly key: string;
  close(): Promise<void>;
}

/** Towers that record their events; `sizes` in bytes by key. */
function setUp(maxBytes: number, sizes: Record<string, number>) {
  const events: string[] = [];
  const broken = new Set<string>();
  const registry = new TowerRegistry<Tower>(maxBytes);
  const source = (key: string): TowerSource<Tower> => ({
    key,
    sizeBytes: sizes[key] ?? 0,
    async open() {
      await Promise.resolve();
      if (broken.has(key)) throw new Error(`${key} is damaged`);
      events.push(`open ${key}`);
      return { key, close: async () => void events.push(`close ${key}`) };
    },
  });
  const use = async (key: string): Promise<string> => await registry.use(source(key), async (tower) => tower.key);
  return { registry, source, events, broken, use };
}

/** A promise and the function that resolves it. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

test('a tower is opened once, also by concurrent calls', async () => {
  const { events, use } = setUp(10, { a: 5, b: 5 });
  expect(await Promise.all([use('a'), use('a'), use('b'), use('a')])).toEqual(['a', 'a', 'b', 'a']);
  expect(events).toEqual(['open a', 'open b']);
});

test('above the limit the least recently used towers are closed before another is opened', async () => {
  const { registry, events, use } = setUp(10, { a: 5, b: 5, c: 6, d: 1 });
  await use('a');
  await use('b');
  await use('a');
  await use('c');
  expect(events).toEqual(['open a', 'open b', 'close b', 'close a', 'open c']);
  await use('d');
  expect(registry.keys).toEqual(['c', 'd']);
});

test('a tower that is larger than the limit is open alone', async () => {
  const { registry, use } = setUp(10, { a: 5, big: 20 });
  await use('a');
  await use('big');
  expect(registry.keys).toEqual(['big']);
  await use('a');
  expect(registry.keys).toEqual(['a']);
});

test('with a limit of 0 the tower that was used last stays open', async () => {
  const { registry, events, use } = setUp(0, { a: 5, b: 5 });
  for (const key of ['a', 'a', 'b', 'a']) await use(key);
  expect(events).toEqual(['open a', 'close a', 'open b', 'close b', 'open a']);
  expect(registry.keys).toEqual(['a']);
});

test('a tower in use is closed only after its use', async () => {
  const { registry, source, events, use } = setUp(10, { a: 8, b: 8 });
  const { opened, open } = gate();
  const using = registry.use(source('a'), async () => await opened);
  await use('b');
  expect(events).toEqual(['open a', 'open b']);
  open();
  await using;
  expect([registry.keys, events.at(-1)]).toEqual([['b'], 'close a']);
});

test('a held tower stays open until its last holder releases it, and a second release changes nothing', async () => {
  const { registry, source, use } = setUp(0, { a: 8, b: 8 });
  const [one, two] = [await registry.hold(source('a')), await registry.hold(source('a'))];
  one.release();
  one.release();
  await use('b');
  expect(registry.keys).toEqual(['a', 'b']);
  two.release();
  expect(registry.keys).toEqual(['b']);
});

test('a model that cannot be opened fails its own calls and is tried again', async () => {
  const { registry, events, broken, use } = setUp(10, { a: 5, b: 5 });
  broken.add('a');
  await expect(Promise.all([use('a'), use('a')])).rejects.toThrow('a is damaged');
  expect(await use('b')).toBe('b');
  expect(registry.keys).toEqual(['b']);
  broken.delete('a');
  expect(await use('a')).toBe('a');
  expect(events).toEqual(['open b', 'open a']);
});

test('closing waits for running work and closes every tower', async () => {
  const { registry, source, events, use } = setUp(10, { a: 5, b: 5 });
  await use('a');
  const { opened, open } = gate();
  const using = registry.use(source('b'), async () => await opened);
  const closing = registry.close().then(() => events.push('closed'));
  await expect(use('a')).rejects.toThrow('closed');
  open();
  await Promise.all([using, closing]);
  await registry.close();
  expect(events.sort()).toEqual(['close a', 'close b', 'closed', 'open a', 'open b']);
  expect(registry.keys).toEqual([]);
});
