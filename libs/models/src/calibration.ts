import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TextEncoder } from '@wentu/domain';
import { dot, measureRelevance, type RelevanceScale } from '@wentu/search';
import { z } from 'zod';
import { ModelValues } from './model-values';
import { SAMPLE_CAPTIONS } from './sample-captions';

/** Shipped pictures of which none fits the caption of another one. */
const PAIRS: readonly string[] = [
  'animals/dog-face.png',
  'animals/elephant.png',
  'animals/penguin.png',
  'animals/butterfly.png',
  'animals/octopus.png',
  'animals/giraffe.png',
  'food/red-apple.png',
  'food/birthday-cake.png',
  'food/pizza.png',
  'food/french-fries.png',
  'food/grapes.png',
  'music/guitar.png',
  'music/drum.png',
  'people/santa-claus.png',
  'people/police-officer.png',
  'places/castle.png',
  'places/beach-with-umbrella.png',
  'places/ferris-wheel.png',
  'plants/sunflower.png',
  'plants/cactus.png',
  'plants/christmas-tree.png',
  'sports/basketball.png',
  'sports/trophy.png',
  'things/alarm-clock.png',
  'things/glasses.png',
  'things/scissors.png',
  'weather/umbrella-with-rain-drops.png',
  'vehicles/airplane.png',
  'vehicles/bicycle.png',
  'vehicles/fire-engine.png',
  'weather/rainbow.png',
  'weather/snowman.png',
  'photos/photo-astronaut.jpg',
  'photos/photo-cat.jpg',
  'photos/photo-coffee.jpg',
  'photos/photo-rocket.jpg',
];
/**
 * The number of further shipped pictures. The more pictures there are, the higher the best wrong similarity becomes.
 */
const OTHERS = 84;
/** A match below the floor costs this much more than a wrong picture above it. */
const MISS_COSTS = 4;
const stored = z.object({ floor: z.number(), scale: z.array(z.tuple([z.number(), z.number()])).nonempty() });

/** What the similarities of one model mean. */
export interface Calibration {
  /** The cosine below which a picture probably does not match a text, for all texts and collections alike. */
  readonly floor: number;
  readonly scale: RelevanceScale;
}

export interface CalibrationTools {
  /** The folder of the shipped pictures. */
  readonly samples: string;
  /** Measured values are stored in this folder. */
  readonly dataDir: string;
  /** The file of the values that come with Wentu, for the shipped model. */
  readonly shipped: string;
  readonly encoder: TextEncoder;
  readonly encodePicture: (bytes: Uint8Array) => Promise<Float32Array>;
}

/**
 * Each model has its own range of similarities, so it is measured on the shipped pictures, once for a model.
 * @returns null when the pictures do not exist
 */
export async function calibrate({ samples, encoder, encodePicture, ...files }: CalibrationTools): Promise<Calibration | null> {
  if (!existsSync(samples)) return null;
  const known = await storedCalibration({ ...files, encoder });
  if (known) return known;
  const pictures = await calibrationPictures(samples);
  const vectors: Float32Array[] = [];
  for (const picture of pictures) vectors.push(await encodePicture(await readFile(join(samples, picture))));
  const texts = await encoder.encodeTexts(pictures.map((picture) => SAMPLE_CAPTIONS.get(picture) as string));
  const similarities = texts.map((text, i) => ({
    own: dot(text, vectors[i] as Float32Array),
    // Pictures in the same folder may match the caption too.
    others: vectors
      .filter((_, j) => dirname(pictures[j] as string) !== dirname(pictures[i] as string))
      .map((vector) => dot(text, vector)),
  }));
  const floor = separate(similarities.slice(0, PAIRS.length));
  const measured = { floor, scale: measureRelevance(similarities) };
  await valuesIn(files).store(encoder.model, measured);
  return measured;
}

/** @returns null when the model has not been measured, by this process or another one, and is not shipped */
export async function storedCalibration({
  encoder,
  ...files
}: Pick<CalibrationTools, 'dataDir' | 'shipped' | 'encoder'>): Promise<Calibration | null> {
  return await valuesIn(files).find(encoder.model);
}

function valuesIn({ dataDir, shipped }: Pick<CalibrationTools, 'dataDir' | 'shipped'>): ModelValues<Calibration> {
  return new ModelValues({ dataDir, shipped, name: 'calibrations.json' }, stored);
}

/**
 * The value that best separates each text's own picture from the most similar picture of another text.
 * @param texts the similarities of each text
 */
export function separate(texts: readonly { readonly own: number; readonly others: readonly number[] }[]): number {
  const own = texts.map((text) => text.own);
  const others = texts.map((text) => Math.max(...text.others));
  const values = [...own, ...others].sort((a, b) => a - b);
  const cost = (floor: number): number =>
    MISS_COSTS * own.filter((value) => value < floor).length + others.filter((value) => value >= floor).length;
  const between = values.slice(1).map((value, i) => ((values[i] as number) + value) / 2);
  return between.reduce((best, floor) => (cost(floor) < cost(best) ? floor : best), values[0] as number);
}

/** The pairs first, then further pictures, spread over the folders. */
export async function calibrationPictures(samples: string): Promise<string[]> {
  const others = (await readdir(samples, { recursive: true }))
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => SAMPLE_CAPTIONS.has(path) && !PAIRS.includes(path))
    .sort();
  const chosen = Array.from({ length: Math.min(OTHERS, others.length) }, (_, i) => Math.floor((i * others.length) / OTHERS));
  return [...PAIRS, ...chosen.map((at) => others[at] as string)];
}
