import { stageTimes } from './stages';
import type { Span } from './trace';

let id = 0;
const step = (name: string, startMs: number, endMs: number): Span => ({
  ...{ id: ++id, parent: 0, name, startMs, endMs, code: null },
});

test('a wait inside a call counts as waiting, not as the call', () => {
  const spans = [step('encoding.texts', 10, 60), step('wait.encoder', 12, 40), step('encoding.run', 40, 58)];
  expect(stageTimes(spans, 0, 100)).toEqual({
    ...{ receiving: 0, waiting: 28, encoding: 22, index: 0, rows: 0, pictures: 0, sending: 0, other: 50 },
  });
});

test('steps at the same time count once, and steps outside the request do not count', () => {
  const spans = [step('rows.images.get', 10, 30), step('rows.images.find', 20, 50), step('rows.loads.list', -20, 5)];
  expect(stageTimes(spans, 0, 40)).toMatchObject({ rows: 35, other: 5 });
});

test('a request without steps is other work', () => {
  const none = { receiving: 0, waiting: 0, encoding: 0, index: 0, rows: 0, pictures: 0, sending: 0 };
  expect(stageTimes([], 5, 12)).toEqual({ ...none, other: 7 });
});
