import type { ImageEncoder } from '@wentu/domain';
import { median } from './model-speeds';

const RUNS = 3;
/** A run has as many pictures as the machine encodes in this time, up to a batch. */
const RUN_SECONDS = 1;

/** Measures how many prepared pictures a second an image tower encodes. What the pictures show makes no difference. */
export async function measureImages(encoder: ImageEncoder, batchSize: number): Promise<number> {
  const picture = new Uint8Array(3 * encoder.model.imageSize ** 2).fill(128);
  const secondsFor = async (count: number): Promise<number> => {
    const start = performance.now();
    await encoder.encodeImages(Array<Uint8Array>(count).fill(picture));
    return (performance.now() - start) / 1_000;
  };
  // The first run allocates memory.
  await secondsFor(1);
  const count = Math.min(batchSize, Math.max(1, Math.floor(RUN_SECONDS / (await secondsFor(1)))));
  const seconds: number[] = [];
  for (let run = 0; run < RUNS; run++) seconds.push(await secondsFor(count));
  return count / median(seconds);
}
