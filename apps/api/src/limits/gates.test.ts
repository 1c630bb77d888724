import { setImmediate as turn } from 'node:timers/promises';
import { TurnQueue } from './turn-queue';
import { Turns } from './turns';
import { WeightedGate } from './weighted-gate';

const never = new AbortController().signal;
const gate = (limits: object = {}): WeightedGate =>
  new WeightedGate({ running: 10, weight: 100, waiting: 2, waitMs: 60_000, ...limits }, 'queries', new Turns());

describe('the gate', () => {
  test('lets tasks in by weight, in their order, and one that is heavier than all', async () => {
    const open = gate();
    const leave = await open.enter(500, never);
    const order: string[] = [];
    const enter = async (name: string, weight: number): Promise<() => void> => {
      const left = await open.enter(weight, never);
      order.push(name);
      return left;
    };
    const [heavy, light] = [enter('heavy', 90), enter('light', 20)];
    await turn();
    expect([order, open.state]).toEqual([[], { running: 1, waiting: 2 }]);
    leave();
    leave();
    (await heavy)();
    (await light)();
    expect([order, open.state]).toEqual([['heavy', 'light'], { running: 0, waiting: 0 }]);
  });

  test('refuses a task when too many wait, with the time to wait', async () => {
    const open = gate({ running: 1, waiting: 1 });
    await open.enter(1, never);
    expect(open.isFull).toBe(false);
    // It waits longer than the test.
    open.enter(1, never).catch(() => undefined);
    expect(open.isFull).toBe(true);
    await expect(open.enter(1, never)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfterS: 1 });
  });

  test('a task that leaves, or waits for too long, frees its place', async () => {
    const open = gate({ running: 1, waitMs: 20 });
    const leave = await open.enter(1, never);
    const leaving = new AbortController();
    const left = open.enter(1, leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    await expect(open.enter(1, never)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    leave();
    expect(open.state).toEqual({ running: 0, waiting: 0 });
    (await open.enter(1, never))();
  });
});

describe('the queue of turns', () => {
  test('begins one request in a turn of the event loop, up to the limit, and refuses further ones', async () => {
    const queue = new TurnQueue({ running: 2, waiting: 3, waitMs: 60_000 }, new Turns());
    const begun: [string, () => void][] = [];
    const enter = (name: string): (() => void) => queue.enter((leave) => begun.push([name, leave]), fail);
    const names = (): string[] => begun.map(([name]) => name);
    enter('a');
    enter('b');
    const leaveC = enter('c');
    expect([names(), queue.isFull]).toEqual([[], true]);
    await turn();
    expect(names()).toEqual(['a']);
    await turn();
    await turn();
    expect([names(), queue.state]).toEqual([['a', 'b'], { running: 2, waiting: 1 }]);
    leaveC();
    enter('d');
    begun[0]![1]();
    begun[0]![1]();
    await turn();
    await turn();
    expect([names(), queue.state]).toEqual([['a', 'b', 'd'], { running: 2, waiting: 0 }]);
  });

  test('refuses a request that has waited for too long', async () => {
    const queue = new TurnQueue({ running: 1, waiting: 3, waitMs: 0 }, new Turns());
    const refused = new Promise((resolve) => queue.enter(() => resolve('begun'), resolve));
    expect(await refused).toMatchObject({ code: 'UNAVAILABLE', retryAfterS: 1 });
  });
});

function fail(error: Error): void {
  throw error;
}

describe('turns, while a connection arrives in each', () => {
  let turns: Turns;
  let arrivals: number;
  let end: () => void;
  beforeEach(() => {
    turns = new Turns();
    arrivals = 0;
    let isOver = false;
    end = () => (isOver = true);
    const arrive = (): void => {
      turns.noteArrival();
      arrivals++;
      if (!isOver) setImmediate(arrive);
    };
    arrive();
  });
  afterEach(() => end());

  test('work waits for a crowd, and then for some turns each time', async () => {
    await turns.next();
    expect(arrivals).toBeGreaterThanOrEqual(1_024);
    expect(arrivals).toBeLessThan(1_200);
    const [before, begunMs] = [arrivals, performance.now()];
    for (let i = 0; i < 50; i++) await turns.next();
    // At most 64 more turns a second.
    const more = 64 * ((performance.now() - begunMs) / 1_000);
    expect(arrivals - before).toBeGreaterThanOrEqual(50 * 2);
    expect(arrivals - before).toBeLessThanOrEqual(50 * 4 + more);
  });

  test('work goes on at once when no connection arrives', async () => {
    end();
    await turn();
    await turn();
    let isNext = false;
    void turns.next().then(() => (isNext = true));
    await turn();
    await turn();
    expect(isNext).toBe(true);
  });
});
