import { FairQueue, type Queued } from './fair-queue';

const queued = (flow: string, cost = 1, weight = 1): Queued => ({ flow, cost, weight });
const any = (): boolean => true;

/** Serves all waiting items. @returns the flows in the order of service */
function serveAll(queue: FairQueue<Queued>, isEligible: (flow: string) => boolean = any): string[] {
  const served: string[] = [];
  for (let next = queue.peek(isEligible); next; next = queue.peek(isEligible)) {
    queue.remove(next, true);
    served.push(next.flow);
  }
  return served;
}

test('many large items do not delay a small item of another flow', () => {
  const queue = new FairQueue<Queued>();
  for (let i = 0; i < 60; i++) queue.push(queued('large', 24));
  queue.remove(queue.peek(any)!, true);
  queue.push(queued('small', 0.5));
  expect(serveAll(queue).indexOf('small')).toBe(0);
});

test('flows are served in proportion to their weights, and every flow is served', () => {
  const queue = new FairQueue<Queued>();
  for (let i = 0; i < 40; i++) {
    queue.push(queued('asked', 1, 4));
    queue.push(queued('load', 1, 1));
  }
  const first = serveAll(queue).slice(0, 20);
  expect(first.filter((flow) => flow === 'asked')).toHaveLength(16);
});

test('a flow gets no credit for the time in which it was idle', () => {
  const queue = new FairQueue<Queued>();
  for (let i = 0; i < 100; i++) queue.push(queued('busy'));
  for (let i = 0; i < 50; i++) queue.remove(queue.peek(any)!, true);
  for (let i = 0; i < 10; i++) queue.push(queued('late'));
  expect(
    serveAll(queue)
      .slice(0, 10)
      .filter((flow) => flow === 'late').length,
  ).toBeLessThanOrEqual(6);
});

test('a flow keeps its order; a removed item is not served, and an item that is put back is served first', () => {
  const queue = new FairQueue<Queued>();
  const [a, b, c] = [queued('one'), queued('one'), queued('one')];
  for (const item of [a, b, c]) queue.push(item);
  queue.remove(b, false);
  queue.remove(a, true);
  queue.putBack(a);
  expect([...queue]).toEqual([a, c]);
  expect(queue.length).toBe(2);
});

test('flows that are not eligible are skipped', () => {
  const queue = new FairQueue<Queued>();
  queue.push(queued('heavy'));
  queue.push(queued('small'));
  expect(serveAll(queue, (flow) => flow !== 'heavy')).toEqual(['small']);
  expect(queue.length).toBe(1);
});
