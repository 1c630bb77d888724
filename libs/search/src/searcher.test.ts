import {
  type Collection,
  type Freshness,
  type EmbeddedImage,
  type ModelInfo,
  type TextEncoder,
  type TextEncoders,
  type TextExplainer,
  type VectorHit,
  type VectorStore,
} from '@wentu/domain';
import { readCursor } from './search-cursor';
import { Searcher, type PageOptions, type SearchPage, type SearchTarget } from './searcher';

const model: ModelInfo = {
  name: 'm',
  space: 's',
  dimension: 2,
  imageSize: 8,
  contextLength: 52,
  logitScale: 4.6,
  preprocessing: 'p',
};
const collection: Collection = {
  id: 1,
  name: 'c',
  activeSpace: { id: 4, model: 'm', space: 's', dimension: 2 },
  imageCount: 0,
  sizeBytes: 0,
  createdAt: new Date(0),
};
const angle = (radians: number): Float32Array => Float32Array.of(Math.cos(radians), Math.sin(radians));

function row(id: number, radians: number, state: EmbeddedImage['state'] = 'READY', imageId = `i${id}`): EmbeddedImage {
  const rest = {
    contentHash: 'h',
    mimeType: 'image/png',
    width: 1,
    height: 1,
    sizeBytes: 1,
    original: { kind: 'copied' } as const,
  };
  return { id, collectionId: 1, imageId, state, vector: angle(radians), ...rest };
}

/** Distances in float32, as an index computes them; large for ids without a row. */
function distanceTo(query: Float32Array | undefined, found: EmbeddedImage | undefined): number {
  if (!query || !found) return 4;
  return Math.fround(found.vector.reduce((sum, value, i) => sum + (value - query[i]!) ** 2, 0));
}

const byDistance = (a: VectorHit, b: VectorHit): number => a.distance - b.distance;

type Encoder = TextEncoder & TextExplainer;

/** Each text has its own angle in each space, and each model knows different words. */
const encoderOf = (info: ModelInfo, angles: Record<string, number>): Encoder => ({
  model: info,
  encodeTexts: async (texts) => texts.map((text) => angle(angles[text] ?? 0)),
  explainTexts: async (texts) =>
    texts.map((text) => ({ understood: true, unknownWords: [info.name], usedText: text, ignoredText: '' })),
});
const own = encoderOf(model, { 草: 1 });
const second = encoderOf({ ...model, name: 'm2', space: 's2', logitScale: 0 }, { 狗: 0.3, 草: -1 });
const encoders = {
  own,
  of: async ({ space }) => (space === 's' ? own : space === 's2' ? second : null),
} satisfies TextEncoders;
const ofSecond: Collection = { ...collection, activeSpace: { id: 4, model: 'm2', space: 's2', dimension: 2 } };

/** Fakes at the ports: the given rows, and an index that answers with the given ids, in that order or nearest first. */
function setUp(
  rows: EmbeddedImage[],
  indexed: number[],
  options: { unsettled?: number; isOrdered?: boolean; collection?: Collection } = {},
) {
  const limits: number[] = [];
  const read: number[] = [];
  const freshness: (Freshness | undefined)[] = [];
  const reader = {
    collections: {
      find: async (name: string) => (name === 'c' ? (options.collection ?? collection) : null),
      list: async () => [],
      findById: async (id: number) => (id === 1 ? collection : null),
    },
    images: {
      settlement: async () => ({
        unsettled: options.unsettled ?? 0,
        newestId: Math.max(1, ...rows.filter(({ state }) => state === 'READY').map(({ id }) => id)),
      }),
      getEmbedded: async (spaceId: number, ids: readonly number[]) => {
        expect(spaceId).toBe(4);
        read.push(...ids);
        return rows.filter(({ id }) => ids.includes(id));
      },
      findEmbedded: async (_id: number, _spaceId: number, imageIds: readonly string[]) =>
        rows.filter((r) => r.state === 'READY' && imageIds.includes(r.imageId)),
    },
  } satisfies ConstructorParameters<typeof Searcher>[0];
  const vectors = {
    search: async (index, { queries: [query], limit, freshness: wanted }) => {
      expect(index).toBe('w2_1_4');
      limits.push(limit);
      freshness.push(wanted);
      const row = (id: number): EmbeddedImage | undefined => rows.find((one) => one.id === id);
      const entries = indexed.map((id) => ({ id, distance: distanceTo(query, row(id)) }));
      return [(options.isOrdered ? entries.sort(byDistance) : entries).slice(0, limit)];
    },
  } satisfies Pick<VectorStore, 'search'>;
  const searcher = new Searcher(reader, vectors, encoders, { maxTextLength: 10, maxTexts: 3 });
  return { searcher, limits, read, freshness };
}

