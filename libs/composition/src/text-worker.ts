import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { Device, ExecutionProvider, TextUnderstanding } from '@wentu/domain';
import { batchTexts, loadModel, openTextEncoder, TowerRegistry, type TowerSource } from '@wentu/encoder/texts';
import type { InstalledModel } from '@wentu/models';
import { serveCalls } from '@wentu/worker-rpc';
import { cannotOpen, checkOpened } from './open-tower';

export interface TextWorkerData {
  readonly device: Device;
  readonly textThreads: number;
  readonly upright: boolean;
  readonly background: 'white' | 'drop';
  /** The memory limit for all open text towers. */
  readonly maxTowerBytes: number;
}

/** The maximum number of texts in one run of a text tower. */
const MAX_TEXT_BATCH = 32;

/** The services for the main thread. */
export interface TextServices {
  thread: {
    /** Opens the text tower of the server's own model. */
    open(model: InstalledModel): Promise<ExecutionProvider>;
    /** Waits for running work, then closes all towers. */
    close(): Promise<void>;
  };
  texts: {
    encodeTexts(texts: readonly string[], model: InstalledModel, signal?: AbortSignal): Promise<Float32Array[]>;
  };
  explainer: { explainTexts(texts: readonly string[], model: InstalledModel): Promise<TextUnderstanding[]> };
}

type TextTower = Awaited<ReturnType<typeof openTower>>;

const { device, textThreads, upright, background, maxTowerBytes } = workerData as TextWorkerData;
const towers = new TowerRegistry<TextTower>(maxTowerBytes);

async function openTower({ folder, info }: InstalledModel) {
  const model = await loadModel(folder, { upright, background });
  checkOpened(model.info, info);
  const encoder = await openTextEncoder(model, { device, threads: textThreads }, 'compatible');
  // onnxruntime's run() blocks its thread; calls that wait meanwhile share the next run.
  return { encoder, texts: batchTexts(encoder, { maxBatch: MAX_TEXT_BATCH }), close: () => encoder.close() };
}

function towerOf(model: InstalledModel): TowerSource<TextTower> {
  return { key: model.key, sizeBytes: model.bytes.text, open: () => openTower(model) };
}

async function use<Result>(model: InstalledModel, work: (tower: TextTower) => Promise<Result>): Promise<Result> {
  const { tower, release } = await towers.hold(towerOf(model)).catch((error: unknown) => {
    throw cannotOpen(model.info, error);
  });
  return await work(tower).finally(release);
}

serveCalls<TextServices>(parentPort as MessagePort, {
  thread: {
    open: async (model) => await towers.use(towerOf(model), async ({ encoder }) => encoder.provider),
    close: () => towers.close(),
  },
  texts: {
    encodeTexts: async (texts, model, signal) =>
      await use(model, async (tower) => await tower.texts.encodeTexts(texts, signal)),
  },
  explainer: {
    explainTexts: async (texts, model) => await use(model, async ({ encoder }) => await encoder.explainTexts(texts)),
  },
});
