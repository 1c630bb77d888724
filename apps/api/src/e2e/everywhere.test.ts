import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

/** A 3-d model of another space than wentu-mini. */
const TINY = resolve(__dirname, '../../../../libs/encoder/fixtures/tiny-model');
const TEXT = '红';

let base: string;
let server: TestServer;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'wentu-everywhere-'));
  for (const [folder, from] of [
    ['tiny', 0],
    ['甲', 5],
    ['乙', 12],
    ['丙', 17],
  ] as const)
    for (let i = from; i < from + 8; i++)
      await writeTree(join(base, folder), { [`${i % 2 ? 'odd' : 'even'}/p${i}.png`]: await picture(i) });
  server = await TestServer.start({ WENTU_MODEL: TINY });
  await server.load(join(base, 'tiny'), { collection: 'tiny' });
  await server.kill('SIGTERM');
  delete server.env['WENTU_MODEL'];
  await server.restart();
  for (const name of ['甲', '乙', '丙']) await server.load(join(base, name), { collection: name });
});
afterAll(async () => {
  await server.close();
  await rm(base, { recursive: true, force: true });
});

interface Node {
  readonly score: number;
  readonly similarity: number;
  readonly collection: string;
  readonly image: { readonly id: string; readonly imageId: string; readonly collectionNode: { readonly name: string } };
}
interface Found {
  readonly totalCount: number;
  readonly collections: readonly string[];
  readonly ranking: string;
  readonly unanswered: readonly { readonly collection: string; readonly code: string; readonly message: string }[];
  readonly understanding: { readonly usedText: string } | null;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly edges: readonly { readonly node: Node }[];
}
const OPERATION = `query ($query: SearchQuery!, $collection: String, $collections: [String!], $everywhere: Boolean! = false, $first: Int! = 100, $after: String, $filter: ImageFilter) {
  search(query: $query, collection: $collection, collections: $collections, everywhere: $everywhere, first: $first, after: $after, filter: $filter) {
    totalCount collections ranking unanswered { collection code message } understanding { usedText }
    pageInfo { hasNextPage endCursor }
    edges { node { score similarity collection image { id imageId collectionNode { name } } } }
  }
}`;
async function search(variables: object): Promise<Found> {
  return (await server.data<{ search: Found }>(OPERATION, { query: { text: TEXT }, ...variables })).search;
}
const nodes = ({ edges }: Found): Node[] => edges.map(({ node }) => node);

/** All pages. The server is restarted after the first one. */
async function walk(variables: object, first: number): Promise<Node[]> {
  let page = await search({ ...variables, first });
  await server.kill('SIGTERM');
  await server.restart();
  const found = nodes(page);
  while (page.pageInfo.hasNextPage) {
    page = await search({ ...variables, first, after: page.pageInfo.endCursor });
    found.push(...nodes(page));
  }
  return found;
}

/** The hits of single collections, merged by similarity. Images of equal similarity are in the order of their loads. */
async function merged(names: readonly string[], variables: object = {}): Promise<Node[]> {
  const lists: Node[][] = [];
  for (const collection of names) lists.push(nodes(await search({ ...variables, collection })));
  const rowId = ({ image }: Node): number => Number(image.id.split(':')[1]);
  return lists.flat().sort((a, b) => b.similarity - a.similarity || rowId(a) - rowId(b));
}

test('collections of one model give one exact list, and the one without a model is listed with the reason', async () => {
  const everywhere = await search({ everywhere: true });
  const expected = await merged(['甲', '乙', '丙']);
  expect(nodes(everywhere)).toEqual(expected);
  expect(everywhere).toMatchObject({
    ...{ totalCount: 24, ranking: 'SIMILARITY', collections: ['丙', '乙', '甲'], understanding: { usedText: TEXT } },
    unanswered: [
      {
        collection: 'tiny',
        code: 'INDEX_MISMATCH',
        message: expect.stringMatching(/Install the model tiny/) as string,
      },
    ],
  });
  for (const { collection, image } of nodes(everywhere)) expect(image.collectionNode.name).toBe(collection);
  expect(await walk({ everywhere: true }, 7)).toEqual(expected);
  const two = await search({ collections: ['丙', '甲'] });
  expect([nodes(two), two.unanswered]).toEqual([await merged(['丙', '甲']), []]);
});

test('filters, pictures and images of any collection search several collections', async () => {
  const collections = ['甲', '乙', '丙'];
  const filter = { folder: 'odd' };
  const filtered = await search({ collections, filter });
  expect([nodes(filtered), filtered.totalCount]).toEqual([await merged(collections, { filter }), 12]);
  const query = { picture: (await picture(500)).toString('base64') };
  expect(nodes(await search({ collections, query }))).toEqual(await merged(collections, { query }));
  const { id } = nodes(await search({ collection: '乙' }))[3]!.image;
  const like = nodes(await search({ collections, query: { image: id } }));
  expect(like).toEqual(await merged(collections, { query: { image: id } }));
  expect(like.map(({ image }) => image.id)).not.toContain(id);
  const mixed = { all: [{ image: id }, { text: '蓝', weight: -0.4 }] };
  const scores = nodes(await search({ collections, query: mixed })).map(({ score }) => score);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  expect(scores).toHaveLength(23);
});

test('collections of two models are merged by ranks, in pages too', async () => {
  const folder = join(server.dataDir, 'models', 'tiny');
  await mkdir(join(server.dataDir, 'models'), { recursive: true });
  await cp(TINY, `${folder}-copy`, { recursive: true });
  await rename(`${folder}-copy`, folder);
  const found = await search({ everywhere: true });
  expect(found).toMatchObject({ ranking: 'RANKS', totalCount: 32, unanswered: [] });
  expect(found.collections).toEqual(['tiny', '丙', '乙', '甲']);
  const lists = [await merged(['tiny']), await merged(['甲', '乙', '丙'])];
  const expected = Array.from({ length: 24 }, (_, i) =>
    lists.flatMap((list) => (list[i] ? [{ ...list[i], score: 1 / (61 + i) }] : [])),
  ).flat();
  expect(nodes(found)).toEqual(expected);
  expect(await walk({ everywhere: true }, 5)).toEqual(expected);
  // An image of one space leaves the other one out.
  const { id } = lists[0]![0]!.image;
  const like = await search({ everywhere: true, query: { image: id } });
  expect(like).toMatchObject({ ranking: 'SIMILARITY', collections: ['tiny'], totalCount: 7 });
  expect(like.unanswered.map(({ collection, code }) => [collection, code])).toEqual(
    ['丙', '乙', '甲'].map((name) => [name, 'INDEX_MISMATCH']),
  );
});

test.each([
  [{ collections: [] }, 'INVALID_INPUT'],
  [{ collections: ['甲'], everywhere: true }, 'INVALID_INPUT'],
  [{ collection: '甲', everywhere: true }, 'INVALID_INPUT'],
  [{ collections: ['甲', 'none'] }, 'NOT_FOUND'],
  [{ everywhere: true, query: { imageId: 'odd/p5.png' } }, 'INVALID_INPUT'],
  [{ everywhere: true, query: { image: 'Image:999999' } }, 'NOT_FOUND'],
  [{ everywhere: true, query: { image: 'odd/p5.png' } }, 'INVALID_INPUT'],
  [{ everywhere: true, query: { text: ' ' } }, 'INVALID_INPUT'],
  [{ everywhere: true, after: 'x' }, 'INVALID_INPUT'],
])('%j is %s', async (variables, code) => {
  const { errors } = await server.graphql(OPERATION, { query: { text: TEXT }, ...variables });
  expect(errors?.[0]?.extensions.code).toBe(code);
});
