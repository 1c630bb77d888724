import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

/** Small pseudorandom numbers from a seed, the same on every machine (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A picture with shapes of many colours, different for every seed. */
export async function picture(seed: number, size = 96, format: 'png' | 'jpeg' | 'webp' = 'png'): Promise<Buffer> {
  const random = seeded(seed);
  const colour = (): string =>
    `hsl(${Math.floor(random() * 360)} ${40 + Math.floor(random() * 60)}% ${20 + Math.floor(random() * 60)}%)`;
  const at = (): number => Math.floor(random() * size);
  const shapes = Array.from({ length: 6 }, () =>
    random() < 0.5
      ? `<circle cx="${at()}" cy="${at()}" r="${4 + at() / 2}" fill="${colour()}"/>`
      : `<rect x="${at()}" y="${at()}" width="${4 + at()}" height="${4 + at()}" fill="${colour()}"/>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"><rect width="100%" height="100%" fill="${colour()}"/>${shapes.join('')}</svg>`;
  return await sharp(Buffer.from(svg)).toFormat(format).toBuffer();
}

/** Writes files below the folder; the keys are their relative paths. */
export async function writeTree(folder: string, files: Readonly<Record<string, Buffer | string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}
