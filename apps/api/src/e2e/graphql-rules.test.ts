import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { createSchema } from '../graphql/schema';
import { STORES, TestServer } from './harness';
import { picture, writeTree } from './pictures';
import { randomQueries } from './random-operations';

let server: TestServer;
let folder: string;
/** The load of the folder into 图库. */
let id: string;
beforeAll(async () => {
  // One test asks for more entries than an answer may have, which the cost of a query refuses by default.
  server = await TestServer.start({ WENTU_MAX_QUERY_COST: '10000000' });
  folder = await mkdtemp(join(tmpdir(), 'wentu-rules-'));
  await writeTree(folder, { 'a/one.png': await picture(1), 'b/two.png': await picture(2) });
  ({ id } = await server.load(folder, { collection: '图库' }));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const codeOf = async (query: string, variables: object = {}): Promise<string | undefined> =>
  (await server.graphql(query, { ...variables })).errors?.[0]?.extensions.code;

describe('an enum that replaces a text', () => {
  test('serialises to the same text as before', async () => {
    const { serverInfo } = await server.data<{ serverInfo: object }>(
      '{ serverInfo { executionProvider vectorStore metadataStore } }',
    );
    expect(serverInfo).toMatchObject({
      executionProvider: 'cpu',
      vectorStore: STORES.includes('milvus') ? 'milvus' : 'embedded',
      metadataStore: STORES.includes('mysql') ? 'mysql' : 'sqlite',
    });
  });

  const idsAfter = async (collection: string, source: string): Promise<string[]> => {
    const load = `mutation ($directory: String!) {
      loadCollection(collection: "${collection}", directory: $directory, wait: true, ${source}) { status }
    }`;
    expect(await server.data(load, { directory: folder })).toEqual({ loadCollection: { status: 'SUCCEEDED' } });
    const { collection: found } = await server.data<{ collection: { images: { imageId: string }[] } }>(
      `{ collection(name: "${collection}") { images { imageId } } }`,
    );
    return found.images.map(({ imageId }) => imageId).sort();
  };

  test.each([
    ['imageIdFrom: STEM', ['one', 'two']],
    ['imageIdFrom: PATH', ['a/one.png', 'b/two.png']],
    // The deprecated argument.
    ['idFrom: "stem"', ['one', 'two']],
    ['idFrom: "path"', ['a/one.png', 'b/two.png']],
  ])('%s sets the source of the imageIds', async (source, ids) => {
    expect(await idsAfter(source.replace(/\W/g, ''), source)).toEqual(ids);
  });

  test('is refused together with the argument that replaces it', async () => {
    const load = (source: string): string =>
      `mutation ($directory: String!) { loadCollection(directory: $directory, ${source}) { id } }`;
    for (const source of ['idFrom: "stem", imageIdFrom: STEM', 'idFrom: "name"'])
      expect([source, await codeOf(load(source), { directory: folder })]).toEqual([source, 'INVALID_INPUT']);
  });
});

describe('an object leads to its collection', () => {
  const NODE = 'collectionNode { id name imageCount }';
  let node: object;
  beforeAll(async () => {
    const { collection } = await server.data<{ collection: object }>(
      '{ collection(name: "图库") { id name imageCount } }',
    );
    node = { collectionNode: collection };
  });

  test('from images, hits, searches, loads and repairs', async () => {
    const image = '{ image(collection: "图库", imageId: "a/one.png") { NODE } }';
    expect(await server.data(image.replace('NODE', NODE))).toEqual({ image: node });
    const search = '{ search(collection: "图库", query: { text: "圆" }) { NODE edges { node { image { NODE } } } } }';
    const edge = { node: { image: node } };
    expect(await server.data(search.replaceAll('NODE', NODE))).toEqual({ search: { ...node, edges: [edge, edge] } });
    const hits = '{ searchImages(collection: "图库", text: "圆") { image { NODE collection } } }';
    const hit = { image: { ...node, collection: '图库' } };
    expect(await server.data(hits.replace('NODE', NODE))).toEqual({ searchImages: [hit, hit] });
    expect(await server.data(`{ loadJob(id: "${id}") { ${NODE} } }`)).toEqual({ loadJob: node });
    const repair = `mutation { repairCollections(collection: "图库") { ${NODE} } }`;
    expect(await server.data(repair)).toEqual({ repairCollections: [node] });
  });

  test('a load keeps the name of a collection that was dropped', async () => {
    const { id: short } = await server.load(folder, { collection: 'short' });
    await server.data('mutation { dropCollection(name: "short") }');
    expect(await server.data(`{ loadJob(id: "${short}") { collection ${NODE} } }`)).toEqual({
      loadJob: { collection: 'short', collectionNode: null },
    });
  });

  test('and back, up to a limit of entries in one answer', async () => {
    const pictures: Record<string, Buffer> = {};
    const one = await picture(1);
    for (let i = 0; i < 400; i++) pictures[`p${i}.png`] = one;
    const many = await mkdtemp(join(tmpdir(), 'wentu-rules-many-'));
    await writeTree(many, pictures);
    await server.load(many, { collection: 'many' });
    await rm(many, { recursive: true });
    // 400 × 400 entries.
    const { data, errors } = await server.graphql(
      '{ collection(name: "many") { images(first: 1000) { collectionNode { images(first: 1000) { id } } } } }',
    );
    expect(new Set(errors!.map(({ extensions }) => extensions.code))).toEqual(new Set(['LIMIT_EXCEEDED']));
    const { images } = (data as { collection: { images: { collectionNode: unknown }[] } }).collection;
    const given = images.filter(({ collectionNode }) => collectionNode !== null).length;
    expect([images.length, given, errors!.length]).toEqual([400, 249, 151]);
  });
});

describe('an object that does not exist', () => {
  test.each([
    '{ collection(name: "none") { id } }',
    '{ image(collection: "default", imageId: "none") { id } }',
    '{ image(collection: "none", imageId: "none") { id } }',
    '{ loadJob(id: "999999") { id } }',
    '{ loadJob(id: "x") { id } }',
    '{ node(id: "Image:999999") { id } }',
    '{ node(id: "x") { id } }',
  ])('is null in a query of one object: %s', async (query) => {
    expect(Object.values(await server.data<object>(query))).toEqual([null]);
  });

  test('has an empty list', async () => {
    expect(await server.data('{ loadJobs(collection: "none") { id } }')).toEqual({ loadJobs: [] });
    expect(await server.data('{ loadJobsConnection(collection: "none") { edges { cursor } } }')).toEqual({
      loadJobsConnection: { edges: [] },
    });
  });

  test.each([
    '{ search(collection: "none", query: { text: "狗" }) { totalCount } }',
    '{ search(collection: "图库", query: { imageId: "none" }) { totalCount } }',
    '{ searchImages(collection: "none", text: "狗") { distance } }',
    '{ rankTexts(collection: "none", imageId: "a", texts: ["狗"]) { text } }',
    '{ rankTexts(collection: "图库", imageId: "none", texts: ["狗"]) { text } }',
    '{ folders(path: "FOLDER/none") { path } }',
    'mutation { loadCollection(collection: "x", directory: "FOLDER/none") { id } }',
    'mutation { loadUpload(id: "none") { id } }',
    'mutation { cancelLoad(id: "999999") { id } }',
    'mutation { cancelLoad(id: "x") { id } }',
    'mutation { renameCollection(name: "none", newName: "x") { id } }',
    'mutation { resolveMissing(collection: "none", directory: "FOLDER", action: KEEP) }',
    'mutation { repairCollections(collection: "none") { upserted } }',
    'mutation { deleteImages(collection: "none", imageIds: ["a"]) }',
  ])('is NOT_FOUND for an operation on it: %s', async (query) => {
    expect(await codeOf(query.replace('FOLDER', folder))).toBe('NOT_FOUND');
  });

  test.each([
    ['dropCollection(name: "none")', false],
    ['discardUpload(id: "none")', false],
    ['deleteImages(collection: "图库", imageIds: ["none"])', 0],
  ])('counts as removed: %s', async (mutation, answer) => {
    expect(Object.values(await server.data<object>(`mutation { ${mutation} }`))).toEqual([answer]);
  });
});

test('random queries are answered, or refused with a code that is not INTERNAL', async () => {
  const runs = Number(process.env['WENTU_FUZZ_RUNS'] ?? 60);
  await fc.assert(
    fc.asyncProperty(randomQueries(createSchema(), 4), async (query) => {
      const { data, errors = [] } = await server.graphql(query);
      const codes = errors.map(({ extensions }) => extensions?.code);
      expect(data !== undefined || codes.length > 0).toBe(true);
      for (const code of codes) expect(code).toMatch(/^(?!INTERNAL)[A-Z_]+$/);
    }),
    // fast-check prints the seed and the smallest query that fails.
    { numRuns: runs },
  );
  expect(server.log).not.toMatch(/a bug/);
}, 600_000);
