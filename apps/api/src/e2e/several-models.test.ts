import { cp, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { inBrowser, launch, openPage } from './browser-harness';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

/** A 3-d model with a vocabulary of three words; the vector of a picture is its mean colour. */
const TINY = resolve(__dirname, '../../../../libs/encoder/fixtures/tiny-model');
const COLLECTIONS = ['small', 'large'] as const;
type Name = (typeof COLLECTIONS)[number];

const started: TestServer[] = [];
let base: string;
let towers: string;
/** This server has wentu-mini as its own model, and a collection of each model. */
let server: TestServer;
/** Each of these servers has only its own model. */
let alone: Readonly<Record<Name, TestServer>>;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'wentu-models-'));
  towers = join(base, 'towers');
  await writePictures('first', 0);
  await writePictures('second', 20);
  alone = { small: await start({ WENTU_MODEL: TINY }), large: await start() };
  for (const name of COLLECTIONS) await alone[name].load(join(base, 'first'), { collection: name });
  server = await start({ WENTU_MODEL: TINY, NODE_OPTIONS: `--require ${await writeHook()}` });
  await server.load(join(base, 'first'), { collection: 'small' });
  await server.kill('SIGTERM');
  delete server.env['WENTU_MODEL'];
  await server.restart();
  await server.load(join(base, 'first'), { collection: 'large' });
});
afterAll(async () => {
  for (const each of started) await each.close();
  await rm(base, { recursive: true, force: true });
});

async function start(env?: Record<string, string>): Promise<TestServer> {
  const one = await TestServer.start(env);
  started.push(one);
  return one;
}

async function writePictures(folder: string, seed: number): Promise<void> {
  for (let i = seed; i < seed + 8; i++) await writeTree(join(base, folder), { [`p${i}.png`]: await picture(i) });
}

/** Records in a file which towers the server's threads open and close, as `open tiny text`. */
async function writeHook(): Promise<string> {
  const hook = join(base, 'hook.cjs');
  await writeFile(
    hook,
    `const Module = require('node:module');
     const { appendFileSync, existsSync } = require('node:fs');
     const { basename, dirname } = require('node:path');
     const note = (what, path) => appendFileSync(${JSON.stringify(towers)},
       [what, basename(dirname(path)), basename(path, '.onnx')].join(' ') + '\\n');
     const load = Module._load;
     let isHooked = false;
     Module._load = (name, ...rest) => {
       const loaded = load(name, ...rest);
       if (name !== 'onnxruntime-node' || isHooked) return loaded;
       isHooked = true;
       const { InferenceSession } = loaded;
       const create = InferenceSession.create.bind(InferenceSession);
       InferenceSession.create = async (path, options) => {
         // As a large tower does: to open it blocks the thread.
         const isText = typeof path === 'string' && path.endsWith(${JSON.stringify('tiny/text.onnx')});
         while (isText && existsSync(${JSON.stringify(towers)} + '.blocked'))
           Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
         const session = await create(path, options);
         // The graph of the index is in memory too.
         if (typeof path !== 'string') return session;
         const release = session.release.bind(session);
         session.release = async () => (note('close', path), await release());
         note('open', path);
         return session;
       };
       return loaded;
     };`,
  );
  return hook;
}

const notes = async (tower: string): Promise<string[]> =>
  (await readFile(towers, 'utf8')).split('\n').filter((line) => line.endsWith(` ${tower}`));

/** Installs atomically, as a real installation does. */
async function install(name: string, change: (folder: string) => Promise<void> = async () => undefined): Promise<void> {
  const made = join(base, `made-${name}`);
  await cp(TINY, made, { recursive: true });
  await change(made);
  const folder = join(server.dataDir, 'models', name);
  await mkdir(dirname(folder), { recursive: true });
  await rename(made, folder);
}

const uninstall = async (name: string): Promise<void> =>
  await rm(join(server.dataDir, 'models', name), { recursive: true, force: true });

let drawn = 100;
/** A picture that no search has seen: the server keeps the vectors of recent ones. */
const newPicture = async (): Promise<string> => (await picture(drawn++)).toString('base64');

/** The results of all operations that depend on the model of the collection. */
async function answers(from: TestServer, collection: Name, like?: string): Promise<unknown> {
  const found = await from.data<Record<string, unknown>>(
    `query ($collection: String!, $picture: String!) {
      red: searchImages(text: "红", collection: $collection) { ...hit }
      blue: searchImages(text: "蓝", collection: $collection) { ...hit }
      byPicture: search(query: { picture: $picture }, collection: $collection) { edges { node { ...hit } } }
      byImage: search(query: { imageId: "p1.png" }, collection: $collection, avoid: "绿") { edges { node { ...hit } } }
      words: search(query: { text: "红狗" }, collection: $collection) { understanding { unknownWords ignoredText } }
      explainText(text: "红绿蓝红绿蓝红绿蓝猫", collection: $collection) { unknownWords usedText ignoredText }
      rankTexts(texts: ["红", "绿狗"], collection: $collection, imageId: "p2.png") {
        text probability similarity understanding { unknownWords }
      }
    }
    fragment hit on SearchHit { distance similarity image { imageId } }`,
    { collection, picture: like ?? (await newPicture()) },
  );
  expect((found['red'] as unknown[]).length).toBeGreaterThan(7);
  return found;
}

