import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { lowerThreadPriority, serveCalls } from '@wentu/worker-rpc';
import { openImageEncoder, type OpenImageEncoder } from './image-encoder';
import type { ImageEncoderServices, ImageEncoderThreadOptions } from './image-encoder-thread';
import { loadModel } from './model';

// Searches have priority over loads. The threads of onnxruntime inherit the priority.
lowerThreadPriority();

const options = workerData as ImageEncoderThreadOptions;
let opening: Promise<OpenImageEncoder> | undefined;
const opened = (): Promise<OpenImageEncoder> =>
  (opening ??= loadModel(options.modelFolder, options).then((model) => openImageEncoder(model, options)));

serveCalls<ImageEncoderServices>(parentPort as MessagePort, {
  thread: {
    async open() {
      const { model, provider } = await opened();
      return { model, provider };
    },
    async close() {
      await (await opening)?.close();
    },
  },
  images: opened,
});
