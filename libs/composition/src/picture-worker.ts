import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { PicturePool, type PictureDecoder, type PicturePoolOptions } from '@wentu/picture';
import { handOver, serveCalls } from '@wentu/worker-rpc';
import { sendMeasures } from './thread-measures';

export interface PictureWorkerData {
  readonly pool: PicturePoolOptions;
  /** Receives the calls of the load worker. */
  readonly loadPort: MessagePort;
}

/** The services for the other threads. */
export interface PictureServices {
  thread: { close(): Promise<void> };
  pictures: PictureDecoder;
}

sendMeasures();
const { pool, loadPort } = workerData as PictureWorkerData;

// The single gate in front of all decoder processes. It has its own thread, so traffic in the pipes of the decoders
// delays no request, and a long query delays no picture.
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
  exif: (...args) => decoders.exif(...args),
  async pixels(...args) {
    const decoded = await decoders.pixels(...args);
    return handOver(decoded, [bufferOf(decoded.data)]);
  },
};
const services: PictureServices = { pictures, thread: { close: async () => decoders.close() } };
serveCalls<PictureServices>(loadPort, services);
serveCalls<PictureServices>(parentPort as MessagePort, services);

/** The buffer of an array that owns all of its buffer. */
function bufferOf({ buffer }: Uint8Array): ArrayBuffer {
  return buffer as ArrayBuffer;
}
