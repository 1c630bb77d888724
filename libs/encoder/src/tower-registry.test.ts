import { TowerRegistry } from './tower-registry';

interface Tower {
  readonly key: string;
  close(): Promise<void>;
}

/** Towers that record their events; `sizes` in bytes by key. */
function setUp(maxBytes: number, sizes: Record<string, number>) {
  const events: string[] = [];
  const broken = new Set<string>();
  const registry = new TowerRegistry<Tower>(async (key) => {
    const sizeBytes = sizes[key];
    if (sizeBytes === undefined) throw new Error(`no model ${key}`);
    return {
      sizeBytes,
      async open() {
        await Promise.resolve();
        if (broken.has(key)) throw new Error(`${key} is damaged`);
        events.push(`open ${key}`);
        return { key, close: async () => void events.push(`close ${key}`) };
      },
    };
  }, maxBytes);
  const use = async (key: string): Promise<string> => await registry.use(key, async (tower) => tower.key);
  return { registry, events, broken, use };
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

test('a tower in use is closed only after its use', async () => {
  const { registry, events, use } = setUp(10, { a: 8, b: 8 });
  const { opened, open } = gate();
  const using = registry.use('a', async () => await opened);
  await use('b');
  expect(events).toEqual(['open a', 'open b']);
  open();
  await using;
  expect([registry.keys, events.at(-1)]).toEqual([['b'], 'close a']);
});

test('a model that is missing or cannot be opened fails its own calls and is tried again', async () => {
  const { events, broken, use } = setUp(10, { a: 5 });
  await expect(use('x')).rejects.toThrow('no model x');
  broken.add('a');
  await expect(Promise.all([use('a'), use('a')])).rejects.toThrow('a is damaged');
  broken.delete('a');
  expect(await use('a')).toBe('a');
  expect(events).toEqual(['open a']);
});

test('closing waits for running work and closes every tower', async () => {
  const { registry, events, use } = setUp(10, { a: 5, b: 5 });
  await use('a');
  const { opened, open } = gate();
  const using = registry.use('b', async () => await opened);
  const closing = registry.close();
  await expect(use('a')).rejects.toThrow('closed');
  open();
  await Promise.all([using, closing]);
  await registry.close();
  expect([...events].sort()).toEqual(['close a', 'close b', 'open a', 'open b']);
});
