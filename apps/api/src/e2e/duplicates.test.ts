import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

interface Search {
  readonly status: string;
  readonly imageCount: number | null;
  readonly newImageCount: number;
  readonly model: string | null;
}
interface Duplicates {
  readonly totalCount: number;
  readonly spareBytes: number;
  readonly search: Search;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly edges: readonly {
    readonly node: {
      readonly imageCount: number;
      readonly images: readonly {
        readonly kind: string;
        readonly similarity: number;
        readonly image: { readonly imageId: string };
      }[];
    };
  }[];
}

const SEARCH = 'status imageCount newImageCount model';
let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await TestServer.start();
  folder = await mkdtemp(join(tmpdir(), 'wentu-duplicates-'));
  const original = await picture(1, 400);
  const others: Record<string, Buffer> = {};
  for (let i = 0; i < 12; i++) others[`other/${i}.png`] = await picture(100 + i, 200);
  await writeTree(folder, {
    ...others,
    'a/original.png': original,
    'a/copy.png': original,
    'b/again.png': original,
    'b/small.jpg': await sharp(original).resize(200).jpeg({ quality: 80 }).toBuffer(),
    'c/pair.png': await picture(2, 300),
    'c/pair.webp': await sharp(await picture(2, 300))
      .webp({ quality: 85 })
      .toBuffer(),
  });
  await server.load(folder);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function duplicates(variables: object = {}): Promise<Duplicates> {
  const data = await server.data<{ duplicates: Duplicates }>(
    `query ($first: Int, $after: String) {
      duplicates(collection: "default", first: $first, after: $after) {
        totalCount spareBytes pageInfo { hasNextPage endCursor } search { ${SEARCH} }
        edges { node { imageCount images { kind similarity image { imageId } } } }
      }
    }`,
    variables,
  );
  return data.duplicates;
}
async function find(): Promise<Search> {
  const query = `mutation { findDuplicates(collection: "default", wait: true) { ${SEARCH} } }`;
  return (await server.data<{ findDuplicates: Search }>(query)).findDuplicates;
}
const members = ({ edges }: Duplicates): [string, string][][] =>
  edges.map(({ node }) => node.images.map(({ image, kind }) => [image.imageId, kind]));

const FIRST_GROUP = [
  ['a/copy.png', 'BEST'],
  ['a/original.png', 'EXACT'],
  ['b/again.png', 'EXACT'],
  ['b/small.jpg', 'NEAR'],
];

test('a search that collapses gives each picture once, in pages and without a search for duplicates', async () => {
  interface Page {
    readonly totalCount: number;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly edges: readonly {
      readonly node: {
        readonly image: { readonly imageId: string };
        readonly duplicates: readonly { readonly similarity: number; readonly image: { readonly imageId: string } }[];
      };
    }[];
  }
  const page = async (variables: object): Promise<Page> => {
    const query = `query ($first: Int, $after: String) {
      search(query: { text: "红色的方块" }, collection: "default", collapse: true, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        edges { node { image { imageId } duplicates { similarity image { imageId } } } }
      }
    }`;
    return (await server.data<{ search: Page }>(query, variables)).search;
  };
  const groups = ({ edges }: Page): string[][] =>
    edges.map(({ node }) => [node.image.imageId, ...node.duplicates.map(({ image }) => image.imageId)]);
  const all = await page({ first: 100 });
  const sizes = groups(all).map((group) => [...group].sort());
  expect(sizes).toContainEqual(['a/copy.png', 'a/original.png', 'b/again.png', 'b/small.jpg']);
  expect(sizes).toContainEqual(['c/pair.png', 'c/pair.webp']);
  expect(sizes.flat()).toHaveLength(18);
  expect(all.totalCount).toBe(all.edges.length);
  const paged: string[][] = [];
  for (let after: string | null = null; ;) {
    const one: Page = await page({ first: 3, after });
    expect(one.totalCount).toBe(all.totalCount);
    paged.push(...groups(one));
    if (!one.pageInfo.hasNextPage) break;
    after = one.pageInfo.endCursor;
  }
  expect(paged).toEqual(groups(all));
});

test('before the first search there are no groups, and the status says so', async () => {
  expect(await duplicates()).toMatchObject({ totalCount: 0, edges: [], search: { status: 'NONE', imageCount: null } });
});

test('equal files and smaller or compressed copies are groups, the best image first', async () => {
  expect(await find()).toMatchObject({ status: 'DONE', imageCount: 18, newImageCount: 0, model: 'wentu-mini' });
  const found = await duplicates();
  expect(members(found)[0]).toEqual(FIRST_GROUP);
  expect(
    members(found)[1]!
      .map(([imageId]) => imageId)
      .sort(),
  ).toEqual(['c/pair.png', 'c/pair.webp']);
  expect(found).toMatchObject({ totalCount: 2, search: { status: 'DONE' } });
  for (const { similarity } of found.edges[0]!.node.images) expect(similarity).toBeGreaterThan(0.9);
});

test('pages continue after a cursor; a cursor of another list is refused', async () => {
  const first = await duplicates({ first: 1 });
  expect(first.pageInfo.hasNextPage).toBe(true);
  const second = await duplicates({ first: 1, after: first.pageInfo.endCursor });
  expect(second.pageInfo.hasNextPage).toBe(false);
  expect([...members(first), ...members(second)]).toEqual(members(await duplicates()));
  const { errors } = await server.graphql('{ duplicates(after: "bm8") { totalCount } }');
  expect(errors?.[0]?.extensions.code).toBe('INVALID_INPUT');
});

test('the groups are there after kill -9, without another search', async () => {
  await server.kill('SIGKILL');
  await server.restart();
  const found = await duplicates();
  expect(members(found)[0]).toEqual(FIRST_GROUP);
  expect(found.search).toMatchObject({ status: 'DONE', imageCount: 18 });
});

test('deleted images leave their groups at once; new images are counted, and the next search finds them', async () => {
  const pair = ['c/pair.png', 'a/copy.png'];
  await server.data('mutation ($ids: [ID!]!) { deleteImages(collection: "default", imageIds: $ids) }', { ids: pair });
  const after = await duplicates();
  expect(members(after)).toEqual([
    [
      ['a/original.png', 'BEST'],
      ['b/again.png', 'EXACT'],
      ['b/small.jpg', 'NEAR'],
    ],
  ]);
  await server.load(folder);
  expect((await duplicates()).search).toMatchObject({ status: 'DONE', newImageCount: 2 });
  expect(await find()).toMatchObject({ newImageCount: 0, imageCount: 18 });
  expect((await duplicates()).totalCount).toBe(2);
});

test('without a search there is nothing to cancel; an unknown collection is NOT_FOUND', async () => {
  const cancel = `mutation { cancelFindDuplicates(collection: "default") { ${SEARCH} } }`;
  const { cancelFindDuplicates } = await server.data<{ cancelFindDuplicates: Search }>(cancel);
  expect(cancelFindDuplicates.status).toBe('DONE');
  expect((await duplicates()).totalCount).toBe(2);
  for (const call of ['findDuplicates', 'cancelFindDuplicates']) {
    const unknown = await server.graphql(`mutation { ${call}(collection: "unknown") { status } }`);
    expect(unknown.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  }
});
