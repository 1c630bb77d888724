import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { Device, ExecutionProvider, TextUnderstanding } from '@wentu/domain';
import { batchTexts, loadModel, openTextEncoder } from '@wentu/encoder/texts';
import type { InstalledModel } from '@wentu/models';
import { serveCalls } from '@wentu/worker-rpc';
import { checkOpened } from './open-tower';
import { sendMeasures } from './thread-measures';

/** The thread has the text tower of one model. */
export interface TextWorkerData {
  readonly model: InstalledModel;
  readonly device: Device;
  readonly textThreads: number;
  readonly upright: boolean;
  readonly background: 'white' | 'drop';
}

/** The maximum number of texts in one run of a text tower. */
const MAX_TEXT_BATCH = 32;

/** The services for the main thread. */
export interface TextServices {
  thread: {
    open(): Promise<ExecutionProvider>;
    /** Waits for running work, then closes the tower. */
    close(): Promise<void>;
  };
  texts: {
    encodeTexts(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
  };
  explainer: {
    explainTexts(texts: readonly string[]): Promise<TextUnderstanding[]>;
  };
}

sendMeasures();
const { model, device, textThreads, upright, background } = workerData as TextWorkerData;
let opening: ReturnType<typeof openTower> | undefined;
const tower = (): ReturnType<typeof openTower> => (opening ??= openTower());

async function openTower() {
  const loaded = await loadModel(model.folder, { upright, background });
  checkOpened(loaded.info, model.info);
  const encoder = await openTextEncoder(loaded, { device, threads: textThreads }, 'compatible');
  // onnxruntime's run() blocks its thread; calls that wait meanwhile share the next run.
  return { encoder, texts: batchTexts(encoder, { maxBatch: MAX_TEXT_BATCH, provider: encoder.provider.name }) };
}

serveCalls<TextServices>(parentPort as MessagePort, {
  thread: {
    open: async () => (await tower()).encoder.provider,
    close: async () => await (await opening)?.encoder.close(),
  },
  texts: {
    encodeTexts: async (texts, signal) => await (await tower()).texts.encodeTexts(texts, signal),
  },
  explainer: {
    explainTexts: async (texts) => await (await tower()).encoder.explainTexts(texts),
  },
});
