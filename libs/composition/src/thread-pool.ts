import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/**
 * Gives libuv's thread pool, in which pictures are decoded, a lower priority than the main thread: otherwise requests wait
 * while a load decodes. Works on Linux, and only before anything has used the pool, which loading sharp does already;
 * elsewhere nothing happens.
 */
export async function lowerThreadPoolPriority(): Promise<void> {
  if (process.platform !== 'linux') return;
  await once(new Worker(require.resolve('./thread-pool-worker')), 'exit');
}
