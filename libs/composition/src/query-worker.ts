import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { Device, ExecutionProvider } from '@wentu/domain';
import { batchTexts, loadModel, openTextEncoder } from '@wentu/encoder';
import { EmbeddedVectorStore } from '@wentu/vector-store';
import { serveCalls } from '@wentu/worker-rpc';

export interface QueryWorkerData {
  readonly modelFolder: string;
  readonly device: Device;
  readonly threads: number;
  readonly upright: boolean;
  readonly background: 'white' | 'drop';
  /** The loading worker's calls of the vector store come in here. */
  readonly loadPort: MessagePort;
}

/** Texts of one run of the text tower. */
const MAX_TEXT_BATCH = 32;

/** What the main thread asks of this one beside the services it finds in it. */
export interface QueryThread {
  open(): Promise<ExecutionProvider>;
}

const { modelFolder, device, threads, upright, background, loadPort } = workerData as QueryWorkerData;

// The text tower and the embedded index share a thread: onnxruntime's run() blocks it, and calls that wait share the next run.
const services: Record<string, object> = {
  thread: {
    async open() {
      const model = await loadModel(modelFolder, { upright, background });
      const encoder = await openTextEncoder(model, { device, threads });
      services['texts'] = batchTexts(encoder, { maxBatch: MAX_TEXT_BATCH });
      services['vectors'] = await EmbeddedVectorStore.open({ threads });
      return encoder.provider;
    },
  } satisfies QueryThread,
};
serveCalls(loadPort, services);
serveCalls(parentPort as MessagePort, services);
