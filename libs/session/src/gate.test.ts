import { Gate } from './gate';

const never = new AbortController().signal;

/** A task that runs until `letGo` is called. */
function held(): { task: () => Promise<void>; letGo: () => void; begun: Promise<void>; hasBegun: () => boolean } {
  let [letGo, begin, hasBegun] = [(): void => undefined, (): void => undefined, false];
  const end = new Promise<void>((resolve) => (letGo = resolve));
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const task = async (): Promise<void> => {
    hasBegun = true;
    begin();
    await end;
  };
  return { task, letGo: () => letGo(), begun, hasBegun: () => hasBegun };
}

test('runs at most `concurrency` tasks, and starts the next task when one has ended', async () => {
  const gate = new Gate(1, 5);
  const [first, second] = [held(), held()];
  const tasks = [gate.run(first.task, never), gate.run(second.task, never)];
  expect([first.hasBegun(), second.hasBegun()]).toEqual([true, false]);
  first.letGo();
  await second.begun;
  second.letGo();
  await Promise.all(tasks);
});

test('a waiting task that is aborted frees its place', async () => {
  const gate = new Gate(1, 1);
  const [first, gone, next] = [held(), held(), held()];
  const running = gate.run(first.task, never);
  const leaving = new AbortController();
  const left = gate.run(gone.task, leaving.signal);
  await expect(gate.run(next.task, never)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  leaving.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  const waiting = gate.run(next.task, never);
  first.letGo();
  await running;
  await next.begun;
  expect(gone.hasBegun()).toBe(false);
  next.letGo();
  await waiting;
  await expect(gate.run(next.task, leaving.signal)).rejects.toThrow('gone');
});
