import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

/** A JPEG that a camera took. @param time local time at the place, as EXIF writes it @param offset such as +08:00 */
async function photo(seed: number, camera: string, time: string, offset: string): Promise<Buffer> {
  const size = 32 + 16 * seed;
  const exif = { IFD0: { Make: 'Canon', Model: camera }, IFD2: { DateTimeOriginal: time, OffsetTimeOriginal: offset } };
  return await sharp(await picture(seed, size))
    .withExif(exif)
    .jpeg()
    .toBuffer();
}

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await TestServer.start();
  folder = await mkdtemp(join(tmpdir(), 'wentu-lists-'));
  await writeTree(folder, {
    // In UTC it is still 2022.
    'trip/day/new-year.jpg': await photo(1, 'A', '2023:01:01 06:00:00', '+08:00'),
    'trip/may.jpg': await photo(2, 'B', '2023:05:02 12:00:00', '+00:00'),
    'trip/old.jpg': await photo(3, 'A', '2019:05:02 12:00:00', '+00:00'),
    'screens/1.png': await picture(4, 64),
    'screens/2.png': await picture(5, 80),
  });
  await server.load(folder, { collection: 'c', copyImages: true });
  await server.load(folder, { collection: 'deleted', copyImages: true });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function errorCode(query: string, variables: object = {}): Promise<string | undefined> {
  return (await server.graphql(query, variables)).errors?.[0]?.extensions.code;
}

