import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

/** A picture of a camera. @param taken such as 2023:05:31 23:30:00 @param offset undefined: the camera wrote none */
async function photo(n: number, taken: string, offset?: string): Promise<Buffer> {
  const exposure = { DateTimeOriginal: taken, ...(offset === undefined ? {} : { OffsetTimeOriginal: offset }) };
  return await sharp(await picture(n))
    .withExif({ IFD2: exposure })
    .jpeg()
    .toBuffer();
}

interface Found {
  readonly totalCount: number;
  readonly understood: Record<string, string | null> | null;
  readonly understanding: { readonly usedText: string } | null;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly edges: readonly {
    readonly node: {
      readonly distance: number;
      readonly isRelevant: boolean | null;
      readonly image: { readonly imageId: string };
    };
  }[];
}
const OPERATION = `query ($query: SearchQuery!, $collection: String, $everywhere: Boolean! = false, $first: Int! = 100, $after: String, $filter: ImageFilter, $datesInWords: Boolean! = true, $timeZone: String) {
  search(query: $query, collection: $collection, everywhere: $everywhere, first: $first, after: $after, filter: $filter, datesInWords: $datesInWords, timeZone: $timeZone) {
    totalCount understood { text words takenAfter takenBefore } understanding { usedText }
    pageInfo { hasNextPage endCursor }
    edges { node { distance isRelevant image { imageId } } }
  }
}`;

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await TestServer.start();
  folder = await mkdtemp(join(tmpdir(), 'wentu-dates-'));
  await writeTree(join(folder, '照片'), {
    // 23:30 in Beijing is 15:30 UTC, and 00:30 is the day before in UTC.
    'may-31.jpg': await photo(1, '2023:05:31 23:30:00', '+08:00'),
    'june-1.jpg': await photo(2, '2023:06:01 00:30:00', '+08:00'),
    'august-31.jpg': await photo(3, '2023:08:31 23:30:00'),
    'september-1.jpg': await photo(4, '2023:09:01 00:30:00', '-10:00'),
    'trip/july.jpg': await photo(5, '2023:07:15 12:00:00', '-05:00'),
    'winter.jpg': await photo(6, '2022:12:24 18:00:00'),
    'file.png': await picture(7),
  });
  await writeTree(join(folder, '图画'), { 'a.png': await picture(8), 'b.png': await picture(9) });
  for (const name of ['照片', '图画']) await server.load(join(folder, name), { collection: name });
  await server.untilMeasured();
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function search(text: string, variables: object = {}): Promise<Found> {
  const given = { query: { text }, collection: '照片', ...variables };
  return (await server.data<{ search: Found }>(OPERATION, given)).search;
}
const names = ({ edges }: Found): string[] => edges.map(({ node }) => node.image.imageId).sort();
const SUMMER = ['august-31.jpg', 'june-1.jpg', 'trip/july.jpg'];

test('a date in the text becomes the condition that the camera showed that time, in its own time zone', async () => {
  const found = await search('2023年夏天的圆');
  expect(found.understood).toEqual({
    ...{ text: '圆', words: '2023年夏天', takenAfter: '2023-06-01T00:00:00', takenBefore: '2023-09-01T00:00:00' },
  });
  expect(names(found)).toEqual(SUMMER);
  expect(found.totalCount).toBe(3);
  expect(found.understanding?.usedText).toBe('圆');
  // The same list, with the same distances, as the search for the rest under the filter.
  const filtered = await search('圆', {
    filter: { takenOn: { from: '2023-06-01', to: '2023-08-31' }, takenAtSource: 'EXIF' },
  });
  expect(filtered.understood).toBeNull();
  expect(found.edges).toEqual(filtered.edges);
});

test('pages go on in the same range, and a cursor is one of its search', async () => {
  const first = await search('2023年夏天的圆', { first: 2 });
  expect(first.pageInfo.hasNextPage).toBe(true);
  const after = first.pageInfo.endCursor;
  const second = await search('2023年夏天的圆', { first: 2, after });
  expect(second.understood).toEqual(first.understood);
  expect([...names(first), ...names(second)].sort()).toEqual(SUMMER);
  expect(second.pageInfo.hasNextPage).toBe(false);
  for (const [text, variables] of [
    ['2023年夏天的圆', { after, datesInWords: false }],
    ['2023年夏天的红', { after }],
    ['圆', { after }],
    ['2023年夏天的圆', { after: after?.replace(/^d\d/, 'd9') }],
  ] as const) {
    const { errors } = await server.graphql(OPERATION, { query: { text }, collection: '照片', ...variables });
    expect(errors?.[0]?.extensions?.code).toBe('INVALID_INPUT');
  }
});

