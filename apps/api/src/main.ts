import 'reflect-metadata';
import { availableParallelism } from 'node:os';
import { lowerThreadPoolPriority } from '@wentu/composition/thread-pool';

// ONNX Runtime tells its maker of each model and run unless this is set before it is loaded. Nobody's pictures are their business.
process.env['ORT_DISABLE_TELEMETRY'] = '1';
// libuv reads this once, before its first use: decoding pictures must not starve file reads.
process.env['UV_THREADPOOL_SIZE'] ??= String(Math.max(4, availableParallelism() + 2));

void lowerThreadPoolPriority()
  .then(() => import('./serve'))
  .then(({ serve }) => serve(process.env))
  .then((code) => {
    process.exitCode = code;
  });
