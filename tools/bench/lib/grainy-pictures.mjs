// Seeded pictures whose files have the size of a photo.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

export const [WIDTH, HEIGHT] = [500, 375];

/** Writes `<i>.jpg`: soft colours with grain, about 33 KiB. @returns its bytes */
export async function writePicture(folder, i) {
  const colours = Buffer.from(
    Array.from({ length: 16 * 12 * 3 }, (_, at) => (Math.imul(at + 1, 2_654_435_761 + 40_503 * i) >>> 24) & 0xff),
  );
  const noise = {
    create: { width: WIDTH, height: HEIGHT, channels: 3, noise: { type: 'gaussian', mean: 128, sigma: 4 } },
  };
  const grain = await sharp(noise).png().toBuffer();
  const bytes = await sharp(colours, { raw: { width: 16, height: 12, channels: 3 } })
    .resize(WIDTH, HEIGHT, { kernel: 'cubic' })
    .composite([{ input: grain, blend: 'soft-light' }])
    .jpeg({ quality: 85 })
    .toBuffer();
  writeFileSync(join(folder, `${i}.jpg`), bytes);
  return bytes;
}