test('only a date is all pictures of that time, and none of them is doubted', async () => {
  const found = await search('2023年夏天');
  expect(found.understood).toMatchObject({ text: '2023年夏天', words: '2023年夏天' });
  expect(names(found)).toEqual(SUMMER);
  expect(found.edges.map(({ node }) => node.isRelevant)).toEqual([null, null, null]);
  // The order is that of the whole text.
  const plain = await search('2023年夏天', { datesInWords: false });
  const order = plain.edges.map(({ node }) => node.image.imageId).filter((name) => SUMMER.includes(name));
  expect(found.edges.map(({ node }) => node.image.imageId)).toEqual(order);
});

test('a filter and a date are one condition, and no picture of that time is an answer', async () => {
  expect(names(await search('2023年夏天的圆', { filter: { folder: 'trip' } }))).toEqual(['trip/july.jpg']);
  const none = await search('2001年夏天的圆');
  expect(none).toMatchObject({ totalCount: 0, edges: [], understood: { words: '2001年夏天' } });
});

test('a text stays as it is without a date, without a camera in the collection, and when the client says so', async () => {
  const all = 7;
  for (const text of ['圆', '夏天的圆', '2023个圆']) {
    const [found, plain] = [await search(text), await search(text, { datesInWords: false })];
    expect(found).toMatchObject({ totalCount: all, understood: null, understanding: { usedText: text } });
    expect(found).toEqual(plain);
    const { searchImages } = await server.data<{ searchImages: { distance: number }[] }>(
      `{ searchImages(text: "${text}", collection: "照片", topK: 100) { distance } }`,
    );
    expect(searchImages.map(({ distance }) => distance)).toEqual(found.edges.map(({ node }) => node.distance));
  }
  expect(await search('2023年夏天的圆', { collection: '图画' })).toMatchObject({ totalCount: 2, understood: null });
  expect(await search('2023年夏天的圆', { datesInWords: false })).toMatchObject({ totalCount: all, understood: null });
});

test('searchImages reads dates when the client says so', async () => {
  const find = async (text: string, more: string): Promise<string[]> => {
    const { searchImages } = await server.data<{ searchImages: { image: { imageId: string } }[] }>(
      `{ searchImages(text: "${text}", collection: "照片", topK: 10, ${more}) { image { imageId } } }`,
    );
    return searchImages.map(({ image }) => image.imageId);
  };
  const byTime = 'orderBy: {field: TAKEN_AT, direction: ASC}';
  expect(await find('2023年夏天', `datesInWords: true, ${byTime}`)).toEqual([
    ...['june-1.jpg', 'trip/july.jpg', 'august-31.jpg'],
  ]);
  expect(await find('2023年夏天的圆', 'datesInWords: true, filter: {folder: "trip"}')).toEqual(['trip/july.jpg']);
  expect(await find('2001年的圆', 'datesInWords: true')).toEqual([]);
  expect(await find('2023年夏天的圆', byTime)).toHaveLength(7);
});

test('several collections have one range', async () => {
  const found = await search('2023年夏天的圆', { collection: null, everywhere: true, first: 2 });
  expect(found.understood).toMatchObject({ text: '圆' });
  const { endCursor: after } = found.pageInfo;
  const rest = await search('2023年夏天的圆', { collection: null, everywhere: true, first: 2, after });
  expect([...names(found), ...names(rest)].sort()).toEqual(SUMMER);
});

test('today is that of the given time zone, and an unknown zone is refused', async () => {
  const { errors } = await server.graphql(OPERATION, {
    ...{ query: { text: '昨天的圆' }, collection: '照片', timeZone: 'Middle/Earth' },
  });
  expect(errors?.[0]).toMatchObject({
    message: expect.stringMatching(/timeZone is "Middle\/Earth"; give an IANA name/) as string,
    extensions: { code: 'INVALID_INPUT' },
  });
  const found = await search('昨天的圆', { timeZone: 'Asia/Shanghai' });
  const yesterday = new Date(Date.now() + 8 * 3_600_000 - 86_400_000).toISOString().slice(0, 10);
  expect(found.understood?.['takenAfter']).toBe(`${yesterday}T00:00:00`);
});

test.each(['2023-02-30', '2023-1-1', 'yesterday', '1970', ''])('takenOn refuses the day %j', async (day) => {
  const { errors } = await server.graphql(OPERATION, {
    ...{ query: { text: '圆' }, collection: '照片', filter: { takenOn: { from: day } } },
  });
  expect(errors?.[0]).toMatchObject({ message: expect.stringMatching(/write it as 2025-06-01/) as string });
});
