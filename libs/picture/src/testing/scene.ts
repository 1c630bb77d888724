import sharp from 'sharp';
import { openPicture, type OpenPicture } from '../open-picture';
import { PicturePool } from '../pool/picture-pool';
import type { PictureOptions } from '../read-picture';
import type { Rendition } from '../render-picture';

export const WIDTH = 96;
export const HEIGHT = 64;

export const LIMITS: PictureOptions = {
  imageSize: 32,
  upright: true,
  background: 'white',
  previewSide: 48,
  maxBytes: 50_000_000,
  maxPixels: 300_000_000,
  maxDecodeBytes: 1024 ** 3,
};

const pool = new PicturePool({ ...LIMITS, timeoutMs: 60_000 });

/** Decodes pictures as a search does. `open` gives the pipeline for display, in this process. */
export const reader = {
  inspect: async (file: Uint8Array, options: PictureOptions) => await pool.inspect(file, options, 'asked'),
  prepare: async (file: Uint8Array, options: PictureOptions, preview: boolean) =>
    await pool.prepare(file, options, preview, 'asked'),
  render: async (file: Uint8Array, rendition: Rendition) => await pool.render(file, rendition),
  open: async (file: Uint8Array, options: { scale?: number } = {}): Promise<OpenPicture> =>
    await openPicture(file, LIMITS, options),
};

/**
 * Colour gradients with a dark square at the upper left, so that every orientation and channel can be distinguished.
 */
export const SCENE = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => {
  const [x, y] = [Math.floor(i / 3) % WIDTH, Math.floor(i / 3 / WIDTH)];
  if (x < 24 && y < 24) return 20;
  return [40 + 2 * x, 60 + 2 * y, 200 - x - y][i % 3] as number;
});

export const scene = (): sharp.Sharp => sharp(SCENE, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });

/** Mean difference per channel (0 to 255) between the displayed pixels of a file and the scene. */
export async function differenceShown(file: Uint8Array, to: Uint8Array = SCENE): Promise<number> {
  const picture = await reader.open(file);
  const shown = await picture.pixels().flatten({ background: '#ffffff' }).raw({ depth: 'uchar' }).toBuffer();
  return meanDifference(shown, to);
}

/**
 * Mean difference per channel between the inputs of the encoder for two files; the default of the second is the scene.
 */
export async function differenceSeen(file: Uint8Array, other?: Uint8Array): Promise<number> {
  const [a, b] = await Promise.all([
    reader.prepare(file, LIMITS, false),
    reader.prepare(other ?? (await scene().png().toBuffer()), LIMITS, false),
  ]);
  return meanDifference(a.pixels, b.pixels);
}

export function meanDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) throw new Error(`${a.length} and ${b.length} samples`);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] as number) - (b[i] as number));
  return sum / a.length;
}
