import 'reflect-metadata';
import { availableParallelism } from 'node:os';
import { lowerThreadPoolPriority } from '@wentu/composition/thread-pool';

// libuv reads this once, before its first use: decoding pictures must not starve file reads.
process.env['UV_THREADPOOL_SIZE'] ??= String(Math.max(4, availableParallelism() + 2));

void lowerThreadPoolPriority()
  .then(() => import('./serve'))
  .then(({ serve }) => serve(process.env))
  .then((code) => {
    process.exitCode = code;
  });
