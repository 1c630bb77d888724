import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openImageEncoder } from '../image-encoder';
import { loadModel } from '../model';
import { openTextEncoder } from '../text-encoder';

/** L2-normalised features from torch for the model of a fixture (tools/make-encoder-fixtures). */
export interface Golden {
  readonly images: readonly { readonly seed: number; readonly features: readonly number[] }[];
  readonly texts: readonly { readonly text: string; readonly features: readonly number[] }[];
  readonly logitScale?: number;
}

const CPU = { device: 'cpu', threads: 1 } as const;

export async function readGolden(fixture: string): Promise<Golden> {
  return JSON.parse(await readFile(join(fixture, 'golden.json'), 'utf8')) as Golden;
}

/** The lowest cosine between vectors of an installed model and those of torch, for each tower. */
export async function lowestCosines(folder: string, golden: Golden): Promise<{ images: number; texts: number }> {
  const model = await loadModel(folder, { upright: false, background: 'drop' });
  const image = await openImageEncoder(model, { ...CPU, batchSize: 2 });
  const images = await image.encodeImages(golden.images.map(({ seed }) => pixels(seed, model.info.imageSize)));
  await image.close();
  const text = await openTextEncoder(model, CPU);
  const texts = await text.encodeTexts(golden.texts.map((each) => each.text));
  await text.close();
  return { images: lowest(images, golden.images), texts: lowest(texts, golden.texts) };
}

/** The same formula as in the scripts of the fixtures. */
function pixels(seed: number, size: number): Uint8Array {
  return new Uint8Array(size * size * 3).map((_, i) => (i * seed * 31 + (i >> 7)) & 255);
}

function lowest(found: readonly Float32Array[], expected: readonly { features: readonly number[] }[]): number {
  const cosines = expected.map(({ features }, i) =>
    features.reduce((sum, value, at) => sum + value * (found[i]?.[at] ?? NaN), 0),
  );
  return found.length === expected.length ? Math.min(...cosines) : NaN;
}
