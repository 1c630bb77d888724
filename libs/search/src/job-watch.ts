import { setTimeout as sleep } from 'node:timers/promises';
import { NotFoundError, type LoadJob, type MetadataReader } from '@wentu/domain';

const INTERVAL_MS = 250;

export function isFinished(job: LoadJob): boolean {
  return job.status === 'SUCCEEDED' || job.status === 'FAILED' || job.status === 'CANCELLED';
}

/**
 * The job's state at once, then whenever it has changed, at most four times a second; ends with the job.
 * Reads the store, so it also sees a job that another process runs.
 */
export async function* watchJob(reader: MetadataReader, id: number, signal?: AbortSignal): AsyncGenerator<LoadJob> {
  let last = '';
  while (!signal?.aborted) {
    const job = await reader.findJob(id);
    if (!job) throw new NotFoundError(`no load job ${id}; the query "loadJobs" lists those that are kept`);
    const state = JSON.stringify(job);
    if (state !== last) yield job;
    if (isFinished(job)) return;
    last = state;
    // An abort ends the watch, it is no failure.
    await sleep(INTERVAL_MS, undefined, signal ? { signal } : {}).catch(() => undefined);
  }
}
