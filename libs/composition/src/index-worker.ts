import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { EmbeddedVectorStore } from '@wentu/vector-store';
import { serveCalls } from '@wentu/worker-rpc';
import { logFromThread } from './thread-log';

export interface IndexWorkerData {
  readonly indexThreads: number;
  /** Of the indexes' files. */
  readonly folder: string;
  /** The loading worker's calls come in here. */
  readonly loadPort: MessagePort;
}

/** What the main thread asks of this one beside the vectors. */
export interface IndexThread {
  /** @returns what searches */
  open(): Promise<EmbeddedVectorStore['engine']>;
  /** Writes what is in memory only to the folder. */
  close(): Promise<void>;
}

const { indexThreads, folder, loadPort } = workerData as IndexWorkerData;

// The embedded index: a search blocks its thread, so that it has one to itself and none waits while texts are encoded.
let vectors: EmbeddedVectorStore | undefined;
const services: Record<string, object> = {
  thread: {
    async open() {
      const onWarning = (error: Error): void => logFromThread(error, 'warn');
      vectors = await EmbeddedVectorStore.open({ threads: indexThreads, folder, onWarning });
      services['vectors'] = vectors;
      return vectors.engine;
    },
    async close() {
      await vectors?.close();
    },
  } satisfies IndexThread,
};
serveCalls(loadPort, services);
serveCalls(parentPort as MessagePort, services);
