import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { TestServer, type Job } from './harness';
import { picture, writeTree } from './pictures';

interface Node {
  readonly __typename: string;
  readonly id: string;
}
interface Found extends Node {
  readonly url: string;
}

let server: TestServer;
let folder: string;
let job: Job;
let images: readonly Found[];
beforeAll(async () => {
  server = await TestServer.start();
  folder = await mkdtemp(join(tmpdir(), 'wentu-node-'));
  await writeTree(folder, { 'a.png': await picture(1), 'b.png': await picture(2), 'c.png': await picture(3) });
  job = await server.load(folder, { collection: '图库' });
  const { collection } = await server.data<{ collection: { images: Found[] } }>(
    '{ collection(name: "图库") { images { __typename id url } } }',
  );
  images = collection.images;
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const collection = async (): Promise<Node> =>
  (await server.data<{ collection: Node }>('{ collection(name: "图库") { __typename id } }')).collection;
const nodes = async (ids: readonly string[]): Promise<(Node | null)[]> =>
  (
    await server.data<{ nodes: (Node | null)[] }>('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', {
      ids,
    })
  ).nodes;
/** The id without its type, as older versions gave it. */
const plain = (id: string): string => id.replace(/^\w+:/, '');

async function firstState(id: string): Promise<unknown> {
  const client = createClient({ url: server.address.replace('http', 'ws') + '/graphql', webSocketImpl: WebSocket });
  const states = client.iterate({ query: `subscription { loadProgress(id: "${id}") { id } }` });
  const { value } = (await states.next()) as { value: { data: unknown } };
  await client.dispose();
  return value.data;
}

test('an id contains its type, and `node` reads the object', async () => {
  expect(images[0]!.id).toMatch(/^Image:\d+$/);
  expect(job.id).toMatch(/^LoadJob:\d+$/);
  const image = await server.data('query ($id: ID!) { node(id: $id) { id ... on Image { url imageId } } }', {
    id: images[1]!.id,
  });
  expect(image).toEqual({ node: { id: images[1]!.id, url: images[1]!.url, imageId: 'b.png' } });
  const load = await server.data('query ($id: ID!) { node(id: $id) { id ... on LoadJob { status loaded } } }', {
    id: job.id,
  });
  expect(load).toEqual({ node: { id: job.id, status: 'SUCCEEDED', loaded: 3 } });
  const { id } = await collection();
  const found = await server.data('query ($id: ID!) { node(id: $id) { id ... on Collection { name imageCount } } }', {
    id,
  });
  expect(found).toEqual({ node: { id, name: '图库', imageCount: 3 } });
});

test('`nodes` gives objects of all types in the order of their ids, and null for what does not exist', async () => {
  const { id } = await collection();
  const [first, second] = [images[0]!.id, images[1]!.id];
  expect(
    await nodes([second, id, 'Image:999999', job.id, first, 'Collection:999999', 'LoadJob:999999', '1', 'x', '']),
  ).toEqual([
    { __typename: 'Image', id: second },
    { __typename: 'Collection', id },
    null,
    { __typename: 'LoadJob', id: job.id },
    { __typename: 'Image', id: first },
    ...Array<null>(5).fill(null),
  ]);
  const { errors } = await server.graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
    ids: Array<string>(101).fill(first),
  });
  expect(errors![0]).toMatchObject({ extensions: { code: 'INVALID_INPUT' } });
});

test.each([['plain', plain] as const, ['global', (id: string) => id] as const])(
  'arguments take %s ids',
  async (_name, as) => {
    const { loadJob } = await server.data<{ loadJob: Node }>('query ($id: ID!) { loadJob(id: $id) { id } }', {
      id: as(job.id),
    });
    expect(loadJob.id).toBe(job.id);
    expect(await firstState(as(job.id))).toEqual({ loadProgress: { id: job.id } });
    const { cancelLoad } = await server.data<{ cancelLoad: Job }>(
      'mutation ($id: ID!) { cancelLoad(id: $id) { status } }',
      {
        id: as(job.id),
      },
    );
    expect(cancelLoad.status).toBe('SUCCEEDED');
    const page = await server.data<{ collection: { images: Node[] } }>(
      'query ($after: ID) { collection(name: "图库") { images(after: $after) { id } } }',
      { after: as(images[0]!.id) },
    );
    expect(page.collection.images.map(({ id }) => id)).toEqual(images.slice(1).map(({ id }) => id));
    const response = await fetch(`${server.address}/images/${as(images[0]!.id)}`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
  },
);

test('the address of a picture contains the id without a type', () => {
  for (const { id, url } of images) expect(url).toBe(`/images/${plain(id)}`);
});

test('an id of another type finds nothing', async () => {
  expect(await server.data('query ($id: ID!) { loadJob(id: $id) { id } }', { id: images[0]!.id })).toEqual({
    loadJob: null,
  });
  expect((await fetch(`${server.address}/images/${job.id}`)).status).toBe(404);
});

test('a collection that was dropped is null, and so are its images', async () => {
  await server.load(folder, { collection: 'short' });
  const { collection: short } = await server.data<{ collection: { id: string; images: Node[] } }>(
    '{ collection(name: "short") { id images { id } } }',
  );
  await server.data('mutation { dropCollection(name: "short") }');
  expect(await nodes([short.id, ...short.images.map(({ id }) => id)])).toEqual([null, null, null, null]);
});
