import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { importModel } from '@wentu/encoder';
import { ID, startHub, type Files } from '@wentu/model-catalog/testing';
import { EVERYBODY, type Session } from '@wentu/session';
import { pino } from 'pino';
import sharp from 'sharp';
import { openApp, parseConfig } from './index';

// tools/make-encoder-fixtures: models with random weights, pictures by a formula, texts, and the vectors of torch.
const FIXTURES = join(__dirname, '../../encoder/fixtures');
/** Answers agree with the vectors of torch to this much; those have seven decimals. */
const NEAR = 4;
const SIZE = 16;

interface Golden {
  readonly images: readonly { readonly seed: number; readonly features: readonly number[] }[];
  readonly texts: readonly { readonly text: string; readonly features: readonly number[] }[];
}

let base: string;
beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'wentu-layouts-')));
});
afterEach(() => rm(base, { recursive: true, force: true }));

async function filesOf(folder: string): Promise<Record<string, Buffer<ArrayBuffer>>> {
  const found: Record<string, Buffer<ArrayBuffer>> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) found[relative(folder, path)] = await readFile(path);
  }
  return found;
}

const fixture = (name: string, isThere: (path: string) => boolean = () => true) =>
  async function files(): Promise<Files> {
    const all = await filesOf(join(FIXTURES, name));
    return Object.fromEntries(Object.entries(all).filter(([path]) => isThere(path)));
  };

/** The folder that an installation makes is itself a layout. */
async function wentuModel(): Promise<Files> {
  const [source, target] = [join(base, 'source'), join(base, 'imported')];
  await cp(join(FIXTURES, 'hub-model'), source, { recursive: true });
  await importModel(source, target, { name: 'imported' });
  return await filesOf(target);
}

/** Runs the work in an app on the data folder of the test, as a server or the command line opens it. */
async function inApp<T>(env: Record<string, string>, work: (session: Session) => Promise<T>): Promise<T> {
  const settings = { WENTU_DATA_DIR: join(base, 'data'), WENTU_LOAD_ROOTS: base, WENTU_SAMPLES: 'off', NO_PROXY: '*' };
  const app = await openApp(parseConfig({ ...settings, ...env }), pino({ level: 'silent' }));
  try {
    return await work(app.as(EVERYBODY));
  } finally {
    await app.close();
  }
}

/** @returns the name of the installed model */
async function install({ models }: Session): Promise<string> {
  const { id } = await models.install(`hf:${ID}`, null);
  for (;;) {
    const found = (await models.installs()).find((each) => each.id === id);
    if (found?.state === 'SUCCEEDED') return found.name;
    if (found?.state === 'FAILED') throw new Error(String(found.error));
    await sleep(20);
  }
}

/** A picture of the model's own size, so that no resizing changes its pixels. */
async function writePictures(folder: string, { images }: Golden): Promise<void> {
  await mkdir(folder);
  for (const { seed } of images) {
    const pixels = new Uint8Array(SIZE * SIZE * 3).map((_, i) => (i * seed * 31 + (i >> 7)) & 255);
    const raw = { width: SIZE, height: SIZE, channels: 3 } as const;
    await sharp(pixels, { raw })
      .png()
      .toFile(join(folder, `${seed}.png`));
  }
}

const cosine = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);

/** What a search must give: the pictures in the order of torch's cosines. */
function expectedHits({ images, texts }: Golden, text: string): { imageId: string; similarity: number }[] {
  const { features } = texts.find((each) => each.text === text)!;
  return images
    .map((image) => ({ imageId: `${image.seed}.png`, similarity: cosine(image.features, features) }))
    .sort((a, b) => b.similarity - a.similarity);
}

// The rows of docs/models.md, "Layouts". A model without fp32 is in the tests of the import.
test.each<[row: string, golden: string, files: () => Promise<Files>]>([
  ['a Wentu model', 'hub-model', wentuModel],
  ['the pair of cn_clip: Chinese-CLIP', 'cn-clip-pair', fixture('cn-clip-pair', (path) => path.includes('fp32'))],
  ['transformers: Chinese-CLIP', 'hub-model', fixture('hub-model')],
  ['transformers: SigLIP 2', 'tower-models/siglip', fixture('tower-models/siglip')],
  [
    'transformers.js: SigLIP 2, a graph for each tower',
    'tower-models/siglip',
    fixture('tower-models/siglip', (path) => path !== 'onnx/model.onnx'),
  ],
  ['Immich: XLM-RoBERTa, weights in many files', 'tower-models/immich-xlmr', fixture('tower-models/immich-xlmr')],
  ['Immich: M-CLIP, with a mask', 'tower-models/immich-m-clip', fixture('tower-models/immich-m-clip')],
  ['Immich: NLLB', 'tower-models/immich-nllb', fixture('tower-models/immich-nllb')],
  ['Immich: SigLIP 2', 'tower-models/immich-siglip', fixture('tower-models/immich-siglip')],
  ['Immich: FG-CLIP 2', 'tower-models/immich-fg-clip', fixture('tower-models/immich-fg-clip')],
])('%s is installed from a hub, loads pictures, and a search gives the answer of torch', async (_row, name, files) => {
  const golden = JSON.parse(await readFile(join(FIXTURES, name, 'golden.json'), 'utf8')) as Golden;
  const hub = await startHub(await files());
  const installed = await inApp({ HF_ENDPOINT: hub.address }, install);

  const pictures = join(base, 'pictures');
  await writePictures(pictures, golden);
  await inApp({ WENTU_MODEL: join(base, 'data/models', installed) }, async ({ loads, searches, server }) => {
    const job = await loads.untilEnded(await loads.start('mine', pictures, {}), AbortSignal.timeout(300_000));
    expect(job).toMatchObject({ status: 'SUCCEEDED', loaded: golden.images.length });
    // The first texts consist of characters that the vocabularies know.
    for (const { text } of golden.texts.slice(0, 2)) {
      const { hits } = await searches.nearest(text, 'mine', 10);
      const expected = expectedHits(golden, text);
      expect(hits.map(({ image }) => image.imageId)).toEqual(expected.map(({ imageId }) => imageId));
      hits.forEach(({ similarity }, i) => expect(similarity).toBeCloseTo(expected[i]!.similarity, NEAR));
    }
    expect((await server.info()).model).toBe(installed);
  });
});
