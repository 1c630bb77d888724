import { setTimeout as sleep } from 'node:timers/promises';
import { DiskFullError, type LoadJob } from '@wentu/domain';
import { isFinished } from './job-watch';
import type { StoreProblem } from './store-health';

const CHECK_MS = 2_000;
/** Number of consecutive checks that must find a full disk. A short shortage needs no error. */
const FULL_CHECKS = 3;

interface Watched {
  readonly watchJob: (id: number, signal: AbortSignal) => AsyncIterable<LoadJob>;
  readonly storeProblem: () => Promise<StoreProblem | null>;
  /** Default 2 s. */
  readonly checkMs?: number;
}

/**
 * Waits until a load has ended or the signal is aborted, and returns the last state of the load.
 * @throws DiskFullError when the disk stays full: the load then waits for free space without a time limit, and its
 * caller should know
 */
export async function waitForLoad(
  { watchJob, storeProblem, checkMs = CHECK_MS }: Watched,
  job: LoadJob,
  signal: AbortSignal,
): Promise<LoadJob> {
  const stop = new AbortController();
  const watched = AbortSignal.any([signal, stop.signal]);
  const looking = (async (): Promise<boolean> => {
    for (let full = 0; full < FULL_CHECKS;) {
      await sleep(checkMs, undefined, { signal: watched }).catch(() => undefined);
      if (watched.aborted) return false;
      full = (await storeProblem().catch(() => null)) === 'full' ? full + 1 : 0;
    }
    stop.abort();
    return true;
  })();
  let last = job;
  try {
    for await (const state of watchJob(job.id, watched)) last = state;
  } finally {
    stop.abort();
  }
  if ((await looking) && !isFinished(last)) {
    throw new DiskFullError(
      `load ${job.id} waits: the disk of the metadata store is full. Free some space, then the load continues by itself; the query loadJob(id: "${job.id}") shows its state`,
    );
  }
  return last;
}
