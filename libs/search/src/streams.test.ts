import { ahead, chunked, from, mapOrdered, present } from './streams';

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}
const tick = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('mapOrdered keeps the order and the limit of concurrent calls', async () => {
  let [running, most] = [0, 0];
  const results = await collect(
    mapOrdered(from([30, 5, 20, 1, 10]), 3, async (ms) => {
      most = Math.max(most, ++running);
      await tick(ms);
      running--;
      return ms;
    }),
  );
  expect(results).toEqual([30, 5, 20, 1, 10]);
  expect(most).toBe(3);
});

test('mapOrdered maps an isolated item while no other item is being mapped', async () => {
  const running = new Set<number>();
  const seen: number[][] = [];
  const results = await collect(
    mapOrdered(
      from([1, 2, 3, 4, 5, 6]),
      3,
      async (item) => {
        running.add(item);
        await tick(1);
        seen.push([...running]);
        running.delete(item);
        return item;
      },
      (item) => item === 3 || item === 4,
    ),
  );
  expect(results).toEqual([1, 2, 3, 4, 5, 6]);
  expect(seen.filter((items) => items.includes(3) || items.includes(4))).toEqual([[3], [4]]);
  expect(seen.some((items) => items.length > 1)).toBe(true);
});

test('mapOrdered reads its source no further ahead than its concurrency', async () => {
  let read = 0;
  async function* source(): AsyncGenerator<number> {
    for (; read < 100;) yield read++;
  }
  for await (const _ of mapOrdered(source(), 2, async (item) => item)) break;
  expect(read).toBeLessThanOrEqual(3);
});

test('mapOrdered rejects with a failure after the running calls have ended', async () => {
  let ended = false;
  const failing = collect(
    mapOrdered(from([0, 1]), 2, async (item) => {
      if (item === 0) throw new Error('first');
      await tick(10);
      ended = true;
      return item;
    }),
  );
  await expect(failing).rejects.toThrow('first');
  expect(ended).toBe(true);
});

test('chunked ends a chunk by count, by weight and before and after an isolated item', async () => {
  const limits = { maxItems: 3, maxWeight: 10, weight: (item: number) => item, isolated: (item: number) => item === 4 };
  expect(await collect(chunked(from([1, 1, 1, 9, 2, 1, 4, 1]), limits))).toEqual([[1, 1, 1], [9, 2], [1], [4], [1]]);
});

test('ahead requests the next item while one is in use, and no more', async () => {
  let made = 0;
  async function* source(): AsyncGenerator<number> {
    for (let i = 0; i < 5; i++) {
      made++;
      yield i;
    }
  }
  const seen: number[] = [];
  for await (const item of ahead(source())) {
    await tick(2);
    seen.push(made - item);
  }
  expect(Math.max(...seen)).toBe(2);
});

test('ahead closes its source when its consumer stops early', async () => {
  let closed = false;
  async function* source(): AsyncGenerator<number> {
    try {
      for (let i = 0; ; i++) yield i;
    } finally {
      closed = true;
    }
  }
  for await (const _ of ahead(source())) break;
  expect(closed).toBe(true);
});

test('present leaves nulls out', async () => {
  expect(await collect(present(from([1, null, 2])))).toEqual([1, 2]);
});
