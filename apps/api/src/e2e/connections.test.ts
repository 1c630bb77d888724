import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

const COLLECTIONS = ['a', '图库', 'B', 'c'];
let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await TestServer.start();
  folder = await mkdtemp(join(tmpdir(), 'wentu-connections-'));
  const files: Record<string, Buffer> = {};
  for (let i = 0; i < 7; i++) files[`f${i}.png`] = await picture(i);
  for (let i = 0; i < 5; i++) files[`broken${i}.png`] = Buffer.from('\x89PNG\r\n\x1a\n nothing');
  await writeTree(folder, files);
  for (const collection of COLLECTIONS) await server.load(folder, { collection });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

interface Connection {
  readonly edges: readonly { readonly cursor: string; readonly node: Record<string, string> }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}
const PAGE = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

/** All nodes, read in pages of two. @param ask reads one page @param key the field that identifies a node */
async function walk(ask: (after: string | null) => Promise<Connection>, key: string): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = [];
  for (let after: string | null = null; ;) {
    const { edges, pageInfo } = await ask(after);
    expect(edges.length).toBeLessThanOrEqual(2);
    expect(pageInfo).toMatchObject({
      hasPreviousPage: after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    });
    found.push(...edges.map(({ node }) => node[key]));
    if (!pageInfo.hasNextPage) return found;
    after = pageInfo.endCursor;
  }
}

test('collections, images, loads and failures are Relay connections', async () => {
  const list = '(first: 2, after: $after)';
  const collections = async (after: string | null): Promise<Connection> =>
    (
      await server.data<{ collectionsConnection: Connection }>(
        `query ($after: String) { collectionsConnection${list} { ${PAGE} edges { cursor node { name } } } }`,
        { after },
      )
    ).collectionsConnection;
  const { collections: all } = await server.data<{ collections: { name: string }[] }>('{ collections { name } }');
  expect(await walk(collections, 'name')).toEqual(all.map(({ name }) => name));

  const images = async (after: string | null): Promise<Connection> =>
    (
      await server.data<{ collection: { imagesConnection: Connection } }>(
        `query ($after: String) { collection(name: "图库") { imagesConnection${list} { ${PAGE} edges { cursor node { imageId } } } } }`,
        { after },
      )
    ).collection.imagesConnection;
  expect([...(await walk(images, 'imageId'))].sort()).toEqual(Array.from({ length: 7 }, (_, i) => `f${i}.png`));

  const loads = async (after: string | null): Promise<Connection> =>
    (
      await server.data<{ loadJobsConnection: Connection }>(
        `query ($after: String) { loadJobsConnection${list} { ${PAGE} edges { cursor node { id collection } } } }`,
        { after },
      )
    ).loadJobsConnection;
  expect(await walk(loads, 'collection')).toEqual([...COLLECTIONS].reverse());
  const { loadJobsConnection } = await server.data<{ loadJobsConnection: Connection }>(
    '{ loadJobsConnection(collection: "B") { edges { node { id collection } } } }',
  );
  expect(loadJobsConnection.edges.map(({ node }) => node['collection'])).toEqual(['B']);

  const id = loadJobsConnection.edges[0]!.node['id'];
  const failures = async (after: string | null): Promise<Connection> =>
    (
      await server.data<{ loadJob: { failuresConnection: Connection } }>(
        `query ($id: ID!, $after: String) { loadJob(id: $id) { failuresConnection${list} { ${PAGE} edges { cursor node { item } } } } }`,
        { id, after },
      )
    ).loadJob.failuresConnection;
  expect([...(await walk(failures, 'item'))].sort()).toEqual(Array.from({ length: 5 }, (_, i) => `broken${i}.png`));
});

test('a cursor of another list is refused', async () => {
  const { collectionsConnection } = await server.data<{ collectionsConnection: Connection }>(
    `{ collectionsConnection(first: 1) { ${PAGE} edges { cursor } } }`,
  );
  const { errors } = await server.graphql(
    'query ($after: String) { loadJobsConnection(after: $after) { edges { cursor } } }',
    {
      after: collectionsConnection.pageInfo.endCursor,
    },
  );
  expect(errors![0]).toMatchObject({ extensions: { code: 'INVALID_INPUT' } });
});
