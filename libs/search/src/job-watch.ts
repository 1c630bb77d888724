import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_CRASHES, noLoad, type ClaimedJob, type LoadJob, type LoadReader, type LoadsOf } from '@wentu/domain';
import { pause } from './pause';

/**
 * Limits of the interval between two checks, which is a tenth of the time so far: clients of a small load see its end
 * soon.
 */
const [LEAST_MS, MOST_MS] = [20, 250];
const DROP_POLL_MS = 250;

export function isFinished(job: LoadJob): boolean {
  return job.status !== 'QUEUED' && job.status !== 'RUNNING';
}

/**
 * Yields the state of the job at once and then after each change, until the job ends. After the first seconds it checks
 * at most four times a second. It reads the store, so it also sees jobs that other processes run.
 * @param onWait called at each wait with a function that ends it
 */
export async function* watchJob(
  loads: Pick<LoadReader, 'find'>,
  id: number,
  signal?: AbortSignal,
  onWait: (wake: () => void) => void = () => undefined,
): AsyncGenerator<LoadJob> {
  let last = '';
  const begun = performance.now();
  while (!signal?.aborted) {
    const job = await loads.find(id);
    if (!job) throw noLoad(id);
    const state = JSON.stringify(job);
    if (state !== last) yield job;
    if (isFinished(job)) return;
    last = state;
    await pause(Math.min(MOST_MS, Math.max(LEAST_MS, (performance.now() - begun) / 10)), signal, onWait);
  }
}

/**
 * Whether the job must not run again. It only ends, with the counts of the crashed run, after its unfinished rows were
 * removed.
 */
export function isOver({ job, crashes }: ClaimedJob): boolean {
  return job.cancelRequested || crashes > MAX_CRASHES;
}

/** Resolves when no job of a collection runs. Those in other processes end when they see the cancel request. */
export async function untilNoLoadRuns(
  loads: Pick<LoadReader, 'listUnfinished'>,
  of: LoadsOf,
  { signal, onPoll }: { readonly signal: AbortSignal; readonly onPoll: () => void },
): Promise<void> {
  while ((await loads.listUnfinished(of)).some(({ status }) => status === 'RUNNING')) {
    await sleep(DROP_POLL_MS, undefined, { signal });
    onPoll();
  }
}
