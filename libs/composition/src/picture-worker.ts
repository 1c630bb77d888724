import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { PicturePool, type PictureDecoder, type PicturePoolOptions } from '@wentu/picture';
import { handOver, serveCalls } from '@wentu/worker-rpc';

export interface PictureWorkerData {
  readonly pool: PicturePoolOptions;
  /** The loading worker's calls come in here. */
  readonly loadPort: MessagePort;
}

/** What the other threads ask of this one. */
export interface PictureServices {
  thread: { close(): Promise<void> };
  pictures: PictureDecoder;
}

const { pool, loadPort } = workerData as PictureWorkerData;

// The one gate in front of all decoder processes. It has a thread to itself: what comes and goes through their pipes
// delays no request, and no long query delays a picture.
const decoders = new PicturePool(pool);
const pictures: PictureDecoder = {
  inspect: (...args) => decoders.inspect(...args),
  async prepare(...args) {
    const prepared = await decoders.prepare(...args);
    const { pixels, preview } = prepared;
    return handOver(prepared, [pixels, ...(preview ? [preview] : [])].map(bufferOf));
  },
  async render(...args) {
    const picture = await decoders.render(...args);
    return handOver(picture, [bufferOf(picture)]);
  },
};
const services: PictureServices = { pictures, thread: { close: async () => decoders.close() } };
serveCalls<PictureServices>(loadPort, services);
serveCalls<PictureServices>(parentPort as MessagePort, services);

/** Of memory of its own. */
function bufferOf({ buffer }: Uint8Array): ArrayBuffer {
  return buffer as ArrayBuffer;
}
