import { workerData } from 'node:worker_threads';

/**
 * Entry of a thread. A decoder that hangs hears of nothing, so its process is ended from here when the one that started
 * it has died.
 */
const parent = workerData as number;
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, 500);
