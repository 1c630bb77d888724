import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { WordLine } from '@wentu/domain';
import type { RgbImage } from '@wentu/picture';
import { lowerThreadPriority, serveCalls } from '@wentu/worker-rpc';
import { openWordModels, type WordModels } from './open-models';
import { readLines } from './read-lines';

export interface WordsWorkerData {
  readonly modelFolder: string;
  readonly threads: number;
}

/** The services of the thread. */
export interface WordsServices {
  thread: {
    open(): Promise<void>;
    /** Waits for the picture that is being read, then closes the models. */
    close(): Promise<void>;
  };
  lines: {
    read(image: RgbImage, signal?: AbortSignal): Promise<WordLine[]>;
  };
}

// Searches have priority. The threads of onnxruntime inherit the priority.
lowerThreadPriority('lowest');

const { modelFolder, threads } = workerData as WordsWorkerData;
let opening: Promise<WordModels> | undefined;
const models = (): Promise<WordModels> => (opening ??= openWordModels(modelFolder, threads));
/** One picture at a time: two would need twice the memory. */
let last: Promise<unknown> = Promise.resolve();

serveCalls<WordsServices>(parentPort as MessagePort, {
  thread: {
    async open() {
      await models();
    },
    async close() {
      await last.catch(() => undefined);
      await (await opening)?.close();
    },
  },
  lines: {
    async read(image, signal) {
      const before = last.catch(() => undefined);
      const reading = before.then(async () => await readLines(await models(), image, signal));
      last = reading;
      return await reading;
    },
  },
});
