import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { createDatasetOpener } from '@wentu/dataset';
import type { VectorStore } from '@wentu/domain';
import { createImagePreparer, startImageEncoderThread } from '@wentu/encoder';
import { openSqliteStore } from '@wentu/metadata';
import { LoadService } from '@wentu/search';
import { RpcClient, serveCalls } from '@wentu/worker-rpc';
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
export interface LoadThread {
  open(): Promise<void>;
  start: LoadService['start'];
  cancel: LoadService['cancel'];
  deleteImages: LoadService['deleteImages'];
  drop: LoadService['drop'];
  repair: LoadService['repair'];
  ensureCollection: LoadService['ensureCollection'];
  close(): Promise<void>;
}

// Reading, hashing, decoding and writing happen here; the image tower has a thread of its own below this one.
async function main(): Promise<void> {
  const { config, modelFolder, threads, vectorPort } = workerData as LoadWorkerData;
  if (!parentPort) throw new Error('load-worker is a worker thread');
  const { limits, upright, background } = config;
  const store = await openSqliteStore({ path: config.databasePath });
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
  const loads: LoadThread = {
    open: () => service.open(),
    start: (...args) => service.start(...args),
    cancel: (id) => service.cancel(id),
    deleteImages: (...args) => service.deleteImages(...args),
    drop: (name) => service.drop(name),
    repair: () => service.repair(),
    ensureCollection: (name) => service.ensureCollection(name),
    async close() {
      await service.close();
      await encoder.close();
      await store.close();
    },
  };
  serveCalls(parentPort, { loads });
  parentPort.postMessage({ type: 'ready', provider: encoder.provider });
}

void main();
