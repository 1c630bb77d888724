import type { RgbImage } from '@wentu/picture';
import { mapText } from './detect/detector';
import { findTextBoxes } from './detect/text-boxes';
import type { Quad } from './geometry';
import type { WordModels } from './open-models';
import { cropOf } from './recognise/crop';
import { turnUpright } from './recognise/direction';
import { recogniseLines } from './recognise/recogniser';

/** A line that was read, with its box in pixels. */
export interface ReadLine {
  readonly text: string;
  readonly confidence: number;
  readonly box: Quad;
}

const MIN_CONFIDENCE = 0.5;

export async function readLines(
  { detector, classifier, recogniser }: WordModels,
  image: RgbImage,
  signal?: AbortSignal,
): Promise<ReadLine[]> {
  const { width, height } = image;
  const scale = Math.max(1, 736 / Math.min(width, height));
  const map = await mapText(detector, image, { left: 0, top: 0, width, height }, scale);
  const boxes = findTextBoxes(map, width, height);
  const crops = boxes.map(cropOf);
  const upright = classifier ? await turnUpright(classifier, image, crops, signal) : crops;
  const texts = await recogniseLines(recogniser, image, upright, signal);
  return texts
    .map((each, i) => ({ ...each, box: boxes[i] as Quad }))
    .filter(({ confidence }) => confidence >= MIN_CONFIDENCE);
}
