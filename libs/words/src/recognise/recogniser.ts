import type { RgbImage } from '@wentu/picture';
import { Scratch } from '../scratch';
import type { Graph } from '../session';
import { widthAt, writeCrop, type Crop } from './crop';
import { decodeCtc, type RecognisedText } from './ctc';

export interface Recogniser {
  readonly graph: Graph;
  /** By class: the blank, those of the file, the space. */
  readonly characters: readonly string[];
  /** Columns of the input that make one step of the output. */
  readonly columnsPerStep: number;
}

// A thread reads one line at a time.
const [inputs, outputs] = [new Scratch(), new Scratch()];

/** Height of a line for the recogniser, in pixels. */
export const LINE_HEIGHT = 48;
/** The width of an input is a multiple of this. */
export const WIDTH_STEP = 8;
/** Columns of grey behind a line, and the width of the shortest input, in pixels. */
const [PADDING, MIN_WIDTH] = [16, 96];
/** A longer line is squeezed. */
const MAX_WIDTH = 3_200;

/** The columns that the recogniser reads for a line: its work. */
export function columnsOf(crop: Crop): number {
  const columns = Math.max(MIN_WIDTH, widthAt(crop, LINE_HEIGHT, MAX_WIDTH) + PADDING);
  return Math.ceil(columns / WIDTH_STEP) * WIDTH_STEP;
}

/** Reads a line. One line a run: on one thread, a batch of six takes 1.5 times as long as six runs. */
export async function recogniseLine(
  { graph, characters, columnsPerStep }: Recogniser,
  image: RgbImage,
  crop: Crop,
): Promise<RecognisedText> {
  const width = columnsOf(crop);
  const data = inputs.take(3 * LINE_HEIGHT * width).fill(0);
  writeCrop(image, crop, { data, offset: 0, stride: width }, widthAt(crop, LINE_HEIGHT, MAX_WIDTH), LINE_HEIGHT);
  const steps = width / columnsPerStep;
  const output = await graph.run(
    { data, shape: [1, 3, LINE_HEIGHT, width] },
    { data: outputs.take(steps * characters.length), shape: [1, steps, characters.length] },
  );
  return decodeCtc(output.data, characters);
}
