import { workerData } from 'node:worker_threads';
import { TOO_MUCH_MEMORY } from './too-much-memory';

export interface WatchdogData {
  /** Id of the process that started this process. */
  readonly parent: number;
  /** Limit of the resident memory of this process, in MiB; 0 between tasks. */
  readonly maxMib: Int32Array;
}

const CHECK_EVERY_MS = 50;
const { parent, maxMib } = workerData as WatchdogData;

/**
 * Entry of a thread. A decoder that hangs in native code cannot react to events. This thread ends the process when it
 * uses too much memory, or when its parent process has died.
 */
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  const mib = Atomics.load(maxMib, 0);
  if (mib > 0 && process.memoryUsage.rss() > mib * 1024 * 1024) process.kill(process.pid, TOO_MUCH_MEMORY);
}, CHECK_EVERY_MS);
