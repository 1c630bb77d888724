// Two perceptual hashes of 64 bits, to measure whether they help beside embeddings.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const sharp = createRequire(join(root, 'package.json'))('sharp');
const SIDE = 32;
const WAVES = Array.from({ length: 8 }, (_, frequency) =>
  Float64Array.from({ length: SIDE }, (_, at) => Math.cos((Math.PI * frequency * (2 * at + 1)) / (2 * SIDE))),
);

/** @returns `difference` (dHash: is a pixel brighter than the one to its left) and `frequency` (pHash: signs of a DCT) */
export async function hashesOf(bytes) {
  const grey = async (width, height) =>
    await sharp(bytes)
      .flatten({ background: 'white' })
      .toColourspace('b-w')
      .resize(width, height, { fit: 'fill' })
      .extractChannel(0)
      .raw()
      .toBuffer();
  const small = await grey(9, 8);
  const difference = pack((at) => small[at + Math.floor(at / 8) + 1] > small[at + Math.floor(at / 8)]);
  const low = lowFrequencies(await grey(SIDE, SIDE));
  const middle = [...low].sort((a, b) => a - b)[32];
  return { difference, frequency: pack((at) => low[at] > middle) };
}

/** The number of different bits. */
export function differentBits(a, b) {
  return ones(a[0] ^ b[0]) + ones(a[1] ^ b[1]);
}

function ones(word) {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function pack(isSet) {
  const words = [0, 0];
  for (let at = 0; at < 64; at++) if (isSet(at)) words[at >> 5] |= 1 << (at & 31);
  return words;
}

/** The 8 × 8 lowest frequencies of a cosine transform, without the constant one. */
function lowFrequencies(pixels) {
  const low = [];
  for (let v = 0; v < 8; v++)
    for (let u = 0; u < 8; u++) {
      let sum = 0;
      for (let y = 0; y < SIDE; y++)
        for (let x = 0; x < SIDE; x++) sum += pixels[y * SIDE + x] * WAVES[u][x] * WAVES[v][y];
      low.push(u + v === 0 ? 0 : sum);
    }
  return low;
}
