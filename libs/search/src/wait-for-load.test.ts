import { NOTHING_IGNORED, type LoadJob } from '@wentu/domain';
import type { StoreProblem } from './store-health';
import { waitForLoad } from './wait-for-load';

const JOB: LoadJob = {
  id: 7,
  collection: 'c',
  collectionId: 1,
  directory: '/d',
  options: {},
  kind: 'LOAD',
  reencode: null,
  status: 'RUNNING',
  cancelRequested: false,
  error: null,
  createdAt: new Date(0),
  startedAt: null,
  finishedAt: null,
  total: null,
  processed: 0,
  loaded: 0,
  skipped: 0,
  failed: 0,
  keptOut: 0,
  replaced: 0,
  removed: 0,
  missing: 0,
  unreadFolders: 0,
  ignored: NOTHING_IGNORED,
  imagesPerSecond: null,
};

/** Yields the first state of the load; then, when the gate opens or the waiting ends, the other states. */
async function* states(signal: AbortSignal, gate: Promise<unknown>, ...later: LoadJob[]): AsyncGenerator<LoadJob> {
  yield JOB;
  const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
  if (!signal.aborted) await Promise.race([gate, aborted]);
  if (!signal.aborted) yield* later;
}

/** Returns the answers one after another, then repeats the last one. The gate opens after the last answer. */
function problems(...list: (StoreProblem | null)[]) {
  let open = (): void => undefined;
  const asked = new Promise<void>((resolve) => (open = resolve));
  const storeProblem = async (): Promise<StoreProblem | null> => {
    const problem = list.length > 1 ? list.shift() : list[0];
    if (list.length === 1) open();
    return problem ?? null;
  };
  return { asked, storeProblem };
}

test('returns the last state of the load, also when the disk was full for a moment', async () => {
  const done = { ...JOB, status: 'SUCCEEDED' as const };
  const { asked, storeProblem } = problems('full', 'full', null, 'full', null);
  const watchJob = (_id: number, signal: AbortSignal) => states(signal, asked, done);
  expect(await waitForLoad({ watchJob, storeProblem, checkMs: 1 }, JOB, new AbortController().signal)).toBe(done);
});

test('rejects when the disk stays full, because the load may wait for space without a limit', async () => {
  const { storeProblem } = problems('full');
  const watchJob = (_id: number, signal: AbortSignal) => states(signal, new Promise(() => undefined));
  const waiting = waitForLoad({ watchJob, storeProblem, checkMs: 1 }, JOB, new AbortController().signal);
  await expect(waiting).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    name: 'DiskFullError',
    message: expect.stringContaining('load 7 waits') as string,
  });
});

test('an aborted signal ends the waiting', async () => {
  const caller = new AbortController();
  const { storeProblem } = problems(null);
  const watchJob = (_id: number, signal: AbortSignal) => states(signal, new Promise(() => undefined));
  const waiting = waitForLoad({ watchJob, storeProblem }, JOB, caller.signal);
  caller.abort();
  expect(await waiting).toEqual(JOB);
});