test('computes distances from the rows: nearest first, equal distances by id, in whatever order the index answers', async () => {
  const { searcher } = setUp([row(1, 0.5), row(4, 0.2), row(3, 0.2), row(2, 0.1)], [1, 4, 3, 2]);
  const hits = await searcher.search('狗', 'c', 4);
  expect(hits.map((hit) => hit.image.id)).toEqual([2, 3, 4, 1]);
  expect(hits[0]!.similarity).toBeCloseTo(Math.cos(0.1), 6);
});

test('rows that are not READY do not reduce the number of hits', async () => {
  const { searcher, limits } = setUp(
    [row(1, 0, 'PENDING'), row(2, 0.1, 'TOMBSTONE'), row(3, 0.2), row(4, 0.3)],
    [1, 2, 3, 4],
    { unsettled: 2 },
  );
  expect((await searcher.search('狗', 'c', 2)).map((hit) => hit.image.id)).toEqual([3, 4]);
  expect(limits).toEqual([4]);
});

test('searches the index again when more rows were unfinished than counted', async () => {
  const hidden = Array.from({ length: 10 }, (_, i) => row(i + 1, 0, 'PENDING'));
  const { searcher, limits } = setUp([...hidden, row(20, 0.2)], [...hidden.map((r) => r.id), 20]);
  expect((await searcher.search('狗', 'c', 1)).map((hit) => hit.image.id)).toEqual([20]);
  expect(limits).toEqual([1, 2, 4, 8, 16]);
});

test('a search requests a version that changes with new images and repairs', async () => {
  const rows = [row(1, 0.1)];
  const { searcher, freshness } = setUp(rows, [1]);
  await searcher.search('狗', 'c', 1);
  await searcher.page({ text: '狗' }, 'c', { first: 1 });
  rows.push(row(2, 0.2));
  await searcher.search('狗', 'c', 1);
  searcher.noteRepair();
  await searcher.search('狗', 'c', 1);
  expect(freshness).toEqual([{ version: '1.0' }, { version: '1.0' }, { version: '2.0' }, { version: '2.1' }]);
});

test('a version that was replaced after the index answered is shown as its replacement', async () => {
  const { searcher } = setUp([row(1, 0.1, 'TOMBSTONE', 'same'), row(9, 0.3, 'READY', 'same')], [1]);
  expect((await searcher.search('狗', 'c', 1)).map((hit) => hit.image.id)).toEqual([9]);
});

