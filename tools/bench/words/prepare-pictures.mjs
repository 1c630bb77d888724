// The pictures of tools/bench/word-ranking.mjs, encoded and read. What takes long is kept in the working folder.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { openModel } from '../lib/open-model.mjs';
import { madePictures, seeded } from './made-pictures.mjs';
import { otherPictures } from './others.mjs';

const root = join(import.meta.dirname, '../../..');
const load = createRequire(import.meta.url);
const sharp = createRequire(join(root, 'package.json'))('sharp');
const { storedCalibration } = load(join(root, 'libs/models/dist/calibration.js'));
const { SAMPLE_CAPTIONS } = load(join(root, 'libs/models/dist/sample-captions.js'));
const { PicturePool } = load(join(root, 'libs/picture'));
const { openWordReader } = load(join(root, 'libs/words'));
const MIB = 1024 * 1024;
const BOX = [
  { x: 0.1, y: 0.1 },
  { x: 0.9, y: 0.1 },
  { x: 0.9, y: 0.2 },
  { x: 0.1, y: 0.2 },
];
/** Sentences in which the name of something stands that the picture does not show. */
const MENTIONS = ['今天看到NAME了', 'NAME的故事', '关于NAME的问答', '买不起NAME', '我爱NAME', 'NAME第一集'];

/**
 * @param work of tools/train-mini-model, with its drawings; null: samples instead of drawings, and nothing is kept
 * @param count made pictures with words, by `seed` @param others drawings beside them @param withWords how many of them have other words
 * @param isRead false: the drawn lines stand for those that are read
 * @returns `pictures` (name, kind, vector, lines, truth: the drawn lines, hex and concept of a drawing) in random order,
 * the open `encoder`, `scale` of its calibration, and `close()`
 */
export async function preparePictures({ work, count, seed = 1, others = 0, withWords = 0, dataDir, isRead = true }) {
  const model = await openModel(join(root, 'models/wentu-mini'), dataDir);
  const { encoder, encodePicture } = model;
  const kept = work === null ? null : new Kept(join(work, `word-ranking-${encoder.model.space}.json`));
  const shipped = samples(isRead);
  const drawn = work === null ? [] : otherPictures(work, others, seeded(3));
  // Without drawings, the samples are those that are named elsewhere.
  const named = work === null ? shipped.filter(({ caption }) => caption).map(asConcept) : drawn;
  mention(named, withWords, seeded(4));
  const random = seeded(2);
  const made = madePictures(count, seed).map(({ name, svg, ...rest }) => {
    const [scale, blur, quality] = [0.6 + 0.4 * random(), 0.3 + 0.9 * random(), 35 + Math.floor(50 * random())];
    return {
      ...{ ...rest, truth: rest.lines, name: `made/${name}`, isRead },
      key: createHash('sha256')
        .update(JSON.stringify([svg, scale, blur, quality]))
        .digest('hex'),
      read: async () => await photographed(svg, scale, blur, quality),
    };
  });
  const all = shuffled([...shipped, ...made, ...drawn], seeded(5));
  const reader = new LazyReader();
  try {
    const pictures = [];
    for (const [i, { read, isRead: hasWords, key, ...picture }] of all.entries()) {
      const found = (key && kept?.find(key)) ?? kept?.find(picture.name) ?? (await encoded(read, hasWords));
      kept?.put(key ?? picture.name, found);
      const lines = hasWords ? found.lines : (picture.lines ?? []).map(lineOf);
      pictures.push({ ...picture, pixels: undefined, vector: found.vector, lines });
      if (i % 500 === 499) process.stderr.write(`${i + 1} of ${all.length}\n`);
    }
    kept?.save();
    const { scale } = await storedCalibration({ dataDir, shipped: join(root, 'models/calibrations.json'), encoder });
    return { pictures, encoder, scale, close: () => model.close() };
  } finally {
    await reader.close();
  }

  async function encoded(read, hasWords) {
    const bytes = await read();
    return { vector: await encodePicture(bytes), lines: hasWords ? await reader.read(bytes) : [] };
  }
}

/** As a phone sends it: smaller, a little blurred, and a JPEG of some quality. */
async function photographed(svg, scale, blur, quality) {
  const drawn = sharp(Buffer.from(svg));
  const { width } = await drawn.metadata();
  const small = await drawn
    .resize({ width: Math.round(width * scale) })
    .png()
    .toBuffer();
  return await sharp(small).blur(blur).jpeg({ quality }).toBuffer();
}

const lineOf = (text) => ({ text, confidence: 0.9, box: BOX });

function samples(isRead) {
  const folder = join(root, 'samples');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(png|jpg|webp)$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort()
    .map((path) => {
      const name = path.slice(folder.length + 1).replaceAll('\\', '/');
      return {
        name,
        caption: SAMPLE_CAPTIONS.get(name),
        isRead: isRead && name.startsWith('words/'),
        read: async () => readFileSync(path),
      };
    });
}

const asConcept = (picture) => Object.assign(picture, { concept: picture.caption });

/** Gives some drawings words: parts of the Chinese documentation, and sentences with the names of other drawings. */
function mention(drawn, count, random) {
  const docs = join(root, 'docs');
  const text = readdirSync(docs)
    .filter((name) => name.endsWith('.zh-CN.md'))
    .map((name) => readFileSync(join(docs, name), 'utf8'))
    .join('\n')
    .replaceAll(/[`*|#\-\s]+/g, ' ');
  const int = (most) => Math.floor(random() * most);
  for (const picture of shuffled(drawn, random).slice(0, count)) {
    const from = int(text.length - 40);
    const other = drawn[int(drawn.length)];
    picture.lines = [
      text.slice(from, from + 4 + int(24)).trim() || '文',
      ...(other.concept === picture.concept ? [] : [MENTIONS[int(MENTIONS.length)].replace('NAME', other.concept)]),
    ];
  }
}

function shuffled(values, random) {
  const left = [...values];
  return Array.from(values, () => left.splice(Math.floor(random() * left.length), 1)[0]);
}

/** Embeddings and lines by the name of the picture. */
class Kept {
  #known = new Map();

  constructor(path) {
    this.path = path;
    if (!existsSync(path)) return;
    for (const [name, { vector, lines }] of Object.entries(JSON.parse(readFileSync(path, 'utf8'))))
      this.#known.set(name, { vector: new Float32Array(Uint8Array.from(Buffer.from(vector, 'base64')).buffer), lines });
  }

  find(name) {
    return this.#known.get(name);
  }

  put(name, found) {
    this.#known.set(name, found);
  }

  save() {
    const rows = [...this.#known].map(([name, { vector, lines }]) => [
      name,
      { vector: Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64'), lines },
    ]);
    writeFileSync(this.path, JSON.stringify(Object.fromEntries(rows)));
  }
}

/** Starts when the first picture is read. */
class LazyReader {
  #opening;

  async read(bytes) {
    this.#opening ??= this.#open();
    return await (await this.#opening).read(bytes);
  }

  async #open() {
    const limits = { maxBytes: 100 * MIB, maxPixels: 3e8, maxDecodeBytes: 2 * 1024 * MIB, timeoutMs: 60_000 };
    this.pool = new PicturePool({ ...limits, threads: 1, maxProcesses: 1 });
    return await openWordReader({}, { decoder: this.pool, share: 'load' });
  }

  async close() {
    await (await this.#opening)?.close();
    this.pool?.close();
  }
}
