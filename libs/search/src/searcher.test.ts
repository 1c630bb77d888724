import { Searcher } from './searcher';
import type { SearchTarget } from './query-terms';
import { angle, collection, encoders, HIDDEN, ofSecond, row, setUp } from './testing/search-setup';

test('computes distances from the rows: nearest first, equal distances by id, in whatever order the index answers', async () => {
  const { searcher } = setUp([row(1, 0.5), row(4, 0.2), row(3, 0.2), row(2, 0.1)], [1, 4, 3, 2]);
  const hits = await searcher.search('狗', 'c', 4);
  expect(hits.map((hit) => hit.image.id)).toEqual([2, 3, 4, 1]);
  expect(hits[0]!.similarity).toBeCloseTo(Math.cos(0.1), 6);
});

test('an image that a change of the model has hidden is refused as a query, with the remedy', async () => {
  const { searcher } = setUp([row(1, 0)], [1]);
  for (const asked of [searcher.page({ imageId: HIDDEN }, 'c', { first: 1 }), searcher.rankTexts(['狗'], 'c', HIDDEN)])
    await expect(asked).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringMatching(/"hidden".*no embedding of m.*Load it again/) as string,
    });
});

test('a search whose space is dropped meanwhile is answered in the new space', async () => {
  // The search begins in the space 3. Its rows are dropped before they are read.
  const before = { ...collection, activeSpace: { ...collection.activeSpace, id: 3 } };
  const { reader, vectors, measures } = setUp([row(1, 0), row(2, 0.1)], [1, 2]);
  const asked: string[] = [];
  let isFirst = true;
  const find = async () => (isFirst ? before : collection);
  const getEmbedded = async (spaceId: number, wanted: readonly number[]) => {
    isFirst = false;
    return spaceId === 3 ? [] : await reader.images.getEmbedded(spaceId, wanted);
  };
  const searcher = new Searcher(
    { collections: { ...reader.collections, find }, images: { ...reader.images, getEmbedded } },
    {
      ...vectors,
      search: async (index, search) => {
        asked.push(index);
        return await vectors.search('w3_1_4', search);
      },
    },
    encoders,
    { maxTextLength: 10, maxTexts: 3 },
    measures,
  );
  expect((await searcher.search('狗', 'c', 2)).map(({ image }) => image.id)).toEqual([1, 2]);
  expect(asked).toEqual(['w3_1_3', 'w3_1_4']);
  isFirst = true;
  expect((await searcher.page({ text: '狗' }, 'c', { first: 2 })).hits.map(({ hit }) => hit.image.id)).toEqual([1, 2]);
});

test('hits from the line on are relevant to a text, and nothing is known of other queries', async () => {
  const rows = [row(1, 0.5), row(2, 0.1), row(3, 0.3)];
  const { searcher } = setUp(rows, [1, 2, 3], { line: Math.cos(0.4) });
  const relevant = async (target: SearchTarget): Promise<unknown> =>
    (await searcher.page(target, 'c', { first: 10 })).hits.map(({ hit }) => [hit.image.id, hit.isRelevant]);
  const expected = [
    [2, true],
    [3, true],
    [1, false],
  ];
  expect(await relevant({ text: '狗' })).toEqual(expected);
  expect((await searcher.search('狗', 'c', 4)).map((hit) => [hit.image.id, hit.isRelevant])).toEqual(expected);
  expect(await relevant({ key: 'k', encode: async () => Float32Array.of(1, 0) })).toEqual([
    [2, null],
    [3, null],
    [1, null],
  ]);
  const unmeasured = setUp(rows, [1, 2, 3]);
  expect((await unmeasured.searcher.search('狗', 'c', 1)).map((hit) => hit.isRelevant)).toEqual([null]);
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

test('a search requests a version that changes with new images, repairs, re-encodings and attributes', async () => {
  const rows = [row(1, 0.1)];
  const options = { reencodingId: 0, attributesVersion: 0 };
  const { searcher, freshness } = setUp(rows, [1], options);
  await searcher.search('狗', 'c', 1);
  await searcher.page({ text: '狗' }, 'c', { first: 1 });
  rows.push(row(2, 0.2));
  await searcher.search('狗', 'c', 1);
  searcher.noteRepair();
  await searcher.search('狗', 'c', 1);
  options.reencodingId = 7;
  await searcher.search('狗', 'c', 1);
  options.attributesVersion = 3;
  await searcher.search('狗', 'c', 1);
  expect(freshness.map((each) => (each as { version: string }).version)).toEqual([
    ...['1.0.0.0', '1.0.0.0', '2.0.0.0', '2.0.0.1', '2.7.0.1', '2.7.3.1'],
  ]);
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
    /"c" holds RN50 embeddings \(1024-d, space rn50\), and no installed model .*Install the model RN50 .*wentu model add.*wentu reencode\)$/,
  ],
  [
    { space: 'other' },
    /holds m embeddings \(2-d, space other\), and no installed model makes those\. Install the model m/,
  ],
  [{ model: 'RN50', space: 'RN50' }, /of a model that was not installed then\. Install it/],
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
