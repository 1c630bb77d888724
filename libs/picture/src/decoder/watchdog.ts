import { workerData } from 'node:worker_threads';
import { TOO_MUCH_MEMORY } from './too-much-memory';

export interface WatchdogData {
  /** Process that this one works for. */
  readonly parent: number;
  /** Most resident memory of this process, in MiB; 0 while it has no task. */
  readonly maxMib: Int32Array;
}

const LOOK_EVERY_MS = 50;
const { parent, maxMib } = workerData as WatchdogData;

/**
 * Entry of a thread: a decoder that hangs in native code hears of nothing, so its process is ended from here when it
 * takes too much memory, or when the process that it works for has died.
 */
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  const mib = Atomics.load(maxMib, 0);
  if (mib > 0 && process.memoryUsage.rss() > mib * 1024 * 1024) process.kill(process.pid, TOO_MUCH_MEMORY);
}, LOOK_EVERY_MS);
