/**
 * Renders the drawings of every vendor to one raw RGBA file each.
 *
 *   node render.mjs WORKDIR
 *
 * Reads WORKDIR/npm/node_modules, writes WORKDIR/data/concepts.json and, for each vendor,
 * WORKDIR/data/VENDOR.rgba ([n, 144, 144, 4] uint8) with VENDOR.json, the concept of each row.
 * The renderer aborts its process on a few icons, so each vendor is drawn by a child process that
 * is started again after the icon that ended it.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConcepts, normalHex, readJson } from './concepts.mjs';

const SIZE = 144;
const MOST_RESTARTS = 60;
const VENDORS = [
  'noto',
  'twemoji',
  'noto-v1',
  'emojione',
  'fxemoji',
  'openmoji', // validation only
  'fluent-emoji-flat', // test only
];

const work = path.resolve(process.argv[2] ?? 'work');
const modules = path.join(work, 'npm', 'node_modules');
const output = path.join(work, 'data');

/** `Grinning Face!` → `grinning-face`, the format of names in icon sets. */
function slug(text) {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f’'“”.!:,()&#*]/g, '')
    .trim()
    .replace(/[^a-z0-9]+/g, '-');
}

/** All names that a vendor may use for the picture of a concept, best first. */
function nameFinder(vendor) {
  const byHex = new Map();
  const add = (hex, name) => byHex.set(hex, [...(byHex.get(hex) ?? []), name]);
  for (const source of [vendor, 'noto', 'twemoji']) {
    const file = `@iconify-json/${source}/chars.json`;
    if (!fs.existsSync(path.join(modules, file))) continue;
    for (const [hex, name] of Object.entries(readJson(modules, file))) add(normalHex(hex), name);
  }
  // fxemoji uses the Unicode character name without separators.
  const fxNames = new Map();
  if (vendor === 'fxemoji') {
    const table = path.join(output, 'unicode-names.json');
    for (const [hex, name] of Object.entries(JSON.parse(fs.readFileSync(table, 'utf8')))) {
      fxNames.set(hex, name);
    }
  }
  return (concept) => [
    ...(byHex.get(concept.hex) ?? []),
    ...(fxNames.has(concept.hex) ? [fxNames.get(concept.hex)] : []),
    slug(concept.label),
  ];
}

function iconOf(set, name) {
  for (let key = name, hops = 0; key && hops < 4; key = set.aliases?.[key]?.parent, hops += 1) {
    if (set.icons[key]) return set.icons[key];
  }
  return undefined;
}

/** Draws one icon, centred in a SIZE × SIZE transparent square. */
function draw(Resvg, set, icon) {
  const width = icon.width ?? set.width ?? 16;
  const height = icon.height ?? set.height ?? 16;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
    `viewBox="${icon.left ?? 0} ${icon.top ?? 0} ${width} ${height}" ` +
    `width="${width}" height="${height}">${icon.body}</svg>`;
  const fitTo = { mode: width >= height ? 'width' : 'height', value: SIZE };
  // No drawing has text. Reading the system's fonts for each drawing takes most of the time.
  const image = new Resvg(svg, { fitTo, font: { loadSystemFonts: false } }).render();
  // Each read of `pixels` is a new copy, and this process frees none before it ends.
  const { pixels } = image;
  const square = Buffer.alloc(SIZE * SIZE * 4);
  const left = (SIZE - image.width) >> 1;
  const top = (SIZE - image.height) >> 1;
  for (let y = 0; y < image.height; y += 1) {
    const row = y * image.width * 4;
    pixels.copy(square, ((y + top) * SIZE + left) * 4, row, row + image.width * 4);
  }
  return square;
}

/** In the child process: draws the remaining icons of one vendor and records each icon before and after. */
function renderVendor(vendor) {
  const { Resvg } = createRequire(path.join(work, 'npm', 'package.json'))('@resvg/resvg-js');
  const concepts = JSON.parse(fs.readFileSync(path.join(output, 'concepts.json'), 'utf8'));
  const set = readJson(modules, `@iconify-json/${vendor}/icons.json`);
  const namesOf = nameFinder(vendor);
  const log = path.join(output, `${vendor}.progress`);
  const lines = fs.existsSync(log) ? fs.readFileSync(log, 'utf8').trim().split('\n') : [];
  const tried = new Set(lines.map((line) => line.slice(2)));
  const done = lines.filter((line) => line.startsWith('+')).map((line) => line.slice(2));
  const file = fs.openSync(path.join(output, `${vendor}.rgba`), 'a');
  fs.ftruncateSync(file, done.length * SIZE * SIZE * 4);
  const seen = new Set();
  for (const concept of concepts) {
    const icon = namesOf(concept)
      .map((name) => iconOf(set, name))
      .find(Boolean);
    if (!icon || seen.has(icon.body)) continue;
    seen.add(icon.body);
    if (tried.has(concept.hex)) continue;
    fs.appendFileSync(log, `? ${concept.hex}\n`);
    try {
      fs.writeSync(file, draw(Resvg, set, icon));
    } catch {
      continue; // An icon that the renderer refuses is skipped.
    }
    done.push(concept.hex);
    fs.appendFileSync(log, `+ ${concept.hex}\n`);
  }
  fs.closeSync(file);
  fs.writeFileSync(path.join(output, `${vendor}.json`), JSON.stringify(done));
  console.log(`${vendor}: ${done.length} drawings`);
}

function main() {
  fs.mkdirSync(output, { recursive: true });
  const concepts = loadConcepts(modules);
  fs.writeFileSync(path.join(output, 'concepts.json'), JSON.stringify(concepts));
  const captions = concepts.reduce((sum, concept) => sum + 1 + concept.keywords.length, 0);
  console.log(`${concepts.length} concepts, ${captions} Chinese captions`);
  const names = spawnSync(
    process.env.PYTHON ?? 'python3',
    [path.join(import.meta.dirname, 'unicode_names.py'), output],
    { stdio: 'inherit' },
  );
  if (names.status !== 0) throw new Error('unicode_names.py failed');
  for (const vendor of VENDORS) {
    if (fs.existsSync(path.join(output, `${vendor}.json`))) continue;
    for (const ending of ['rgba', 'progress']) {
      fs.rmSync(path.join(output, `${vendor}.${ending}`), { force: true });
    }
    let status = 1;
    for (let start = 0; start < MOST_RESTARTS && status !== 0; start += 1) {
      const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), work, vendor], {
        stdio: ['ignore', 'inherit', 'ignore'],
      });
      status = child.status;
    }
    if (status !== 0) throw new Error(`could not render ${vendor}`);
  }
}

if (process.argv[3]) renderVendor(process.argv[3]);
else main();
