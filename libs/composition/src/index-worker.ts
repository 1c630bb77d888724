import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { VectorStore } from '@wentu/domain';
import { EmbeddedVectorStore } from '@wentu/vector-store';
import { serveCalls } from '@wentu/worker-rpc';
import { logFromThread } from './thread-log';
import { sendMeasures } from './thread-measures';

export interface IndexWorkerData {
  readonly indexThreads: number;
  /** Threads that build graphs. */
  readonly buildThreads: number;
  /** The folder for the index files. */
  readonly folder: string;
  /** Receives the calls of the load worker. */
  readonly loadPort: MessagePort;
}

/** The services for the main thread. The load worker uses only `vectors`. */
export interface IndexServices {
  thread: {
    /** @returns the engine that searches */
    open(): Promise<EmbeddedVectorStore['engine']>;
    /** Writes the points that are only in memory to the folder. */
    close(): Promise<void>;
  };
  vectors: VectorStore;
}

sendMeasures();
const { indexThreads, buildThreads, folder, loadPort } = workerData as IndexWorkerData;
const onWarning = (error: Error): void => logFromThread(error, 'warn');
let opening: Promise<EmbeddedVectorStore> | undefined;
const vectors = (): Promise<EmbeddedVectorStore> =>
  (opening ??= EmbeddedVectorStore.open({ threads: indexThreads, buildThreads, folder, onWarning }));

// A search of the embedded index blocks its thread. It has its own thread, so that it does not wait while texts are
// encoded.
serveCalls<Pick<IndexServices, 'vectors'>>(loadPort, { vectors });
serveCalls<IndexServices>(parentPort as MessagePort, {
  thread: {
    open: async () => (await vectors()).engine,
    close: async () => await (await opening)?.close(),
  },
  vectors,
});