interface Connection {
  readonly edges: readonly { readonly node: { readonly id: string; readonly imageId: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

async function connection(args: string, after: string | null = null): Promise<Connection> {
  const { collection } = await server.data<{ collection: { imagesConnection: Connection } }>(
    `query ($after: String) { collection(name: "c") {
      imagesConnection(${args}, after: $after) { pageInfo { hasNextPage endCursor } edges { node { id imageId } } } } }`,
    { after },
  );
  return collection.imagesConnection;
}

async function idsOf(args: string): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ;) {
    const { edges, pageInfo }: Connection = await connection(`first: 2, ${args}`, after);
    ids.push(...edges.map(({ node }) => node.imageId));
    if (!pageInfo.hasNextPage) return ids;
    after = pageInfo.endCursor;
  }
}

test('pages of a connection are in the order, with the images that match', async () => {
  const taken = ['trip/old.jpg', 'trip/day/new-year.jpg', 'trip/may.jpg'];
  const photos = 'filter: { mimeType: ["image/jpeg"] }';
  expect(await idsOf(`${photos}, orderBy: { field: TAKEN_AT }`)).toEqual(taken);
  expect(await idsOf(`${photos}, orderBy: { field: TAKEN_AT, direction: DESC }`)).toEqual(taken.toReversed());
  const names = ['screens/1.png', 'screens/2.png', 'trip/day/new-year.jpg', 'trip/may.jpg', 'trip/old.jpg'];
  expect(await idsOf('orderBy: { field: NAME }')).toEqual(names);
  expect(await idsOf('orderBy: { field: NAME, direction: DESC }')).toEqual(names.toReversed());
  expect(await idsOf('filter: { folder: "trip", not: { camera: ["Canon A"] } }')).toEqual(['trip/may.jpg']);
  const bySize = await idsOf('orderBy: { field: SIZE }');
  expect([...bySize].sort()).toEqual(names);
});

test('the position of an image in a list is the offset of a page that begins with it', async () => {
  const positionOf = async (id: string, args: string): Promise<number | null> => {
    const { collection } = await server.data<{ collection: { imagePosition: number | null } }>(
      `query ($id: ID!) { collection(name: "c") { imagePosition(id: $id, ${args}) } }`,
      { id },
    );
    return collection.imagePosition;
  };
  for (const args of [
    'orderBy: { field: TAKEN_AT, direction: DESC }',
    'filter: { folder: "trip" }, orderBy: { field: TAKEN_AT }',
    'orderBy: { field: NAME }',
  ])
    for (const [index, { node }] of (await connection(`first: 10, ${args}`)).edges.entries()) {
      expect([args, await positionOf(node.id, args)]).toEqual([args, index]);
      const { edges } = await connection(`first: 1, offset: ${index}, ${args}`);
      expect(edges[0]?.node).toEqual(node);
    }
  const [screen] = (await connection('first: 1, filter: { folder: "screens" }')).edges;
  expect(await positionOf(screen!.node.id, 'filter: { folder: "trip" }')).toBeNull();
  expect(await positionOf('Image:999999', 'orderBy: { field: NAME }')).toBeNull();
});

test('a plain list takes the same arguments, and begins after an image', async () => {
  const list = async (after: string): Promise<string[]> => {
    const args = `first: 10, filter: { folder: "trip" }, orderBy: { field: TAKEN_AT, direction: DESC }${after}`;
    const { collection } = await server.data<{ collection: { images: { id: string; imageId: string }[] } }>(
      `{ collection(name: "c") { images(${args}) { id imageId } } }`,
    );
    return collection.images.map(({ id, imageId }) => `${id} ${imageId}`);
  };
  const [newest = '', ...rest] = await list('');
  expect(newest).toContain('trip/may.jpg');
  expect(await list(`, after: "${newest.split(' ')[0]}"`)).toEqual(rest);
});

test('a cursor of another filter or order, and a forged one, are refused', async () => {
  const { pageInfo } = await connection('first: 1, orderBy: { field: SIZE }');
  const forged = Buffer.from(
    Buffer.from(pageInfo.endCursor ?? '', 'base64url')
      .toString()
      .replace(/:.*/s, ':[{},1]'),
  );
  for (const [args, after] of [
    ['first: 1, orderBy: { field: SIZE, direction: DESC }', pageInfo.endCursor],
    ['first: 1, orderBy: { field: SIZE }, filter: { width: { from: 1 } }', pageInfo.endCursor],
    ['first: 1', pageInfo.endCursor],
    ['first: 1, orderBy: { field: SIZE }', forged.toString('base64url')],
  ] as const) {
    const query = `query ($after: String) { collection(name: "c") { imagesConnection(${args}, after: $after) { pageInfo { endCursor } } } }`;
    expect(await errorCode(query, { after })).toBe('INVALID_INPUT');
  }
});

test('the nearest images are given in another order', async () => {
  const search = async (more: string): Promise<string[]> => {
    const { searchImages } = await server.data<{ searchImages: { image: { imageId: string } }[] }>(
      `{ searchImages(text: "圆", collection: "c", topK: 3${more}) { image { imageId } } }`,
    );
    return searchImages.map(({ image }) => image.imageId);
  };
  const nearest = await search('');
  expect(await search(', orderBy: { field: NAME }')).toEqual([...nearest].sort());
  expect(await search(', orderBy: { field: NAME, direction: DESC }')).toEqual([...nearest].sort().toReversed());
  const filtered = await search(', filter: { folder: "trip" }, orderBy: { field: TAKEN_AT }');
  expect(filtered).toEqual(['trip/old.jpg', 'trip/day/new-year.jpg', 'trip/may.jpg']);
});

test('facets count by local time, folder, camera and type, under a filter', async () => {
  const facets = async (args: string): Promise<Record<string, unknown>> => {
    const { facets: found } = await server.data<{
      facets: { field: string; imageCount: number; values: { value: string; count: number }[] }[];
    }>(`{ facets(collection: "c", ${args}) { field totalCount imageCount values { value count } } }`);
    return Object.fromEntries(
      found.map(({ field, values }) => [field, values.map(({ value, count }) => `${value} ${count}`)]),
    );
  };
  expect(await facets('fields: [YEAR, MONTH, FOLDER, CAMERA, TYPE], filter: { has: [CAMERA] }')).toEqual({
    YEAR: ['2023 2', '2019 1'],
    MONTH: ['2023-05 1', '2023-01 1', '2019-05 1'],
    FOLDER: ['trip 3'],
    CAMERA: ['Canon A 2', 'Canon B 1'],
    TYPE: ['image/jpeg 3'],
  });
  expect(await facets('fields: [FOLDER], folder: "trip"')).toEqual({ FOLDER: ['trip/day 1'] });
  expect(await facets('fields: [FOLDER, TYPE]')).toEqual({
    FOLDER: ['trip 3', 'screens 2'],
    TYPE: ['image/jpeg 3', 'image/png 2'],
  });
  for (const bad of ['fields: []', 'fields: [YEAR], limit: 0', 'fields: [FOLDER], folder: "trip/"'])
    expect(await errorCode(`{ facets(collection: "c", ${bad}) { field } }`)).toBe('INVALID_INPUT');
  expect(await errorCode('{ facets(collection: "none", fields: [YEAR]) { field } }')).toBe('NOT_FOUND');
});

test('images that match are deleted only if their number is the expected one', async () => {
  const filter = '{ folder: "screens" }';
  const count = async (): Promise<number> =>
    (
      await server.data<{ collection: { matchingCount: number } }>(
        `{ collection(name: "deleted") { matchingCount(filter: ${filter}) } }`,
      )
    ).collection.matchingCount;
  const remove = (expected: number): string =>
    `mutation { deleteMatchingImages(collection: "deleted", filter: ${filter}, expectedCount: ${expected}, keepOut: true) }`;
  expect(await count()).toBe(2);
  expect(await errorCode(remove(3))).toBe('CONFLICT');
  expect(await count()).toBe(2);
  expect(await server.data(remove(2))).toEqual({ deleteMatchingImages: 2 });
  expect(await count()).toBe(0);
  const types = '{ facets(collection: "deleted", fields: [TYPE]) { values { value count } } }';
  expect(await server.data(types)).toEqual({ facets: [{ values: [{ value: 'image/jpeg', count: 3 }] }] });
  expect(await server.load(folder, { collection: 'deleted', copyImages: true })).toMatchObject({
    keptOut: 2,
    loaded: 0,
  });
});
