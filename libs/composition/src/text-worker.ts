import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { Device, ExecutionProvider, TextExplainer } from '@wentu/domain';
import { batchTexts, loadModel, openTextEncoder } from '@wentu/encoder/texts';
import { serveCalls } from '@wentu/worker-rpc';

export interface TextWorkerData {
  readonly modelFolder: string;
  readonly device: Device;
  readonly textThreads: number;
  readonly upright: boolean;
  readonly background: 'white' | 'drop';
}

/** Texts of one run of the text tower. */
const MAX_TEXT_BATCH = 32;

/** What the main thread asks of this one beside the texts. */
export interface TextThread {
  open(): Promise<ExecutionProvider>;
}

const { modelFolder, device, textThreads, upright, background } = workerData as TextWorkerData;

// The text tower: onnxruntime's run() blocks its thread, and calls that wait share the next run.
const services: Record<string, object> = {
  thread: {
    async open() {
      const model = await loadModel(modelFolder, { upright, background });
      const encoder = await openTextEncoder(model, { device, threads: textThreads }, 'compatible');
      services['texts'] = batchTexts(encoder, { maxBatch: MAX_TEXT_BATCH });
      services['explainer'] = { explainTexts: (texts) => encoder.explainTexts(texts) } satisfies TextExplainer;
      return encoder.provider;
    },
  } satisfies TextThread,
};
serveCalls(parentPort as MessagePort, services);
