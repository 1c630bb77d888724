import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { createDatasetOpener } from '@wentu/dataset';
import type { ExecutionProvider, VectorStore } from '@wentu/domain';
import { createImagePreparer, startImageEncoderThread } from '@wentu/encoder';
import { openSqliteStore } from '@wentu/metadata';
import { LoadService } from '@wentu/search';
import { lowerThreadPriority, RpcClient, serveCalls } from '@wentu/worker-rpc';
import type { Config } from './config';
import { logFromThread } from './thread-log';

export interface LoadWorkerData {
  readonly config: Config;
  readonly modelFolder: string;
  readonly threads: number;
  /** Calls of the vector store go out here. */
  readonly vectorPort: MessagePort;
}

const KEPT_JOBS = 1_000;
const RUNNING_LOADS = 2;

/** What the main thread asks of this one. */
export interface LoadThread extends Pick<
  LoadService,
  'start' | 'cancel' | 'deleteImages' | 'drop' | 'ensureCollection'
> {
  /** Opens, repairs what a crash left, and begins to take loads. */
  open(): Promise<ExecutionProvider>;
  close(): Promise<void>;
}

// Loads take what searches leave.
lowerThreadPriority();

const { config, modelFolder, threads, vectorPort } = workerData as LoadWorkerData;
const closing: (() => Promise<void>)[] = [];

// Reading, hashing, decoding and writing happen here; the image tower has a thread of its own below this one.
async function open(): Promise<[LoadService, ExecutionProvider]> {
  const { limits, upright, background } = config;
  const store = await openSqliteStore({ path: config.databasePath });
  closing.unshift(() => store.close());
  // The data folder is ours alone: whoever held a lease is gone.
  await store.expireLeases();
  const encoder = await startImageEncoderThread({
    modelFolder,
    device: config.device,
    threads,
    batchSize: config.batchSize,
    upright,
    background,
  });
  closing.unshift(() => encoder.close());
  const service = new LoadService({
    store,
    vectors: new RpcClient(vectorPort, 'query worker').service<VectorStore>('vectors'),
    preparer: createImagePreparer({
      imageSize: encoder.model.imageSize,
      upright,
      background,
      maxPixels: limits.maxPixels,
      maxBytes: limits.maxImageBytes,
      previewSide: 512,
    }),
    encoder,
    openDataset: createDatasetOpener({ maxImageBytes: limits.maxImageBytes }),
    batchSize: config.batchSize,
    decodeConcurrency: Math.max(2, threads),
    maxCopiedBytes: limits.maxCopiedBytes,
    maxRunning: RUNNING_LOADS,
    keepJobs: KEPT_JOBS,
    onError: logFromThread,
  });
  closing.unshift(() => service.close());
  await service.open();
  return [service, encoder.provider];
}

let opening: ReturnType<typeof open> | undefined;
const opened = async (): Promise<LoadService> => (await (opening ??= open()))[0];

const loads: LoadThread = {
  open: async () => (await (opening ??= open()))[1],
  start: async (...args) => await (await opened()).start(...args),
  cancel: async (id) => await (await opened()).cancel(id),
  deleteImages: async (...args) => await (await opened()).deleteImages(...args),
  drop: async (name) => await (await opened()).drop(name),
  ensureCollection: async (name) => await (await opened()).ensureCollection(name),
  async close() {
    for (const undo of closing.splice(0)) await undo();
  },
};
serveCalls(parentPort as MessagePort, { loads });
