import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { batchTexts, loadModel, openTextEncoder } from '@wentu/encoder';
import { EmbeddedVectorStore } from '@wentu/vector-store';
import { serveCalls } from '@wentu/worker-rpc';

export interface QueryWorkerData {
  readonly modelFolder: string;
  readonly device: 'auto' | 'cuda' | 'cpu';
  readonly threads: number;
  readonly upright: boolean;
  readonly background: 'white' | 'drop';
  /** The loading worker's calls of the vector store come in here. */
  readonly loadPort: MessagePort;
}

/** Texts of one run of the text tower. */
const MAX_TEXT_BATCH = 32;

// The text tower and the embedded index share a thread: onnxruntime's run() blocks it, and calls that wait share the next run.
async function main(): Promise<void> {
  const { modelFolder, device, threads, upright, background, loadPort } = workerData as QueryWorkerData;
  if (!parentPort) throw new Error('query-worker is a worker thread');
  const model = await loadModel(modelFolder, { upright, background });
  const encoder = await openTextEncoder(model, { device, threads });
  // The first query is to be as fast as the tenth.
  await encoder.encodeTexts(['文图']);
  const texts = batchTexts(encoder, { maxBatch: MAX_TEXT_BATCH });
  const vectors = await EmbeddedVectorStore.open({ threads });
  serveCalls(loadPort, { vectors });
  serveCalls(parentPort, { texts, vectors });
  parentPort.postMessage({ type: 'ready', provider: encoder.provider });
}

void main();
