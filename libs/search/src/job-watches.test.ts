import type { LoadJob } from '@wentu/domain';
import { JobWatches } from './job-watches';

const job = (processed: number, status: LoadJob['status'] = 'RUNNING'): LoadJob =>
  ({ id: 1, processed, status }) as LoadJob;

async function* states(watches: JobWatches, seen: number[], signal?: AbortSignal): AsyncGenerator<void> {
  for await (const { processed } of watches.watch(1, signal)) yield void seen.push(processed);
}
const drain = async (watch: AsyncGenerator<void>): Promise<void> => {
  for await (const none of watch) void none;
};

test('a thousand clients of one load read it as often as one client, and all see its end', async () => {
  let reads = 0;
  const watches = new JobWatches({ find: async () => (++reads < 3 ? job(reads) : job(3, 'SUCCEEDED')) });
  const seen = Array.from({ length: 1_000 }, (): number[] => []);
  await Promise.all(seen.map(async (mine) => await drain(states(watches, mine))));
  expect([reads, watches.size]).toEqual([3, 0]);
  for (const mine of seen) expect(mine.at(-1)).toBe(3);
});

test('a client that leaves does not end the watch of another, and the last one ends the reads', async () => {
  let processed = 1;
  const watches = new JobWatches({ find: async () => job(processed) });
  const [leaving, staying] = [new AbortController(), new AbortController()];
  const [first, second] = [states(watches, [], leaving.signal), states(watches, [], staying.signal)];
  await first.next();
  await second.next();
  leaving.abort();
  expect(await first.next()).toMatchObject({ done: true });
  processed = 2;
  expect(await second.next()).toMatchObject({ done: false });
  staying.abort();
  expect(await second.next()).toMatchObject({ done: true });
  // The reads end with the interval that is running.
  while (watches.size > 0) await new Promise((resolve) => setImmediate(resolve));
});

test('the end of a load that this process ran is read at once', async () => {
  jest.useFakeTimers({ doNotFake: ['performance', 'setImmediate', 'nextTick', 'queueMicrotask'] });
  try {
    let status: LoadJob['status'] = 'RUNNING';
    const watches = new JobWatches({ find: async () => job(1, status) });
    const seen: number[] = [];
    const watch = states(watches, seen);
    await watch.next();
    await new Promise((resolve) => setImmediate(resolve));
    status = 'SUCCEEDED';
    watches.noteEnd(2);
    watches.noteEnd(1);
    // No timer ends in this test, so nothing but the notice ends the wait.
    await drain(watch);
    expect([seen, watches.size]).toEqual([[1, 1], 0]);
  } finally {
    jest.useRealTimers();
  }
});

test('an error reaches all clients, and a later client reads again', async () => {
  let isGone = true;
  const watches = new JobWatches({ find: async () => (isGone ? null : job(7, 'FAILED')) });
  const failed = await Promise.allSettled([drain(states(watches, [])), drain(states(watches, []))]);
  expect(failed).toEqual(
    Array(2).fill({ status: 'rejected', reason: expect.objectContaining({ code: 'NOT_FOUND' }) as unknown }),
  );
  isGone = false;
  const seen: number[] = [];
  await drain(states(watches, seen));
  expect(seen).toEqual([7]);
});