async function expectLargeAsAlone(): Promise<void> {
  const like = await newPicture();
  expect(await answers(server, 'large', like)).toEqual(await answers(alone.large, 'large', like));
}

async function expectAsAlone(): Promise<void> {
  const like = await newPicture();
  const found = { small: await answers(server, 'small', like), large: await answers(server, 'large', like) };
  expect(found.small).toEqual(await answers(alone.small, 'small', like));
  expect(found.large).toEqual(await answers(alone.large, 'large', like));
  expect(found.small).not.toEqual(found.large);
}

const refused = async (query: string, variables = {}): Promise<unknown> =>
  (await server.graphql(query, variables)).errors?.[0];
const mismatch = (message: RegExp): unknown =>
  expect.objectContaining({
    extensions: expect.objectContaining({ code: 'INDEX_MISMATCH' }) as unknown,
    message: expect.stringMatching(message) as string,
  });
const NOT_INSTALLED =
  /"small" holds tiny embeddings \(3-d, space tiny-1\), and no installed model makes those\. Install the model tiny .*wentu model add.*wentu reencode/;

let asked = 0;
async function expectRefused(message: RegExp): Promise<void> {
  // The text differs each time, because vectors of texts are cached.
  const text = `红${asked++}`;
  for (const query of [
    `{ searchImages(text: "${text}", collection: "small") { distance } }`,
    `{ explainText(text: "${text}", collection: "small") { understood } }`,
    `{ rankTexts(texts: ["${text}"], collection: "small", imageId: "p1.png") { probability } }`,
  ])
    expect(await refused(query)).toEqual(mismatch(message));
}

test('a collection without a model of its space is refused with a remedy, and everything else works', async () => {
  await expectRefused(NOT_INSTALLED);
  const load = 'mutation ($directory: String!) { loadCollection(collection: "small", directory: $directory) { id } }';
  expect(await refused(load, { directory: join(base, 'second') })).toEqual(mismatch(NOT_INSTALLED));
  expect(await refused('mutation { createUpload(collection: "small") { id } }')).toEqual(mismatch(NOT_INSTALLED));
  // This needs no model.
  const like = '{ search(query: { imageId: "p1.png" }, collection: "small") { totalCount } }';
  expect(await server.data(like)).toEqual({ search: { totalCount: 7 } });
  expect(await server.data('{ collection(name: "small") { similarityFloor } }')).toEqual({
    collection: { similarityFloor: null },
  });
  await expectLargeAsAlone();
});

test('a model that is installed while the server runs is found; while its tower opens, other models search', async () => {
  await writeFile(`${towers}.blocked`, '');
  await install('tiny');
  const state = '{ collection(name: "small") { modelState } }';
  const search = server.search('红', 'small');
  let modelState = '';
  while (modelState !== 'OPENING')
    ({ modelState } = (await server.data<{ collection: { modelState: string } }>(state)).collection);
  await expectLargeAsAlone();
  expect(await server.data(state)).toEqual({ collection: { modelState: 'OPENING' } });
  await rm(`${towers}.blocked`);
  expect(await search).not.toEqual([]);
  expect(await server.data(state)).toEqual({ collection: { modelState: 'OPEN' } });
  await expectAsAlone();
});

test('a load encodes with the model of its collection and skips unchanged images', async () => {
  for (const name of COLLECTIONS) {
    const [first, second] = [join(base, 'first'), join(base, 'second')];
    expect(await server.load(first, { collection: name })).toMatchObject({ loaded: 0, skipped: 8 });
    for (const each of [server, alone[name]])
      expect(await each.load(second, { collection: name })).toMatchObject({ status: 'SUCCEEDED', loaded: 8 });
  }
  await expectAsAlone();
});

test('new collections use the own model of the server, which serverInfo names', async () => {
  const created = 'mutation { createCollection(name: "new") { model dimension } }';
  expect(await server.data(created)).toEqual({ createCollection: { model: 'wentu-mini', dimension: 768 } });
  expect(await server.data('{ serverInfo { model dimension } }')).toEqual({
    serverInfo: { model: 'wentu-mini', dimension: 768 },
  });
});

