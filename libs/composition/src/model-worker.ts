import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { ModelInstaller } from '@wentu/domain';
import { ModelInstalls } from '@wentu/models/installs';
import { serveCalls } from '@wentu/worker-rpc';
import type { Config } from './config';
import { logFromThread } from './thread-log';

export interface ModelWorkerData {
  readonly config: Config;
}

/** Downloads and imports models. Splitting the graph of a large model would block the thread of the requests. */
export interface ModelServices {
  thread: { close(): Promise<void> };
  installs: ModelInstaller;
}

const { config } = workerData as ModelWorkerData;
const opened = ModelInstalls.open({ settings: config, access: config.hub, onError: (error) => logFromThread(error) });

serveCalls<ModelServices>(parentPort as MessagePort, {
  installs: {
    list: async () => await (await opened).list(),
    start: async (source, precision) => await (await opened).start(source, precision),
    pause: async (id) => await (await opened).pause(id),
    resume: async (id) => await (await opened).resume(id),
    cancel: async (id) => await (await opened).cancel(id),
  },
  thread: { close: async () => await (await opened).close() },
});
