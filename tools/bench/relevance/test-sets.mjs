// Pictures with Chinese texts for tools/bench/relevance.mjs. Each set has `pictures` (files in memory) with the texts
// that each of them shows, and `related(text, picture)`: pictures that may show a text besides its own.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const sharp = createRequire(join(root, 'package.json'))('sharp');
const SIDE = 144;
/** As in tools/train-mini-model/evaluate.py: the margin of a drawing, and how many colours make a photograph. */
const COVER = 0.94;
const COLOURS_OF_A_PHOTO = 400;
const SYMBOLS_AND_FLAGS = new Set([8, 9]);

/** The shipped pictures that calibration does not use. Two are related when their captions share a character. */
export function shippedPictures(samples, captions, calibrated) {
  const pictures = [...captions]
    .filter(([path]) => !calibrated.has(path))
    .map(([path, text]) => ({
      texts: [text],
      read: async () => readFileSync(join(samples, path)),
      folder: path.split('/')[0],
    }));
  const related = (text, picture) => [...picture.texts[0]].some((letter) => text.includes(letter));
  return { name: 'shipped pictures, captions', pictures, related };
}

/** The drawings of the validation vendor by their names. Two are related when they share a name, keyword or tag. */
export function drawings(work) {
  const concepts = new Map(readJson(work, 'concepts.json').map((concept) => [concept.hex, concept]));
  const pixels = readFileSync(join(work, 'data/openmoji.rgba'));
  const size = SIDE * SIDE * 4;
  const margin = (Math.round(SIDE / COVER) - SIDE) >> 1;
  const words = new Map();
  const pictures = readJson(work, 'openmoji.json').flatMap((hex, i) => {
    const { name, label, keywords, tags, group } = concepts.get(hex);
    if (SYMBOLS_AND_FLAGS.has(group)) return [];
    words.set(name, new Set([...(words.get(name) ?? []), name, label, ...keywords, ...tags]));
    const raw = { width: SIDE, height: SIDE, channels: 4 };
    const border = { top: margin, bottom: margin, left: margin, right: margin };
    const read = async () =>
      await sharp(pixels.subarray(i * size, (i + 1) * size), { raw })
        .extend({ ...border, background: { r: 0, g: 0, b: 0, alpha: 0 } })
        .png()
        .toBuffer();
    return [{ texts: [name], read, words: [name, label, ...keywords, ...tags] }];
  });
  const related = (text, picture) => picture.words.some((word) => words.get(text).has(word));
  return { name: 'drawings (OpenMoji), names', pictures, related };
}

/** Photographs of tuxpaint-stamps-default by their captions. Two are related when one caption contains the other. */
export async function photographs(work) {
  const folder = join(work, 'deb/tuxpaint-stamps-default/usr/share/tuxpaint/stamps');
  const pictures = [];
  for (const path of readdirSync(folder, { recursive: true }).sort()) {
    if (!path.endsWith('.png') || /_mirror|_flip/.test(path)) continue;
    const caption = captionOf(join(folder, path.replace(/\.png$/, '.txt')));
    const bytes = readFileSync(join(folder, path));
    if (caption && (await isPhotograph(bytes))) pictures.push({ texts: [caption], read: async () => bytes });
  }
  const related = (text, { texts: [caption] }) => caption.includes(text) || text.includes(caption);
  return { name: 'photographs (Tux Paint), captions', pictures, related };
}

function captionOf(file) {
  try {
    const [, caption] = /^zh_CN(?:\.utf8)?=(.+)$/m.exec(readFileSync(file, 'utf8')) ?? [];
    return caption?.replace(/[。，,.!！\s]/g, '');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function isPhotograph(bytes) {
  const inside = { width: 256, height: 256, fit: 'inside', withoutEnlargement: true };
  const { data } = await sharp(bytes).resize(inside).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const colours = new Set();
  for (let i = 0; i < data.length; i += 4)
    if (data[i + 3] > 200) colours.add(((data[i] >> 3) << 10) | ((data[i + 1] >> 3) << 5) | (data[i + 2] >> 3));
  return colours.size > COLOURS_OF_A_PHOTO;
}

function readJson(work, name) {
  return JSON.parse(readFileSync(join(work, 'data', name), 'utf8'));
}
