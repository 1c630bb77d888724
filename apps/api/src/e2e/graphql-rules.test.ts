import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STORES, TestServer } from './harness';
import { picture, writeTree } from './pictures';

jest.setTimeout(120_000);

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await TestServer.start();
  folder = await mkdtemp(join(tmpdir(), 'wentu-rules-'));
  await writeTree(folder, { 'a/one.png': await picture(1), 'b/two.png': await picture(2) });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const codeOf = async (query: string, variables: object = {}): Promise<string | undefined> =>
  (await server.graphql(query, { ...variables })).errors?.[0]?.extensions.code;

describe('an enum in place of a text', () => {
  test('serialises the text that was there before', async () => {
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
  ])('%s says what an imageId is', async (source, ids) => {
    expect(await idsAfter(source.replace(/\W/g, ''), source)).toEqual(ids);
  });

  test('is refused beside the argument that it replaces', async () => {
    const load = (source: string): string =>
      `mutation ($directory: String!) { loadCollection(directory: $directory, ${source}) { id } }`;
    for (const source of ['idFrom: "stem", imageIdFrom: STEM', 'idFrom: "name"'])
      expect([source, await codeOf(load(source), { directory: folder })]).toEqual([source, 'INVALID_INPUT']);
  });
});
