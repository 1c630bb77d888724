import type { VectorHit } from '@wentu/domain';
import type { Asked } from './embedded-index';
import { SearchQueue } from './search-queue';

/** A run that ends when the test lets it end. */
class Engine {
  readonly batches: { size: number; limits: readonly number[] }[] = [];
  private finishers: (() => void)[] = [];

  readonly run = (asked: readonly Asked[]): Promise<VectorHit[][]> => {
    this.batches.push({ size: asked.length, limits: asked.map(({ limit }) => limit) });
    const answer = asked.map(({ vector }) => [{ id: vector[0] ?? 0, distance: 0 }]);
    return new Promise((resolve) => this.finishers.push(() => resolve(answer)));
  };

  async finishOne(): Promise<void> {
    while (this.finishers.length === 0) await new Promise(setImmediate);
    this.finishers.shift()?.();
    await new Promise(setImmediate);
  }
}

const query = (id: number, limit = 1): Asked => ({ vector: Float32Array.of(id), limit, filter: null });
const idsOf = async (answer: Promise<VectorHit[][]>): Promise<number[]> => (await answer).flat().map(({ id }) => id);

let engine: Engine;
let queue: SearchQueue;
beforeEach(() => {
  engine = new Engine();
  queue = new SearchQueue(engine.run, { maxBatchQueries: 4, maxWaitingQueries: 8, name: "index 'x'" });
});

test('an idle index runs a call at once; calls that arrive during a run share the next run', async () => {
  const first = queue.search([query(1, 10)]);
  await new Promise(setImmediate);
  const others = [2, 3, 4].map((id) => queue.search([query(id, id)]));
  await engine.finishOne();
  await engine.finishOne();
  expect(await idsOf(first)).toEqual([1]);
  expect(await Promise.all(others.map(idsOf))).toEqual([[2], [3], [4]]);
  expect(engine.batches).toEqual([
    { size: 1, limits: [10] },
    { size: 3, limits: [2, 3, 4] },
  ]);
});

test('a call with more queries than a batch gets all its results in order', async () => {
  const big = queue.search([1, 2, 3, 4, 5, 6].map((id) => query(id)));
  const small = queue.search([query(7)]);
  await engine.finishOne();
  await engine.finishOne();
  expect(await idsOf(big)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(await idsOf(small)).toEqual([7]);
  expect(engine.batches.map(({ size }) => size)).toEqual([4, 3]);
});

test('a call that is aborted while it waits is never run', async () => {
  const first = queue.search([query(1)]);
  await new Promise(setImmediate);
  const controller = new AbortController();
  const dropped = queue.search([query(2)], controller.signal);
  controller.abort(new Error('gone'));
  await expect(dropped).rejects.toThrow('gone');
  await engine.finishOne();
  await first;
  expect(engine.batches).toHaveLength(1);
});

test('a full queue refuses calls with UNAVAILABLE until there is room again', async () => {
  const running = queue.search([query(1)]);
  await new Promise(setImmediate);
  const waiting = queue.search([2, 3, 4, 5, 6, 7, 8, 9].map((id) => query(id)));
  await expect(queue.search([query(10)])).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: "index 'x' is busy: 8 queries are waiting for it; try again in a moment",
  });
  for (let i = 0; i < 3; i++) await engine.finishOne();
  await Promise.all([running, waiting]);
  const later = queue.search([query(11)]);
  await engine.finishOne();
  expect(await idsOf(later)).toEqual([11]);
});

test('a change waits for the running search and precedes the waiting searches', async () => {
  const events: string[] = [];
  const first = queue.search([query(1)]).then(() => events.push('first'));
  await new Promise(setImmediate);
  const second = queue.search([query(2)]).then(() => events.push('second'));
  const change = queue.change(() => events.push(`changed after ${engine.batches.length}`)).then(() => undefined);
  await new Promise(setImmediate);
  expect(events).toEqual([]);
  await engine.finishOne();
  await change;
  await engine.finishOne();
  await Promise.all([first, second]);
  expect(events.filter((event) => event.startsWith('changed'))).toEqual(['changed after 1']);
  expect(events.at(-1)).toBe('second');
});

test('a change that throws rejects only its own call', async () => {
  const failing = queue.change(() => {
    throw new RangeError('no memory');
  });
  await expect(failing).rejects.toThrow('no memory');
  const searching = queue.search([query(1)]);
  await engine.finishOne();
  expect(await idsOf(searching)).toEqual([1]);
});

test('closing rejects waiting and later calls', async () => {
  const running = queue.search([query(1)]);
  await new Promise(setImmediate);
  const waiting = queue.search([query(2)]);
  const change = queue.change(() => undefined);
  const settled = Promise.allSettled([running, waiting, change]);
  queue.close(new Error('dropped'));
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  await expect(queue.search([query(3)])).rejects.toThrow('dropped');
  await expect(queue.change(() => undefined)).rejects.toThrow('dropped');
  await engine.finishOne();
  await queue.idle();
  expect(engine.batches).toHaveLength(1);
});

test('a failed run rejects the calls of its batch, and the queue continues', async () => {
  let runs = 0;
  const failing = new SearchQueue(
    async (queries) => {
      if (runs++ === 0) throw new Error('engine broke');
      return queries.map(() => []);
    },
    { maxBatchQueries: 1, maxWaitingQueries: 8, name: 'x' },
  );
  const answers = await Promise.allSettled([failing.search([query(1), query(2)]), failing.search([query(3)])]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
});
