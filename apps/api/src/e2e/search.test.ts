import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { TestServer, type GraphqlAnswer } from './harness';
import { picture, writeTree } from './pictures';
import { ReadGate } from './read-gate';

const FILES = 30;
let gate: ReadGate;
let server: TestServer;
let folder: string;
beforeAll(async () => {
  gate = await ReadGate.make();
  server = await TestServer.start(gate.env);
  folder = await mkdtemp(join(tmpdir(), 'wentu-search-'));
  const files: Record<string, Buffer> = {};
  for (let i = 0; i < FILES; i++) files[`f${i}.png`] = await picture(i);
  await writeTree(folder, files);
  await server.load(folder);
});
afterAll(async () => {
  await server.close();
  await gate.remove();
  await rm(folder, { recursive: true, force: true });
});

interface Connection {
  readonly totalCount: number;
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly edges: readonly {
    readonly cursor: string;
    readonly node: {
      readonly similarity: number;
      readonly score: number;
      readonly distance: number;
      readonly image: { readonly imageId: string };
    };
  }[];
}
const ask = async (variables: object): Promise<GraphqlAnswer<{ search: Connection }>> =>
  await server.graphql(
    `query ($query: SearchQuery!, $first: Int, $after: String, $avoid: String, $minSimilarity: Float, $filter: ImageFilter, $collection: String) {
      search(query: $query, first: $first, after: $after, avoid: $avoid, minSimilarity: $minSimilarity, filter: $filter, collection: $collection) {
        totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { similarity score distance image { imageId } } }
      }
    }`,
    { first: 10, ...variables },
  );
async function search(variables: object): Promise<Connection> {
  const { data, errors } = await ask(variables);
  if (!data) throw new Error(JSON.stringify(errors));
  return data.search;
}
const ids = ({ edges }: Connection): string[] => edges.map(({ node }) => node.image.imageId);

test('the pages of a result stay the same while the collection changes', async () => {
  const query = { text: '红色的圆' };
  const whole = ids(await search({ query, first: 100 }));
  expect(whole).toHaveLength(FILES);
  const first = await search({ query });
  expect([first.totalCount, first.pageInfo.hasNextPage, ids(first)]).toEqual([FILES, true, whole.slice(0, 10)]);
  await writeTree(folder, { 'new.png': await picture(1_000) });
  await server.load(folder);
  const second = await search({ query, after: first.pageInfo.endCursor });
  const third = await search({ query, after: second.pageInfo.endCursor });
  expect([...ids(second), ...ids(third)]).toEqual(whole.slice(10));
  expect(third.pageInfo.hasNextPage).toBe(false);
  expect((await search({ query })).totalCount).toBe(FILES + 1);
  for (const variables of [
    { query, after: 'AAAAAAAAAAAAAAAA.1' },
    { query: { text: '蓝色的圆' }, after: first.pageInfo.endCursor },
  ]) {
    const { errors } = await ask(variables);
    expect(errors![0]).toMatchObject({ extensions: { code: 'INVALID_INPUT' } });
  }
});

test('a cursor is valid after a restart, and its page has new cursors', async () => {
  const query = { picture: (await picture(3)).toString('base64') };
  const whole = await search({ query, first: 100 });
  const { pageInfo } = await search({ query, first: 5 });
  await server.kill('SIGTERM');
  await server.restart();
  const next = await search({ query, first: 5, after: pageInfo.endCursor });
  expect(ids(next)).toEqual(ids(whole).slice(5, 10));
  expect(next.pageInfo).toEqual({
    hasNextPage: true,
    hasPreviousPage: true,
    startCursor: next.edges[0]!.cursor,
    endCursor: next.edges[4]!.cursor,
  });
});

test('finds similar images for an image of the collection and for another picture', async () => {
  const own = await search({ query: { imageId: 'f3.png' }, first: 100 });
  expect(ids(own)).not.toContain('f3.png');
  const outside = await search({ query: { picture: (await picture(3)).toString('base64') }, first: 100 });
  expect(outside.edges[0]!.node.image.imageId).toBe('f3.png');
  expect(outside.edges[0]!.node.distance).toBeLessThan(1e-4);
  expect(ids(outside).slice(1)).toEqual(ids(own));
});