test.each(['', ' \n\t', '狗'.repeat(11), '𠮷'.repeat(11), 'x'.repeat(100_000)])(
  'an empty or overlong text is INVALID_INPUT',
  async (text) => {
    await expect(setUp([], []).searcher.search(text, 'c', 1)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  },
);

test('the length of a text is counted in code points', async () => {
  await expect(setUp([], []).searcher.search('𠮷'.repeat(10), 'c', 1)).resolves.toEqual([]);
});

test('an unknown collection is NOT_FOUND', async () => {
  await expect(setUp([], []).searcher.search('狗', 'x', 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test.each([
  [
    { model: 'RN50', space: 'rn50', dimension: 1_024 },
    /"c" holds RN50 embeddings \(1024-d, space rn50\), and no installed model .* wentu model add RN50,.* new collection$/,
  ],
  [
    { space: 'other' },
    /holds m embeddings \(2-d, space other\), and no installed model makes those\. Install the model m/,
  ],
  [{ model: 'RN50', space: 'RN50' }, /of a model that was not installed then: install it/],
])(
  'a collection without an installed model of its space is INDEX_MISMATCH, with the remedy (%#)',
  async (of, message) => {
    const activeSpace = { ...collection.activeSpace, ...of };
    const { searcher } = setUp([row(1, 0.1), row(2, 0.2)], [1, 2], { collection: { ...collection, activeSpace } });
    const refused = { code: 'INDEX_MISMATCH', message: expect.stringMatching(message) as string };
    const encode = async (): Promise<Float32Array> => angle(0);
    await expect(searcher.search('狗', 'c', 1)).rejects.toMatchObject(refused);
    await expect(searcher.page({ key: 'k', encode }, 'c', { first: 1 })).rejects.toMatchObject(refused);
    await expect(searcher.page({ imageId: 'i1' }, 'c', { first: 1, avoid: '草' })).rejects.toMatchObject(refused);
    await expect(searcher.rankTexts(['狗'], 'c', 'i1')).rejects.toMatchObject(refused);
    await expect(searcher.explainText('狗', 'c')).rejects.toMatchObject(refused);
    expect(await searcher.isSearchable({ activeSpace })).toBe(false);
    expect(await searcher.isSearchable(collection)).toBe(true);
    // Calls that need no model succeed.
    const like = await searcher.page({ imageId: 'i1' }, 'c', { first: 1 });
    expect(like.hits.map(({ hit }) => hit.image.id)).toEqual([2]);
  },
);

describe('a collection of another installed model', () => {
  const rows = [row(1, 0), row(2, 0.3), row(3, 1.2)];
  const { searcher } = setUp(rows, [1, 2, 3], { collection: ofSecond, isOrdered: true });

  test('is searched with that model, also with a text to avoid', async () => {
    expect((await searcher.search('狗', 'c', 1)).map((hit) => hit.image.id)).toEqual([2]);
    const page = await searcher.page({ text: '狗' }, 'c', { first: 3, avoid: '草' });
    expect(page.hits.map(({ hit }) => hit.image.id)).toEqual([3, 2, 1]);
  });

  test('is searched by a picture in its space', async () => {
    const spaces: string[] = [];
    const encode = async ({ space }: { space: string }): Promise<Float32Array> => (spaces.push(space), angle(1.2));
    const page = await searcher.page({ key: 'k', encode }, 'c', { first: 1 });
    expect([page.hits[0]?.hit.image.id, spaces]).toEqual([3, ['s2']]);
  });

  test('ranks texts with the logit scale of that model, and explains texts with that model', async () => {
    const ranked = async (it: Searcher): Promise<number[]> =>
      (await it.rankTexts(['狗', '草'], 'c', 'i2')).map(({ probability }) => probability);
    const [one = 0, other = 0] = await ranked(searcher);
    // The logit scale of this model is 0, so the factor is 1.
    expect(one / other).toBeCloseTo(Math.exp(1 - Math.cos(1.3)), 5);
    expect((await searcher.explainText('狗', 'c')).unknownWords).toEqual(['m2']);
  });
});

test('without any collection, explains a text with the model of the server', async () => {
  expect((await setUp([], []).searcher.explainText('狗', null)).unknownWords).toEqual(['m']);
  await expect(setUp([], []).searcher.explainText('狗', 'x')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(setUp([], []).searcher.explainText('狗'.repeat(11), null)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });
});

test('rankTexts gives probabilities that sum to 1', async () => {
  const { searcher } = setUp([row(1, 0.4, 'READY', 'a.png')], [1]);
  const ranked = await searcher.rankTexts(['一', '二'], 'c', 'a.png');
  expect(ranked.map((r) => r.probability)).toEqual([0.5, 0.5]);
  await expect(searcher.rankTexts([], 'c', 'a.png')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expect(searcher.rankTexts(['一'], 'c', 'b.png')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

const ids = ({ hits }: SearchPage): number[] => hits.map(({ hit: { image } }) => image.id);

describe('page', () => {
  const rows = [row(1, 0.1), row(2, 0.3), row(3, -0.6), row(4, 1.2)];
  const page = async (target: SearchTarget, options: Partial<PageOptions> = {}): Promise<SearchPage> =>
    await setUp(rows, [1, 2, 3, 4]).searcher.page(target, 'c', { first: 4, ...options });

  test('orders the hits of a text or a vector by similarity', async () => {
    expect(ids(await page({ text: '狗' }))).toEqual([1, 2, 3, 4]);
    expect(ids(await page({ encode: async () => angle(1.3), key: 'k' }))).toEqual([4, 2, 1, 3]);
  });

  test('finds images similar to an image of the collection, but not the image itself', async () => {
    const found = await page({ imageId: 'i4' });
    expect([ids(found), found.total]).toEqual([[2, 1, 3], 3]);
    await expect(page({ imageId: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('moves images similar to the text to avoid to the end; similarities are still those to the query', async () => {
    const found = await page({ text: '狗' }, { avoid: '草' });
    expect(ids(found)).toEqual([3, 1, 2, 4]);
    expect(found.hits[0]!.hit.similarity).toBeCloseTo(Math.cos(0.6), 6);
    // Avoiding the query text itself changes nothing.
    expect(ids(await page({ text: '草' }, { avoid: '草' }))).toEqual(ids(await page({ text: '草' })));
  });

  test('leaves out less similar images', async () => {
    const found = await page({ text: '狗' }, { minSimilarity: Math.cos(0.4) });
    expect([ids(found), found.total, found.hasNextPage]).toEqual([[1, 2], 2, false]);
    for (const minSimilarity of [-1.1, 1.1, NaN])
      await expect(page({ text: '狗' }, { minSimilarity })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  test.each(['', '  ', '字'.repeat(11)])('the text to avoid has the same limits as the query: %j', async (avoid) => {
    await expect(page({ text: '狗' }, { avoid })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});

describe('pages', () => {
  const query = { text: '狗' };
  const many = Array.from({ length: 300 }, (_, i) => row(i + 1, (i + 1) / 1_000));
  const all = many.map(({ id }) => id);
  const ordered = (rows: EmbeddedImage[]) =>
    setUp(
      rows,
      rows.map(({ id }) => id),
      { isOrdered: true },
    );
  const after = (found: SearchPage): string => found.hits.at(-1)!.cursor;
  async function walk(searcher: () => Searcher, first: number, options: Partial<PageOptions> = {}) {
    const pages = [await searcher().page(query, 'c', { first, ...options })];
    while (pages.at(-1)!.hasNextPage)
      pages.push(await searcher().page(query, 'c', { first, after: after(pages.at(-1)!), ...options }));
    return pages;
  }

  test('follow each other, in a process that has not seen the search before', async () => {
    const pages = await walk(() => ordered(many).searcher, 70);
    expect(pages.flatMap(ids)).toEqual(all);
    expect(pages.map(({ total }) => total)).toEqual(Array(5).fill(300));
    expect(pages.map(({ hasPreviousPage }) => hasPreviousPage)).toEqual([false, true, true, true, true]);
    // Also from the middle of a page.
    const { searcher } = ordered(many);
    expect(ids(await searcher.page(query, 'c', { first: 3, after: pages[0]!.hits[9]!.cursor }))).toEqual([11, 12, 13]);
  });

  test('read the rows of their own hits, and few others', async () => {
    const { searcher, read } = ordered(many);
    const first = await searcher.page(query, 'c', { first: 10 });
    expect([first.total, read.length]).toEqual([300, 64]);
    const far = (await searcher.page(query, 'c', { first: 200 })).hits.at(-1)!.cursor;
    read.length = 0;
    const next = await searcher.page(query, 'c', { first: 10, after: far });
    expect(ids(next)).toEqual(all.slice(200, 210));
    expect(read.length).toBeLessThan(150);
  });

  test('count only hits while rows are unfinished', async () => {
    const { searcher } = setUp(many.slice(0, 200), all, { unsettled: 1 });
    expect((await searcher.page(query, 'c', { first: 10 })).total).toBe(200);
  });

  test('leave out images that were added later, and miss no image when others are removed', async () => {
    const first = await ordered(many).searcher.page(query, 'c', { first: 100 });
    // Nearer images and images in between are new; the shown images are removed.
    const added = [row(301, 0), row(302, 0.1505), row(303, 0.2505)];
    const rows = [...many.slice(50), ...added];
    const rest = ordered(rows).searcher;
    const second = await rest.page(query, 'c', { first: 200, after: after(first) });
    expect([ids(second), second.total, second.hasNextPage]).toEqual([all.slice(100), 300, false]);
  });

  test('order equal distances by id', async () => {
    const same = Array.from({ length: 30 }, (_, i) => row(i + 1, 0.5));
    const pages = await walk(() => setUp(same, same.map(({ id }) => id).reverse()).searcher, 7);
    expect(pages.flatMap(ids)).toEqual(same.map(({ id }) => id));
  });

  test('have at most 1,000 hits in total', async () => {
    const lots = Array.from({ length: 1_200 }, (_, i) => row(i + 1, (i + 1) / 10_000));
    const pages = await walk(
      () =>
        setUp(
          lots,
          lots.map(({ id }) => id),
        ).searcher,
      400,
    );
    expect(pages.map(({ hits }) => hits.length)).toEqual([400, 400, 200]);
    expect(pages.map(({ total }) => total)).toEqual([1_000, 1_000, 1_000]);
  });

  test('keep one order with a text to avoid and a minimum similarity', async () => {
    const options = { avoid: '草', minSimilarity: Math.cos(0.2) };
    const whole = ids(await ordered(many).searcher.page(query, 'c', { first: 1_000, ...options }));
    expect(whole).toHaveLength(200);
    const pages = await walk(() => ordered(many).searcher, 30, options);
    expect(pages.flatMap(ids)).toEqual(whole);
  });

  test('without a collection name stay in the collection of the cursor', async () => {
    const { searcher } = ordered(many);
    const first = await searcher.page(query, 'c', { first: 5 });
    const next = await searcher.page(query, null, { first: 5, after: after(first) });
    expect([next.collection, ids(next)]).toEqual(['c', [6, 7, 8, 9, 10]]);
  });

  test.each<[string, SearchTarget, Partial<PageOptions>]>([
    ['text', { text: '猫' }, {}],
    ['picture', { encode: async () => angle(0), key: 'k' }, {}],
    ['text to avoid', query, { avoid: '草' }],
    ['minimum similarity', query, { minSimilarity: 0 }],
  ])('refuse a cursor of a search with another %s, with the remedy', async (_, target, options) => {
    const { searcher } = ordered(many);
    const cursor = after(await searcher.page(query, 'c', { first: 5 }));
    await expect(searcher.page(target, 'c', { first: 5, after: cursor, ...options })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringMatching(/another search.*repeat/) as string,
    });
  });

  test('refuse every string that is not their cursor', async () => {
    const { searcher } = ordered(many);
    const cursor = after(await searcher.page(query, 'c', { first: 5 }));
    expect(readCursor(cursor)).toMatchObject({ id: 5, shown: 5, total: 300 });
    for (const bad of ['', 'x', `${cursor}A`, cursor.slice(0, -4), `B${cursor.slice(1)}`, '../..', 'A'.repeat(50)])
      await expect(searcher.page(query, 'c', { first: 5, after: bad })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
      });
  });
});
