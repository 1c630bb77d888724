import { Worker } from 'node:worker_threads';
import type { WordReader } from '@wentu/domain';
import {
  PicturePool,
  type PictureDecoder,
  type PicturePoolOptions,
  type PixelBounds,
  type RgbImage,
  type Share,
} from '@wentu/picture';
import { handOver, RpcClient } from '@wentu/worker-rpc';
import { findWordModels, revisionOf, shippedWordModels } from './word-models';
import type { WordsServices, WordsWorkerData } from './words-worker';

export interface WordReaderOptions {
  /** A folder with models of PaddleOCR's kinds (`findWordModels`). Default: the models that come with Wentu. */
  readonly modelFolder?: string;
  /** Threads of one operator. Default: 1. */
  readonly threads?: number;
}

/** Decoder processes that others use too. */
export interface SharedDecoder {
  readonly decoder: Pick<PictureDecoder, 'pixels'>;
  /** `load` for work in the background; `asked` for a caller who waits. */
  readonly share: Share;
}

/**
 * The size at which pictures are read. The longer side has at most 2,000 pixels, as RapidOCR has it. Long screenshots
 * keep up to 1,200 pixels of their shorter side.
 */
const BOUNDS: PixelBounds = { longSide: 2_000, shortSide: 1_200, maxPixels: 12_000_000 };

/**
 * Opens the models in a thread of their own, which has a low priority on Linux and reads one picture at a time.
 *
 * @param decoding decoder processes that others use too, or the limits of processes that the reader starts
 * @throws InvalidInputError when a file of the models is missing, or does not fit the others
 */
export async function openWordReader(
  options: WordReaderOptions,
  decoding: SharedDecoder | PicturePoolOptions,
): Promise<WordReader> {
  const { modelFolder = shippedWordModels(), threads = 1 } = options;
  const revision = await revisionOf(await findWordModels(modelFolder));
  const own = 'decoder' in decoding ? null : new PicturePool(decoding);
  const { decoder, share } = 'decoder' in decoding ? decoding : { decoder: own as PicturePool, share: 'load' as const };
  const workerData: WordsWorkerData = { modelFolder, threads };
  const worker = new Worker(require.resolve('./words-worker'), { name: 'words', workerData });
  const calls = new RpcClient<WordsServices>(worker, 'words thread');
  const [thread, lines] = [calls.service('thread'), calls.service('lines')];
  const stop = async (): Promise<void> => {
    own?.close();
    await worker.terminate();
  };
  try {
    await thread.open();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    revision,
    async read(bytes, signal) {
      const image = await decoder.pixels(bytes, BOUNDS, share, signal);
      return await lines.read(moved(image), signal);
    },
    async close() {
      try {
        await thread.close();
      } finally {
        await stop();
      }
    },
  };
}

/** The pixels are moved to the thread: a second copy of a long screenshot takes 25 MB. */
function moved(image: RgbImage): RgbImage {
  const { buffer, byteLength } = image.data;
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  return isWhole ? handOver(image, [buffer]) : image;
}
