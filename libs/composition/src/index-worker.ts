import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { EmbeddedVectorStore } from '@wentu/vector-store';
import { serveCalls } from '@wentu/worker-rpc';

export interface IndexWorkerData {
  readonly indexThreads: number;
  /** The loading worker's calls come in here. */
  readonly loadPort: MessagePort;
}

/** What the main thread asks of this one beside the vectors. */
export interface IndexThread {
  open(): Promise<void>;
}

const { indexThreads, loadPort } = workerData as IndexWorkerData;

// The embedded index: a search blocks its thread, so that it has one to itself and none waits while texts are encoded.
const services: Record<string, object> = {
  thread: {
    async open() {
      services['vectors'] = await EmbeddedVectorStore.open({ threads: indexThreads });
    },
  } satisfies IndexThread,
};
serveCalls(loadPort, services);
serveCalls(parentPort as MessagePort, services);
