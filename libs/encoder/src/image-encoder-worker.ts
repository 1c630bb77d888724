import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { lowerThreadPriority, serveCalls } from '@wentu/worker-rpc';
import { openImageEncoder, type OpenImageEncoder } from './image-encoder';
import type { ImageEncoderThread, ImageEncoderThreadOptions } from './image-encoder-thread';
import { loadModel } from './model';

// Loads take what searches leave; onnxruntime's threads inherit it.
lowerThreadPriority();

const options = workerData as ImageEncoderThreadOptions;
let opening: Promise<OpenImageEncoder> | undefined;

const encoder: ImageEncoderThread = {
  async open() {
    opening ??= loadModel(options.modelFolder, options).then((model) => openImageEncoder(model, options));
    const { model, provider } = await opening;
    return { model, provider };
  },
  async encodeImages(images, signal) {
    return await (await (opening as Promise<OpenImageEncoder>)).encodeImages(images, signal);
  },
  async close() {
    await (await opening)?.close();
  },
};
serveCalls(parentPort as MessagePort, { encoder });
