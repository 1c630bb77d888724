import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_CRASHES, noLoad, type ClaimedJob, type LoadJob, type LoadReader } from '@wentu/domain';

/** A tenth of what it has taken so far: who waits for a small load is not kept waiting. */
const [LEAST_MS, MOST_MS] = [20, 250];

export function isFinished(job: LoadJob): boolean {
  return job.status !== 'QUEUED' && job.status !== 'RUNNING';
}

/**
 * The job's state at once, then whenever it has changed, at most four times a second but for the first seconds; ends
 * with the job. Reads the store, so it also sees a job that another process runs.
 */
export async function* watchJob(
  loads: Pick<LoadReader, 'find'>,
  id: number,
  signal?: AbortSignal,
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
    // An abort ends the watch, it is no failure.
    const interval = Math.min(MOST_MS, Math.max(LEAST_MS, (performance.now() - begun) / 10));
    await sleep(interval, undefined, signal ? { signal } : {}).catch(() => undefined);
  }
}

/** It is only cleared up after and ended, with the counts of the run that died. */
export function isOver({ job, crashes }: ClaimedJob): boolean {
  return job.cancelRequested || crashes > MAX_CRASHES;
}
