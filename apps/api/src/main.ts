import 'reflect-metadata';
import { availableParallelism } from 'node:os';

// libuv reads this once, before its first use: decoding pictures must not starve file reads.
process.env['UV_THREADPOOL_SIZE'] ??= String(Math.max(4, availableParallelism() + 2));

import { serve } from './serve';

void serve(process.env).then((code) => {
  process.exitCode = code;
});
