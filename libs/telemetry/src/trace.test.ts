import { UnavailableError } from '@wentu/domain';
import { currentScope, inTrace, spanned, Trace } from './trace';

const namesOf = (trace: Trace): string[] => trace.spans.map(({ name }) => name);

test('steps know the step that contains them, also after a wait and beside others', async () => {
  const trace = new Trace('r');
  await inTrace(trace, async () => {
    await spanned('outer.a', async () => {
      await new Promise((resolve) => setImmediate(resolve));
      await Promise.all([spanned('inner.b', async () => 1), spanned('inner.c', async () => 2)]);
    });
  });
  const byName = new Map(trace.spans.map((span) => [span.name, span]));
  const outer = byName.get('outer.a')!;
  expect(outer.parent).toBe(0);
  for (const name of ['inner.b', 'inner.c']) {
    const span = byName.get(name)!;
    expect(span.parent).toBe(outer.id);
    expect(span.startMs).toBeGreaterThanOrEqual(outer.startMs);
    expect(span.endMs).toBeLessThanOrEqual(outer.endMs);
  }
});

test('a failed step keeps its code, and the error stays the same', async () => {
  const trace = new Trace('r');
  const error = new UnavailableError('away');
  const failing = inTrace(trace, () => spanned('rows.x', () => Promise.reject(error)));
  await expect(failing).rejects.toBe(error);
  expect(trace.spans).toMatchObject([{ name: 'rows.x', code: 'UNAVAILABLE' }]);
});

test('without a trace the work only runs', async () => {
  expect(currentScope()).toBeUndefined();
  expect(await spanned('x.y', async () => 7)).toBe(7);
});

test('steps after the end, and steps above the limit, are not kept', async () => {
  const trace = new Trace('r');
  for (let i = 0; i < 1_005; i++) trace.record('a.b', 0, 1);
  expect(trace.spans).toHaveLength(1_000);
  expect(trace.dropped).toBe(5);
  const other = new Trace('s');
  await inTrace(other, async () => {
    other.end();
    await spanned('late.step', async () => undefined);
  });
  expect(other.spans).toEqual([]);
});

test('steps of another thread become parts of the step that called it', () => {
  const there = new Trace('r');
  there.record('encoding.run', 2, 3);
  there.spans.push({ id: 2, parent: 1, name: 'wait.x', startMs: 1, endMs: 2, code: null });
  const here = new Trace('r');
  here.record('a.b', 0, 1);
  here.adopt(there.spans, 1);
  expect(namesOf(here)).toEqual(['a.b', 'encoding.run', 'wait.x']);
  const [, run, wait] = here.spans;
  expect(run?.parent).toBe(1);
  expect(wait?.parent).toBe(run?.id);
  expect(new Set(here.spans.map(({ id }) => id)).size).toBe(3);
});
