import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { VectorStore } from '@wentu/domain';
import { EmbeddedVectorStore } from '@wentu/vector-store';
import { serveCalls } from '@wentu/worker-rpc';
import { logFromThread } from './thread-log';

export interface IndexWorkerData {
  readonly indexThreads: number;
  /** Of building graphs. */
  readonly buildThreads: number;
  /** Of the indexes' files. */
  readonly folder: string;
  /** The loading worker's calls come in here. */
  readonly loadPort: MessagePort;
}

/** What the main thread asks of this one; the load worker asks for `vectors` alone. */
export interface IndexServices {
  thread: {
    /** @returns what searches */
    open(): Promise<EmbeddedVectorStore['engine']>;
    /** Writes what is in memory only to the folder. */
    close(): Promise<void>;
  };
  vectors: VectorStore;
}

const { indexThreads, buildThreads, folder, loadPort } = workerData as IndexWorkerData;
const onWarning = (error: Error): void => logFromThread(error, 'warn');
let opening: Promise<EmbeddedVectorStore> | undefined;
const vectors = (): Promise<EmbeddedVectorStore> =>
  (opening ??= EmbeddedVectorStore.open({ threads: indexThreads, buildThreads, folder, onWarning }));

// The embedded index: a search blocks its thread, so that it has one to itself and none waits while texts are encoded.
serveCalls<Pick<IndexServices, 'vectors'>>(loadPort, { vectors });
serveCalls<IndexServices>(parentPort as MessagePort, {
  thread: {
    open: async () => (await vectors()).engine,
    close: async () => await (await opening)?.close(),
  },
  vectors,
});
