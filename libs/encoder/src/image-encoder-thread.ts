import { Worker } from 'node:worker_threads';
import type { Device, ExecutionProvider, ImageEncoder, ModelInfo } from '@wentu/domain';
import { RpcClient } from '@wentu/worker-rpc';
import type { OpenImageEncoder } from './image-encoder';

export interface ImageEncoderThreadOptions {
  readonly modelFolder: string;
  readonly device: Device;
  readonly threads: number;
  readonly batchSize: number;
  readonly upright: boolean;
  readonly background: 'white' | 'drop';
}

/** The services of the thread. */
export interface ImageEncoderServices {
  thread: {
    open(): Promise<{ model: ModelInfo; provider: ExecutionProvider }>;
    close(): Promise<void>;
  };
  images: Pick<ImageEncoder, 'encodeImages'>;
}

/** Runs the image tower in its own thread, so that some pictures are decoded while others are encoded. */
export async function startImageEncoderThread(options: ImageEncoderThreadOptions): Promise<OpenImageEncoder> {
  const worker = new Worker(require.resolve('./image-encoder-worker'), { name: 'image encoder', workerData: options });
  const calls = new RpcClient<ImageEncoderServices>(worker, 'image encoder thread');
  const [thread, images] = [calls.service('thread'), calls.service('images')];
  try {
    const { model, provider } = await thread.open();
    return {
      model,
      provider,
      encodeImages: (...args) => images.encodeImages(...args),
      async close() {
        try {
          await thread.close();
        } finally {
          await worker.terminate();
        }
      },
    };
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}
