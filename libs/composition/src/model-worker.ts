import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { ConflictError, sentence, type ModelAdmin, type ModelInstaller } from '@wentu/domain';
import { ModelInstalls } from '@wentu/models/installs';
import { serveCalls } from '@wentu/worker-rpc';
import type { Config } from './config';
import { openModelStore } from './open-model-store';
import { logFromThread } from './thread-log';

export interface ModelWorkerData {
  readonly config: Config;
  /** The name of the server's own model. */
  readonly own: string;
}

/** Downloads and imports models. Splitting the graph of a large model would block the thread of the requests. */
export interface ModelServices {
  thread: { close(): Promise<void> };
  installs: ModelInstaller;
  /** Reads all files of a model, which would block the thread of the requests too. */
  admin: ModelAdmin;
}

const { config, own } = workerData as ModelWorkerData;
const opened = ModelInstalls.open({ settings: config, access: config.hub, onError: (error) => logFromThread(error) });

serveCalls<ModelServices>(parentPort as MessagePort, {
  installs: {
    list: async () => await (await opened).list(),
    start: async (source, precision) => await (await opened).start(source, precision),
    pause: async (id) => await (await opened).pause(id),
    resume: async (id) => await (await opened).resume(id),
    cancel: async (id) => await (await opened).cancel(id),
  },
  admin: {
    async remove(name) {
      if (name === own) throw new ConflictError(sentence('MODEL_OF_SERVER', { model: name }));
      await openModelStore(config).remove(name);
    },
    async use(name) {
      if (config.model !== null) throw new ConflictError(sentence('MODEL_SET', { model: name }));
      await openModelStore(config).use(name);
    },
  },
  thread: { close: async () => await (await opened).close() },
});
