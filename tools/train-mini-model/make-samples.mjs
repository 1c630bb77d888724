/**
 * Makes the sample pictures from the MIT-licensed Fluent emoji drawings and free photographs.
 *
 *   node make-samples.mjs WORKDIR SAMPLES_FOLDER
 *
 * data/samples.txt lists, folder by folder, the drawings to take by their Fluent names.
 * Photographs come from make_sample_photos.py. The drawings are PNG, 256 px, on soft backgrounds.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const SIZE = 256;
const MARGIN = 0.1;
const BACKGROUNDS = ['#ffffff', '#fdf6ec', '#eef6fd', '#f1f9ef', '#f8f1fb', '#fff4f4'];

const work = path.resolve(process.argv[2]);
const samples = path.resolve(process.argv[3]);
const modules = path.join(work, 'npm', 'node_modules');
const { Resvg } = createRequire(path.join(work, 'npm', 'package.json'))('@resvg/resvg-js');
const set = JSON.parse(fs.readFileSync(path.join(modules, '@iconify-json/fluent-emoji-flat/icons.json'), 'utf8'));

/** The drawing in the middle of a square with one soft colour. */
function picture(name, background) {
  const icon = set.icons[name];
  if (!icon) throw new Error(`no drawing has the name "${name}"`);
  const width = icon.width ?? set.width ?? 32;
  const height = icon.height ?? set.height ?? 32;
  const border = Math.max(width, height) * MARGIN;
  const side = Math.max(width, height) + 2 * border;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
    `viewBox="${-border} ${-border} ${side} ${side}" width="${side}" height="${side}">` +
    `${icon.body}</svg>`;
  return new Resvg(svg, { fitTo: { mode: 'width', value: SIZE }, background }).render().asPng();
}

let count = 0;
let folder = '';
const list = fs.readFileSync(path.join(import.meta.dirname, 'data', 'samples.txt'), 'utf8');
for (const word of list.replace(/^#.*$/gm, '').split(/\s+/).filter(Boolean)) {
  if (word.endsWith('/')) {
    folder = path.join(samples, word);
    fs.mkdirSync(folder, { recursive: true });
    continue;
  }
  const background = BACKGROUNDS[count % BACKGROUNDS.length];
  fs.writeFileSync(path.join(folder, `${word}.png`), picture(word, background));
  count += 1;
}
console.log(`${count} drawings`);
