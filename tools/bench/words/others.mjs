// Drawings of tools/train-mini-model (render.mjs) as pictures among which words are searched, with the texts that they
// show.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const sharp = createRequire(join(root, 'package.json'))('sharp');
const VENDORS = ['openmoji', 'noto', 'twemoji', 'fluent-emoji-flat', 'noto-v1', 'emojione', 'fxemoji'];
const SIDE = 144;
/** As in tools/train-mini-model/evaluate.py: the margin of a drawing. */
const COVER = 0.94;
/** Drawings of symbols and flags have letters in them. */
const SYMBOLS_AND_FLAGS = new Set([8, 9]);

const readJson = (work, name) => JSON.parse(readFileSync(join(work, 'data', name), 'utf8'));

/**
 * All drawings on white, then the same ones turned and on coloured grounds, at most `count`.
 * @returns pictures with the hex and the name of their concept, and `read()`: their bytes
 */
export function otherPictures(work, count, random) {
  const concepts = new Map(readJson(work, 'concepts.json').map((concept) => [concept.hex, concept]));
  const drawn = VENDORS.flatMap((vendor) => {
    const pixels = readFileSync(join(work, 'data', `${vendor}.rgba`));
    return readJson(work, `${vendor}.json`).flatMap((hex, i) => {
      const { group, name } = concepts.get(hex);
      if (SYMBOLS_AND_FLAGS.has(group)) return [];
      const size = SIDE * SIDE * 4;
      return [{ name: `${vendor}/${hex}`, hex, concept: name, pixels: pixels.subarray(i * size, (i + 1) * size) }];
    });
  });
  const plain = drawn.map((each) => ({ ...each, read: () => bytesOf(each.pixels, { r: 255, g: 255, b: 255 }, 0) }));
  const turned = drawn.map((each) => {
    const background = { r: 255 * random(), g: 255 * random(), b: 255 * random() };
    const degrees = Math.round(40 * random() - 20);
    return { ...each, name: `${each.name}-turned`, read: () => bytesOf(each.pixels, background, degrees) };
  });
  return [...plain, ...turned].slice(0, count);
}

async function bytesOf(pixels, background, degrees) {
  const margin = (Math.round(SIDE / COVER) - SIDE) >> 1;
  const border = { top: margin, bottom: margin, left: margin, right: margin };
  return await sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 4 } })
    .rotate(degrees, { background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .extend({ ...border, background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .flatten({ background })
    .png()
    .toBuffer();
}
