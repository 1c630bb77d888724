import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { VectorStore } from '@wentu/domain';
import { EmbeddedVectorStore } from '@wentu/vector-store';
import { serveCalls } from '@wentu/worker-rpc';

export interface IndexWorkerData {
  readonly indexThreads: number;
  /** The loading worker's calls come in here. */
  readonly loadPort: MessagePort;
}

/** What the main thread asks of this one; the load worker asks for `vectors` alone. */
export interface IndexServices {
  thread: { open(): Promise<void> };
  vectors: VectorStore;
}

const { indexThreads, loadPort } = workerData as IndexWorkerData;
let opening: Promise<VectorStore> | undefined;
const vectors = (): Promise<VectorStore> => (opening ??= EmbeddedVectorStore.open({ threads: indexThreads }));

// The embedded index: a search blocks its thread, so that it has one to itself and none waits while texts are encoded.
serveCalls<Pick<IndexServices, 'vectors'>>(loadPort, { vectors });
serveCalls<IndexServices>(parentPort as MessagePort, {
  thread: { open: async () => void (await vectors()) },
  vectors,
});