test('measures the similarity floor of each model', async () => {
  for (const name of COLLECTIONS) {
    await alone[name].untilMeasured();
    const query = `{ collection(name: "${name}") { similarityFloor } }`;
    const floorOf = async (from: TestServer): Promise<number | null> => {
      const { collection } = await from.data<{ collection: { similarityFloor: number | null } }>(query);
      return collection.similarityFloor;
    };
    let floor = await floorOf(server);
    while (floor === null) {
      await sleep(50);
      floor = await floorOf(server);
    }
    expect(floor).toBe(await floorOf(alone[name]));
    const own = '{ serverInfo { similarityFloor } }';
    const { serverInfo } = await alone[name].data<{ serverInfo: { similarityFloor: number } }>(own);
    expect(floor).toBe(serverInfo.similarityFloor);
  }
});

test('opens each tower once if all fit in memory, and closes and reopens them if only one fits', async () => {
  for (const tower of ['text', 'image']) {
    expect((await notes(tower)).slice(-2)).toEqual([`open wentu-mini ${tower}`, `open tiny ${tower}`]);
  }
  await server.kill('SIGTERM');
  server.env['WENTU_MODEL_MEMORY_BYTES'] = '0';
  await server.restart();
  await rm(towers);
  for (const [i, name] of (['small', 'large', 'small', 'large'] as const).entries()) {
    const query = `query ($like: String!) {
      text: searchImages(text: "红${i}", collection: "${name}") { distance }
      picture: search(query: { picture: $like }, collection: "${name}") { totalCount }
    }`;
    await server.data(query, { like: await newPicture() });
  }
  for (const tower of ['text', 'image']) {
    const [tiny, mini] = [`tiny ${tower}`, `wentu-mini ${tower}`];
    const change = [`close ${mini}`, `open ${tiny}`, `close ${tiny}`, `open ${mini}`];
    expect(await notes(tower)).toEqual([...change, ...change]);
  }
  await expectAsAlone();
  // A load holds its tower while searches by pictures of the other collection run.
  await writePictures('third', 50);
  const [job] = await Promise.all([
    server.load(join(base, 'third'), { collection: 'small' }),
    ...Array.from({ length: 4 }, async () => await answers(server, 'large')),
  ]);
  expect(job).toMatchObject({ status: 'SUCCEEDED', loaded: 8 });
  await alone.small.load(join(base, 'third'), { collection: 'small' });
  await expectAsAlone();
  delete server.env['WENTU_MODEL_MEMORY_BYTES'];
});

test('a model that is removed or replaced while the server runs is no longer used', async () => {
  await answers(server, 'small');
  await uninstall('tiny');
  await expectRefused(NOT_INSTALLED);
  // A model of another space, in the same folder.
  await install('tiny', async (folder) => {
    const file = join(folder, 'wentu-model.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"tiny-1"', '"tiny-2"'));
  });
  await expectRefused(NOT_INSTALLED);
  // The model under another name.
  await install('other');
  await expectAsAlone();
  await uninstall('other');
  await uninstall('tiny');
  await expectLargeAsAlone();
});

inBrowser('the page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
  });

  test('reports which collection has no installed model, and searches it once the model is installed', async () => {
    const { page, complaints } = await openPage(browser, server.address);
    const card = (name: string) => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) });
    const note = '这个图库的模型没有安装，装好后才能搜索。';
    await page.goto(server.address);
    await page.getByRole('link', { name: '图库', exact: true }).click();
    await card('small').getByText(note).waitFor();
    expect(await card('large').getByText(note).count()).toBe(0);
    await install('tiny');
    await page.reload();
    await card('small').waitFor();
    expect(await page.getByText(note).count()).toBe(0);
    for (const name of COLLECTIONS) {
      await page.goto(`${server.address}/?c=${name}&q=${encodeURIComponent('红')}`);
      await page.locator('.grid button.tile').nth(15).waitFor();
    }
    expect(complaints).toEqual([]);
    await page.close();
    await uninstall('tiny');
  });
});

test('a model with a broken graph only affects its own collections, also when a start searches one of them', async () => {
  await install('tiny', async (folder) => {
    for (const file of ['text.onnx', 'image.onnx'])
      await writeFile(join(folder, file), Buffer.alloc((await stat(join(folder, file))).size, 1));
  });
  await expectRefused(/the model tiny, .* cannot be used; remove it and install it again/);
  const job = await server.load(join(base, 'third'), { collection: 'small' });
  expect(job).toMatchObject({ status: 'SUCCEEDED', skipped: 8 });
  await writePictures('fourth', 70);
  expect(await server.load(join(base, 'fourth'), { collection: 'small' })).toMatchObject({
    status: 'FAILED',
    error: { code: 'INDEX_MISMATCH' },
  });
  for (const name of ['large', 'new']) await server.data(`mutation { dropCollection(name: "${name}") }`);
  await server.kill('SIGTERM');
  await server.restart();
  await expectRefused(/the model tiny, .* cannot be used; remove it and install it again/);
});