test('a query picture may have the size of a phone photo and be a data URL', async () => {
  // 12 megapixels of noise, which JPEG cannot compress well.
  const [width, height] = [4_000, 3_000];
  const noise = sharp(randomBytes(width * height), { raw: { width, height, channels: 1 } });
  const photo = await sharp(await picture(3))
    .resize(width, height, { fit: 'fill' })
    .composite([{ input: await noise.png({ compressionLevel: 1 }).toBuffer(), blend: 'soft-light' }])
    .jpeg({ quality: 90 })
    .toBuffer();
  expect(photo.length).toBeGreaterThan(6_000_000);
  for (const head of ['', 'data:image/jpeg;base64,']) {
    const found = await search({ query: { picture: `${head}${photo.toString('base64')}` }, first: 100 });
    expect(found.edges.length).toBeGreaterThanOrEqual(FILES);
  }
  const { errors } = await ask({ query: { picture: 'data:text/html;base64,AAAA' } });
  expect(errors![0]).toMatchObject({
    extensions: { code: 'INVALID_INPUT' },
    message: expect.stringContaining('text/html') as string,
  });
});

test('avoided images come later, and images below the minimum similarity are left out', async () => {
  const query = { text: '红色的圆' };
  const all = await search({ query, first: 100 });
  const middle = all.edges[9]!.node.similarity;
  const near = await search({ query, minSimilarity: middle, first: 100 });
  expect(near.edges.every(({ node }) => node.similarity >= middle)).toBe(true);
  expect(near.totalCount).toBeGreaterThanOrEqual(9);
  const avoided = await search({ query, avoid: '蓝色', first: 100 });
  expect(ids(avoided)).not.toEqual(ids(all));
  expect([...ids(avoided)].sort()).toEqual([...ids(all)].sort());
  const scores = ({ edges }: Connection): number[] => edges.map(({ node }) => node.score);
  expect(scores(all)).toEqual(all.edges.map(({ node }) => node.similarity));
  expect(scores(avoided)).toEqual([...scores(avoided)].sort((a, b) => b - a));
  const terms = [{ text: '红色的圆' }, { text: '蓝色', weight: -0.5 }];
  expect((await search({ query: { all: terms }, first: 100 })).edges.map(({ node }) => node)).toEqual(
    avoided.edges.map(({ node }) => node),
  );
});

test('a mixed query finds by texts, images of the collection and pictures together, in pages', async () => {
  const query = {
    all: [
      { text: '红色的圆', weight: 0.5 },
      { imageId: 'f3.png' },
      { picture: (await picture(5)).toString('base64'), weight: -0.3 },
    ],
  };
  const whole = await search({ query, first: 100 });
  expect(ids(whole)).not.toContain('f3.png');
  expect(ids(whole)).toContain('f5.png');
  const scores = whole.edges.map(({ node }) => node.score);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  expect(scores).not.toEqual(whole.edges.map(({ node }) => node.similarity));
  const first = await search({ query });
  const second = await search({ query, after: first.pageInfo.endCursor });
  expect([...ids(first), ...ids(second)]).toEqual(ids(whole).slice(0, 20));
});

test('a filter leaves the images that match, in all pages and after a restart', async () => {
  const files: Record<string, Buffer> = {};
  for (let i = 0; i < 12; i++) {
    const drawn = sharp(await picture(i)).resize(100 + 10 * i, 90);
    files[`海边${i % 3}/f${i}.${i % 2 ? 'jpg' : 'png'}`] = await (i % 2 ? drawn.jpeg() : drawn.png()).toBuffer();
  }
  const other = await mkdtemp(join(tmpdir(), 'wentu-filter-'));
  await writeTree(other, files);
  await server.load(other, { collection: '筛' });
  const query = { text: '红色的圆' };
  const find = async (filter: object, rest: object = {}): Promise<Connection> =>
    await search({ query, collection: '筛', filter, ...rest });
  const matching = (test: (i: number) => boolean): string[] =>
    Object.keys(files)
      .filter((_, i) => test(i))
      .sort();
  const check = async (): Promise<void> => {
    expect(ids(await find({ folder: '海边1' })).sort()).toEqual(matching((i) => i % 3 === 1));
    expect(ids(await find({ folder: '海边' }))).toEqual([]);
    expect(ids(await find({ mimeType: ['image/jpeg'], width: { from: 130, to: 170 } })).sort()).toEqual(
      matching((i) => i % 2 === 1 && i >= 3 && i <= 7),
    );
    const either = { or: [{ width: { to: 100 } }, { not: { width: { to: 200 } } }] };
    expect(ids(await find(either)).sort()).toEqual(matching((i) => i === 0 || i === 11));
  };
  await check();
  const all = await search({ query, collection: '筛', first: 100 });
  const jpegs = await find({ mimeType: ['image/jpeg'] });
  expect([ids(jpegs), jpegs.totalCount]).toEqual([ids(all).filter((id) => id.endsWith('.jpg')), 6]);
  const first = await find({ mimeType: ['image/jpeg'] }, { first: 4 });
  const second = await find({ mimeType: ['image/jpeg'] }, { first: 4, after: first.pageInfo.endCursor });
  expect([...ids(first), ...ids(second)]).toEqual(ids(jpegs));
  await server.kill('SIGTERM');
  await server.restart();
  await check();
  await rm(other, { recursive: true });
});

