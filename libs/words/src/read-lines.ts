import { MAX_WORD_LINE_LENGTH, MAX_WORD_LINES, type WordLine } from '@wentu/domain';
import type { RgbImage } from '@wentu/picture';
import { detectLines } from './detect/detect-lines';
import type { Quad } from './geometry';
import type { WordModels } from './open-models';
import { orderLines } from './order-lines';
import { cropOf, turnedBy, type Crop } from './recognise/crop';
import type { RecognisedText } from './recognise/ctc';
import { turnUpright } from './recognise/direction';
import { columnsOf, recogniseLine } from './recognise/recogniser';

/** Lines with a smaller confidence are seldom text. */
const MIN_CONFIDENCE = 0.5;
/** A line with a smaller confidence may be upside down, whatever the classifier says. */
const SURE = 0.75;
/** Most columns of 48 pixels that are recognised in a picture: about 20 s of one core. */
const MAX_COLUMNS = 400_000;

/**
 * Reads the lines of a picture: where text is, which way up, and which characters.
 * @returns in reading order; the boxes are fractions of the picture's sides
 */
export async function readLines(models: WordModels, image: RgbImage, signal?: AbortSignal): Promise<WordLine[]> {
  const { detector, classifier, recogniser } = models;
  const boxes = await detectLines(detector, image, signal);
  const crops = withinWork(boxes.slice(0, MAX_WORD_LINES).map(cropOf));
  const upright = classifier ? await turnUpright(classifier, image, crops, signal) : crops;
  const lines: { crop: Crop; read: RecognisedText }[] = [];
  for (const crop of upright) {
    signal?.throwIfAborted();
    let line = { crop, read: await recogniseLine(recogniser, image, crop) };
    if (line.read.confidence < SURE) {
      const other = turnedBy(crop, 2);
      const read = await recogniseLine(recogniser, image, other);
      if (read.confidence > Math.max(line.read.confidence, MIN_CONFIDENCE)) line = { crop: other, read };
    }
    lines.push(line);
  }
  const sure = lines.filter(({ read }) => read.confidence >= MIN_CONFIDENCE);
  return orderLines(sure, ({ crop }) => crop).flatMap(({ crop, read }) => {
    const text = cleanLine(read.text);
    if (text === '') return [];
    return [{ text, confidence: Math.min(1, read.confidence), box: boxOf(crop, image) }];
  });
}

/** Leaves out the last lines when all of them would be too much work. */
function withinWork(crops: Crop[]): Crop[] {
  let columns = 0;
  return crops.filter((crop) => (columns += columnsOf(crop)) <= MAX_COLUMNS);
}

function cleanLine(text: string): string {
  const clean = text.normalize('NFC').replace(/\p{Cc}+/gu, ' ');
  return [...clean.trim()].slice(0, MAX_WORD_LINE_LENGTH).join('').trim();
}

/** The corners from the beginning of the text, clockwise. */
function boxOf({ box, turns }: Crop, { width, height }: RgbImage): WordLine['box'] {
  const fraction = (value: number, side: number): number => Math.max(0, Math.min(1, value / side));
  const corner = (index: number) => {
    const { x, y } = box[(index + turns) % 4] as Quad[0];
    return { x: fraction(x, width), y: fraction(y, height) };
  };
  return [corner(0), corner(1), corner(2), corner(3)];
}
