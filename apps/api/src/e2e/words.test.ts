import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestServer } from './harness';
import { picture } from './pictures';

/** Pictures with words: exit.png, library.png (traditional characters), invoice.png, exit-changed.png. */
const FIXTURES = resolve(__dirname, '../../fixtures/words');
const ON = { WENTU_READ_WORDS: 'on' };

interface Found {
  readonly totalCount: number;
  readonly ranking: string;
  readonly understanding: object | null;
  readonly edges: readonly {
    readonly cursor: string;
    readonly node: {
      readonly image: { readonly id: string; readonly imageId: string };
      readonly matched: {
        readonly words: readonly string[];
        readonly lines: readonly { readonly text: string }[];
        readonly boxes: readonly (readonly { readonly x: number; readonly y: number }[])[];
      } | null;
    };
  }[];
}

let base: string;
let server: TestServer;
/** Each test has its own folder and collection. The server is one, because each start opens the models again. */
let folder: string;
let collection: string;
let tests = 0;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'wentu-words-'));
  server = await TestServer.start(ON);
});
beforeEach(async () => {
  collection = `图库${++tests}`;
  await mkdir((folder = join(base, collection)));
});
afterAll(async () => {
  await server?.close();
  await rm(base, { recursive: true, force: true });
});

async function put(name: string, from = name): Promise<void> {
  await mkdir(join(folder, name, '..'), { recursive: true });
  await copyFile(join(FIXTURES, from), join(folder, name));
}

async function unread(): Promise<number | null> {
  const query = 'query ($name: String!) { collection(name: $name) { wordsUnread } }';
  const found = await server.data<{ collection: { wordsUnread: number | null } }>(query, { name: collection });
  return found.collection.wordsUnread;
}

async function untilRead(): Promise<void> {
  while ((await unread()) !== 0) await sleep(200);
}

/** How many pictures this process has read. */
async function readCount(): Promise<number> {
  const metrics = await (await fetch(`${server.address}/metrics`)).text();
  return Number(/^wentu_words_read_duration_seconds_count(?:{[^}]*})? (\d+)$/m.exec(metrics)?.[1] ?? 0);
}

async function search(text: string, more = ''): Promise<Found> {
  const { search: found } = await server.data<{ search: Found }>(
    `query ($text: String!) {
      search(query: { text: $text }, collection: "${collection}", match: WORDS ${more}) {
        totalCount ranking understanding { understood }
        edges { cursor node { image { id imageId } matched { words lines { text } boxes { x y } } } }
      }
    }`,
    { text },
  );
  return found;
}

const names = ({ edges }: Found): string[] => edges.map(({ node }) => node.image.imageId);
const load = async (): Promise<unknown> => await server.load(folder, { collection });

test('words in pictures are read after a load, and found by a part of a line, until their picture is gone', async () => {
  for (const name of ['exit.png', 'library.png', 'invoice.png']) await put(name);
  await writeFile(join(folder, 'plain.png'), await picture(1));
  await load();
  await untilRead();
  const exit = await search('全出口');
  expect(exit).toMatchObject({ totalCount: 1, ranking: 'NEWEST', understanding: null });
  const [{ node }] = exit.edges as [Found['edges'][number]];
  expect(node).toMatchObject({ image: { imageId: 'exit.png' }, matched: { words: ['全出口'] } });
  expect(node.matched!.lines[0]!.text).toContain('安全出口');
  const corners = node.matched!.boxes[0]!;
  // The line is at the left of the upper half.
  expect(corners).toHaveLength(4);
  for (const { x, y } of corners) expect([x > 0 && x < 0.8, y > 0.1 && y < 0.6]).toEqual([true, true]);
  // Simplified and traditional, case and width do not matter; in quotation marks they do.
  expect(names(await search('图书馆'))).toEqual(['library.png']);
  expect(names(await search('ｉｎｖｏｉｃｅ 2026'))).toEqual(['invoice.png']);
  expect([names(await search('"INVOICE"')), names(await search('"invoice"'))]).toEqual([['invoice.png'], []]);
  expect(names(await search('出口 图书馆'))).toEqual([]);
  // Both: the picture with the words is first, and pictures without them follow.
  const both = await server.data<{ search: Found }>(
    `{ search(query: { text: "安全出口" }, collection: "${collection}", match: AUTO) {
      totalCount ranking edges { node { image { imageId } matched { words } } }
    } }`,
  );
  expect(both.search).toMatchObject({ totalCount: 4, ranking: 'FUSED' });
  expect(both.search.edges[0]!.node).toMatchObject({
    image: { imageId: 'exit.png' },
    matched: { words: ['安全出口'] },
  });
  // A search by the meaning stays one.
  const meaning = await server.search('出口', collection);
  expect(meaning).toHaveLength(4);
  const { image } = await server.data<{ image: { text: string; words: { text: string; confidence: number }[] } }>(
    `{ image(collection: "${collection}", imageId: "exit.png") { text words { text confidence box { x y } } } }`,
  );
  expect(image.text).toBe(image.words.map(({ text }) => text).join('\n'));
  expect(image.words[0]!.confidence).toBeGreaterThan(0.7);

  // A new version is read again. A deleted image is not found any more.
  await put('exit.png', 'exit-changed.png');
  await load();
  await untilRead();
  expect([names(await search('安全')), names(await search('车场'))]).toEqual([[], ['exit.png']]);
  await server.data(`mutation { deleteImages(collection: "${collection}", imageIds: ["exit.png"]) }`);
  expect((await search('车场')).edges).toEqual([]);
});