test.each([
  [{ query: { text: '狗' }, filter: {} }, 'INVALID_INPUT'],
  [{ query: { text: '狗' }, filter: { width: {} } }, 'INVALID_INPUT'],
  [{ query: { text: '狗' }, filter: { folder: 'a/' } }, 'INVALID_INPUT'],
  [{ query: {} }, 'BAD_USER_INPUT'],
  [{ query: { text: 'a', imageId: 'b' } }, 'BAD_USER_INPUT'],
  [{ query: { text: ' ' } }, 'INVALID_INPUT'],
  [{ query: { all: [] } }, 'INVALID_INPUT'],
  [{ query: { all: [{ weight: 1 }] } }, 'INVALID_INPUT'],
  [{ query: { all: [{ text: '狗', imageId: 'f3.png' }] } }, 'INVALID_INPUT'],
  [{ query: { all: [{ text: '狗', weight: 2 }] } }, 'INVALID_INPUT'],
  [{ query: { all: [{ text: '狗', weight: -1 }] } }, 'INVALID_INPUT'],
  [{ query: { all: [{ text: '狗' }, { text: '狗', weight: -1 }] } }, 'INVALID_INPUT'],
  [{ query: { all: [{ text: '狗' }], text: '狗' } }, 'BAD_USER_INPUT'],
  [{ query: { imageId: 'none' } }, 'NOT_FOUND'],
  [{ query: { picture: '' } }, 'INVALID_INPUT'],
  [{ query: { picture: Buffer.from('no picture').toString('base64') } }, 'INVALID_INPUT'],
  [{ query: { text: '狗' }, first: 0 }, 'INVALID_INPUT'],
  [{ query: { text: '狗' }, first: 1_001 }, 'INVALID_INPUT'],
  [{ query: { text: '狗' }, minSimilarity: 2 }, 'INVALID_INPUT'],
])('%j is %s', async (variables, code) => {
  const { errors } = await ask(variables);
  expect(errors?.[0]?.extensions.code).toBe(code);
});

test('a collection is created, filled, read page by page and renamed', async () => {
  const create = 'mutation ($name: String!) { createCollection(name: $name) { name imageCount } }';
  expect(await server.data(create, { name: '新' })).toEqual({ createCollection: { name: '新', imageCount: 0 } });
  const codeOf = async (operation: string, variables: object): Promise<string | undefined> =>
    (await server.graphql(operation, variables)).errors?.[0]?.extensions.code;
  expect(await codeOf(create, { name: '新' })).toBe('CONFLICT');
  expect(await codeOf(create, { name: ' ' })).toBe('INVALID_INPUT');
  await server.load(folder, { collection: '新' });
  const page = async (after: string | null): Promise<{ id: string; imageId: string }[]> => {
    const { collection } = await server.data<{ collection: { images: { id: string; imageId: string }[] } }>(
      'query ($after: ID) { collection(name: "新") { images(first: 20, after: $after) { id imageId } } }',
      { after },
    );
    return collection.images;
  };
  const first = await page(null);
  const second = await page(first.at(-1)!.id);
  expect(new Set([...first, ...second].map(({ imageId }) => imageId)).size).toBe(FILES + 1);
  expect(await page(second.at(-1)!.id)).toEqual([]);
  const rename =
    'mutation ($name: String!, $newName: String!) { renameCollection(name: $name, newName: $newName) { name imageCount } }';
  expect(await server.data(rename, { name: '新', newName: '旧' })).toEqual({
    renameCollection: { name: '旧', imageCount: FILES + 1 },
  });
  expect(await server.search('圆', '旧', 3)).toHaveLength(3);
  expect(await codeOf(rename, { name: '新', newName: 'x' })).toBe('NOT_FOUND');
  expect(await codeOf(rename, { name: '旧', newName: 'default' })).toBe('CONFLICT');
  const late = join(folder, `${ReadGate.NAME}.png`);
  await writeFile(late, await picture(FILES));
  const { id } = await server.load(folder, { collection: '旧', wait: false });
  expect(await codeOf(rename, { name: '旧', newName: 'x' })).toBeUndefined();
  await gate.open();
  expect(await server.jobEnded(id)).toMatchObject({ status: 'SUCCEEDED', loaded: 1 });
  expect(await server.data('{ loadJobs(collection: "x", first: 1) { id collection } }')).toEqual({
    loadJobs: [{ id, collection: 'x' }],
  });
  const { collections } = await server.data<{ collections: { name: string; imageCount: number }[] }>(
    '{ collections { name imageCount } }',
  );
  expect(collections).toContainEqual({ name: 'x', imageCount: FILES + 2 });
  expect(collections.map(({ name }) => name)).not.toContain('旧');
  await rm(late);
});
