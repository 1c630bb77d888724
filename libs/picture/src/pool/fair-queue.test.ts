import { FairQueue, type Queued } from './fair-queue';

const queued = (flow: string, cost = 1, weight = 1): Queued => ({ flow, cost, weight });
const any = (): boolean => true;

/** Serves all that wait. @returns the flows in the order of service */
function serveAll(queue: FairQueue<Queued>, isEligible: (flow: string) => boolean = any): string[] {
  const served: string[] = [];
  for (let next = queue.peek(isEligible); next; next = queue.peek(isEligible)) {
    queue.remove(next, true);
    served.push(next.flow);
  }
  return served;
}

test('many large ones do not delay a small one of another flow', () => {
  const queue = new FairQueue<Queued>();
  for (let i = 0; i < 60; i++) queue.push(queued('large', 24));
  queue.remove(queue.peek(any)!, true);
  queue.push(queued('small', 0.5));
  expect(serveAll(queue).indexOf('small')).toBe(0);
});

test('a flow is served by its weight, and none waits for ever', () => {
  const queue = new FairQueue<Queued>();
  for (let i = 0; i < 40; i++) {
    queue.push(queued('asked', 1, 4));
    queue.push(queued('load', 1, 1));
  }
  const first = serveAll(queue).slice(0, 20);
  expect(first.filter((flow) => flow === 'asked')).toHaveLength(16);
});

test('what was idle has saved nothing up', () => {
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

test('a flow keeps its order; what has left is not served, and what is put back comes first', () => {
  const queue = new FairQueue<Queued>();
  const [a, b, c] = [queued('one'), queued('one'), queued('one')];
  for (const item of [a, b, c]) queue.push(item);
  queue.remove(b, false);
  queue.remove(a, true);
  queue.putBack(a);
  expect([...queue]).toEqual([a, c]);
  expect(queue.length).toBe(2);
});

test('flows that may not be served now are passed over', () => {
  const queue = new FairQueue<Queued>();
  queue.push(queued('heavy'));
  queue.push(queued('small'));
  expect(serveAll(queue, (flow) => flow !== 'heavy')).toEqual(['small']);
  expect(queue.length).toBe(1);
});
