import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { Device, ExecutionProvider, TextEncoder, TextExplainer } from '@wentu/domain';
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

/** What the main thread asks of this one. */
export interface TextServices {
  thread: { open(): Promise<ExecutionProvider> };
  texts: Pick<TextEncoder, 'encodeTexts'>;
  explainer: TextExplainer;
}

const { modelFolder, device, textThreads, upright, background } = workerData as TextWorkerData;

async function open() {
  const model = await loadModel(modelFolder, { upright, background });
  const encoder = await openTextEncoder(model, { device, threads: textThreads }, 'compatible');
  return { encoder, texts: batchTexts(encoder, { maxBatch: MAX_TEXT_BATCH }) };
}

let opening: ReturnType<typeof open> | undefined;
const opened = () => (opening ??= open());

// The text tower: onnxruntime's run() blocks its thread, and calls that wait share the next run.
serveCalls<TextServices>(parentPort as MessagePort, {
  thread: { open: async () => (await opened()).encoder.provider },
  texts: async () => (await opened()).texts,
  explainer: async () => (await opened()).encoder,
});
