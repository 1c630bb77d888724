// Copies of a picture as people make them, for tools/bench/duplicates.mjs. Every copy is a file in memory.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const sharp = createRequire(join(root, 'package.json'))('sharp');
const QUALITY = 90;
const WHITE = { r: 255, g: 255, b: 255 };

/** By name: what makes the file of a copy from the pixels of a picture on white. */
const COPIES = new Map([
  ['resized to 90 %', (picture, size) => jpeg(resized(picture, size, 0.9))],
  ['resized to 50 %', (picture, size) => jpeg(resized(picture, size, 0.5))],
  ['resized to 25 %', (picture, size) => jpeg(resized(picture, size, 0.25))],
  ['JPEG 90', (picture) => jpeg(picture, 90)],
  ['JPEG 60', (picture) => jpeg(picture, 60)],
  ['JPEG 30', (picture) => jpeg(picture, 30)],
  ['cropped by 5 %', (picture, size) => jpeg(cropped(picture, size, 0.05))],
  ['cropped by 10 %', (picture, size) => jpeg(cropped(picture, size, 0.1))],
  ['cropped by 20 %', (picture, size) => jpeg(cropped(picture, size, 0.2))],
  ['brighter by 20 %', (picture) => jpeg(picture.modulate({ brightness: 1.2 }))],
  ['darker by 20 %', (picture) => jpeg(picture.modulate({ brightness: 0.8 }))],
  ['half the colour', (picture) => jpeg(picture.modulate({ saturation: 0.5 }))],
  ['warmer', (picture) => jpeg(picture.linear([1.08, 1, 0.9], [0, 0, 0]))],
  ['text over it', (picture, size) => jpeg(picture.composite([{ input: caption(size) }]))],
  ['turned by 2°', (picture) => jpeg(picture.rotate(2, { background: WHITE }))],
  ['turned by 5°', (picture) => jpeg(picture.rotate(5, { background: WHITE }))],
  ['next of a burst', (picture, size) => jpeg(shifted(picture, size).modulate({ brightness: 1.05 }), 80)],
]);

export const KINDS = [...COPIES.keys()];

/** @param bytes the file of a picture @returns the file of one copy for each of KINDS */
export async function copiesOf(bytes) {
  const { data, info } = await sharp(bytes)
    .flatten({ background: WHITE })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const copies = [];
  for (const make of COPIES.values())
    copies.push(await make(sharp(data, { raw: { width, height, channels } }), { width, height }));
  return copies;
}

const jpeg = async (picture, quality = QUALITY) => await picture.jpeg({ quality }).toBuffer();

const resized = (picture, { width }, share) => picture.resize({ width: Math.max(16, Math.round(width * share)) });

/** Cuts this share of the width and of the height, mostly from the left and the top. */
function cropped(picture, { width, height }, share) {
  const [cutX, cutY] = [Math.round(width * share), Math.round(height * share)];
  const [left, top] = [Math.round(cutX * 0.7), Math.round(cutY * 0.7)];
  return picture.extract({ left, top, width: width - cutX, height: height - cutY });
}

/** The same scene a little to the side. */
function shifted(picture, { width, height }) {
  const [moved, away] = [Math.round(width * 0.04), Math.round(height * 0.02)];
  return picture.extract({ left: moved, top: away, width: width - moved, height: height - away });
}

function caption({ width, height }) {
  const size = Math.max(8, Math.round(height / 10));
  const text = `<text x="50%" y="${Math.round(height * 0.86)}" text-anchor="middle" font-family="sans-serif"
    font-weight="bold" font-size="${size}" fill="white" stroke="black" stroke-width="${size / 20}">Happy Monday!</text>`;
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${text}</svg>`);
}
