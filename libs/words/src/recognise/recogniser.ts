import type { RgbImage } from '@wentu/picture';
import type { Graph } from '../session';
import { ratioOf, widthAt, writeCrop, type Crop } from './crop';
import { decodeCtc, type RecognisedText } from './ctc';

export interface Recogniser {
  readonly graph: Graph;
  /** By class: the blank, those of the file, the space. */
  readonly characters: readonly string[];
}

/** Height of a line for the recogniser, in pixels. */
const HEIGHT = 48;
/** Width of the shortest batch, in pixels: PaddleOCR's models were trained with it. */
const MIN_WIDTH = 320;
/** A longer line is squeezed. */
const MAX_WIDTH = 3_200;
/** Columns of a batch. */
const BATCH_COLUMNS = 6 * MIN_WIDTH;

/** Reads lines. Lines of like width share a run. The results are in the order of the crops. */
export async function recogniseLines(
  { graph, characters }: Recogniser,
  image: RgbImage,
  crops: readonly Crop[],
  signal?: AbortSignal,
): Promise<RecognisedText[]> {
  const results: RecognisedText[] = [];
  const order = crops.map((_, i) => i).sort((a, b) => ratioOf(crops[a] as Crop) - ratioOf(crops[b] as Crop));
  for (let start = 0; start < order.length;) {
    signal?.throwIfAborted();
    const batch: number[] = [];
    let width = MIN_WIDTH;
    for (const index of order.slice(start)) {
      const next = Math.max(width, widthAt(crops[index] as Crop, HEIGHT, MAX_WIDTH));
      if (batch.length > 0 && next * (batch.length + 1) > BATCH_COLUMNS) break;
      batch.push(index);
      width = next;
    }
    start += batch.length;
    const size = 3 * HEIGHT * width;
    const data = new Float32Array(batch.length * size);
    batch.forEach((index, i) => {
      const crop = crops[index] as Crop;
      writeCrop(image, crop, { data, offset: i * size, stride: width }, widthAt(crop, HEIGHT, width), HEIGHT);
    });
    const output = await graph.run(data, [batch.length, 3, HEIGHT, width]);
    const length = output.data.length / batch.length;
    batch.forEach((index, i) => {
      results[index] = decodeCtc(output.data.subarray(i * length, (i + 1) * length), characters);
    });
  }
  return results;
}
