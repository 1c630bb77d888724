// Draws the sample pictures with words, samples/words/*.webp: node tools/word-samples/draw.mjs samples/words
// It needs Noto Sans CJK and Noto Serif CJK (Debian: fonts-noto-cjk). All names in the pictures are invented.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { pictures } from './pictures.mjs';

/** No sample is larger. */
const MOST_BYTES = 40_000;

const folder = resolve(process.argv[2] ?? 'samples/words');
for (const [name, { width, height, body }] of Object.entries(pictures)) {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${body}</svg>`;
  const bytes = await sharp(Buffer.from(svg)).webp({ quality: 82, effort: 6 }).toBuffer();
  if (bytes.length > MOST_BYTES) throw new Error(`${name} has ${bytes.length} bytes, the limit is ${MOST_BYTES}`);
  writeFileSync(join(folder, `${name}.webp`), bytes);
  console.log(`${name}.webp ${width}x${height} ${bytes.length} bytes`);
}