test('pages and filters hold for words', async () => {
  for (let i = 0; i < 5; i++) await put(`${i % 2 ? 'odd' : 'even'}/${i}.png`, 'exit.png');
  await load();
  await untilRead();
  const all = names(await search('安全出口'));
  expect(all).toHaveLength(5);
  const paged: string[] = [];
  for (let after = ''; ;) {
    const page = await search('安全出口', `first: 2 ${after}`);
    expect(page.totalCount).toBe(5);
    if (page.edges.length === 0) break;
    paged.push(...names(page));
    after = `after: "${page.edges.at(-1)!.cursor}"`;
  }
  expect(paged).toEqual(all);
  const odd = names(await search('安全出口', 'filter: { folder: "odd" }'));
  expect(odd.sort()).toEqual(['odd/1.png', 'odd/3.png']);
  // The same file, once.
  const once = await search('安全出口', 'collapse: true');
  expect([once.totalCount, names(once)]).toEqual([1, all.slice(0, 1)]);
});

test('words are found in a collection whose model is not installed', async () => {
  const exit = (await readFile(join(FIXTURES, 'exit.png'))).toString('base64');
  const feature = Array.from({ length: 16 }, (_, i) => Number(i === 0));
  await writeFile(join(folder, 'valid_imgs.tsv'), `1\t${exit}\n`);
  await writeFile(join(folder, 'valid_imgs.img_feat.jsonl'), `${JSON.stringify({ image_id: 1, feature })}\n`);
  await server.load(folder, { collection, featuresModel: 'another-model' });
  await untilRead();
  const { search: found } = await server.data<{ search: unknown }>(
    `{ search(query: { text: "安全出口" }, collection: "${collection}", match: WORDS) {
      edges { node { similarity image { imageId } matched { words } } }
    } }`,
  );
  expect(found).toEqual({
    edges: [{ node: { similarity: 0, image: { imageId: '1' }, matched: { words: ['安全出口'] } } }],
  });
});

test('after a kill, images are read or unread, and the rest is read after the next start', async () => {
  await put('0.png', 'exit.png');
  await load();
  await untilRead();
  const before = await readCount();
  for (let i = 1; i < 7; i++) await put(`${i}.png`, i % 2 ? 'invoice.png' : 'exit.png');
  await load();
  // The lines of the first pictures are in memory only, and one picture is being read.
  while ((await readCount()) === before) await sleep(20);
  expect(await unread()).toBeGreaterThan(0);
  await server.kill('SIGKILL');
  await server.restart();
  await untilRead();
  expect(names(await search('安全出口')).sort()).toEqual(['0.png', '2.png', '4.png', '6.png']);
});

test('a server that reads no words finds those that were read, and says so', async () => {
  await put('exit.png');
  await load();
  await untilRead();
  const { env } = server;
  await server.kill('SIGTERM');
  Object.assign(env, { WENTU_READ_WORDS: 'off' });
  await server.restart();
  expect([await unread(), names(await search('出口'))]).toEqual([null, ['exit.png']]);
});
