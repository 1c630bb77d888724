import { setTimeout as sleep } from 'node:timers/promises';
import { DiskFullError, type LoadJob } from '@wentu/domain';
import { isFinished } from './job-watch';
import type { StoreProblem } from './store-health';

const CHECK_MS = 2_000;
/** A disk that is full for a moment is nobody's business. */
const FULL_CHECKS = 3;

interface Watched {
  readonly watchJob: (id: number, signal: AbortSignal) => AsyncIterable<LoadJob>;
  readonly storeProblem: () => Promise<StoreProblem | null>;
  /** Default 2 s. */
  readonly checkMs?: number;
}

/**
 * The state of a load when it has ended, or when the signal ends the waiting.
 * @throws DiskFullError when the disk is full and stays so: the load waits for room, however long that takes, and its
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
      `load ${job.id} waits: the disk of the metadata store is full. Free some space, and it goes on by itself; loadJob(id: "${job.id}") tells its state`,
    );
  }
  return last;
}
