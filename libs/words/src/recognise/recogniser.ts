import type { RgbImage } from '@wentu/picture';
import type { Graph } from '../session';
import { widthAt, writeCrop, type Crop } from './crop';
import { decodeCtc, type RecognisedText } from './ctc';

export interface Recogniser {
  readonly graph: Graph;
  /** By class: the blank, those of the file, the space. */
  readonly characters: readonly string[];
}

/** Height of a line for the recogniser, in pixels. */
const HEIGHT = 48;
/** Columns of grey behind a line, and the width of the shortest input, in pixels. */
const [PADDING, MIN_WIDTH] = [16, 96];
/** A longer line is squeezed. */
const MAX_WIDTH = 3_200;

/** The columns that the recogniser reads for a line: its work. */
export function columnsOf(crop: Crop): number {
  const columns = Math.max(MIN_WIDTH, widthAt(crop, HEIGHT, MAX_WIDTH) + PADDING);
  return Math.ceil(columns / 8) * 8;
}

/** Reads a line. One line a run: on one thread, a batch of six takes 1.5 times as long as six runs. */
export async function recogniseLine(
  { graph, characters }: Recogniser,
  image: RgbImage,
  crop: Crop,
): Promise<RecognisedText> {
  const width = columnsOf(crop);
  const data = new Float32Array(3 * HEIGHT * width);
  writeCrop(image, crop, { data, offset: 0, stride: width }, widthAt(crop, HEIGHT, MAX_WIDTH), HEIGHT);
  const output = await graph.run(data, [1, 3, HEIGHT, width]);
  return decodeCtc(output.data, characters);
}
