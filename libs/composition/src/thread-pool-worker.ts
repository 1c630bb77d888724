import { stat } from 'node:fs';
import { lowerThreadPriority } from '@wentu/worker-rpc';

// libuv creates all of its pool's threads at the pool's first use, which this is; they inherit the priority.
lowerThreadPriority();
stat('.', () => undefined);
