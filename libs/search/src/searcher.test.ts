import {
  QUIET_MS,
  type Collection,
  type ImageRowWithEmbedding,
  type MetadataReader,
  type ModelInfo,
  type TextEncoder,
  type VectorStore,
} from '@wentu/domain';
import { Searcher } from './searcher';
import { fake } from './testing/fake';

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
  model: 'm',
  space: 's',
  dimension: 2,
  imageCount: 0,
  sizeBytes: 0,
  createdAt: new Date(0),
};
const angle = (radians: number): Float32Array => Float32Array.of(Math.cos(radians), Math.sin(radians));

function row(
  id: number,
  radians: number,
  state: ImageRowWithEmbedding['state'] = 'READY',
  imageId = `i${id}`,
): ImageRowWithEmbedding {
  const rest = {
    contentHash: 'h',
    mimeType: 'image/png',
    width: 1,
    height: 1,
    sizeBytes: 1,
    original: { kind: 'copied' } as const,
  };
  return { id, collectionId: 1, imageId, state, embedding: angle(radians), ...rest };
}

/** Fakes at the ports: rows as given, an index that answers with the ids it was given, nearest first. */
function setUp(
  rows: ImageRowWithEmbedding[],
  indexed: number[],
  options: { unsettled?: number; collection?: Collection } = {},
) {
  const limits: number[] = [];
  const read: number[] = [];
  const quiet: boolean[] = [];
  const reader = fake<MetadataReader>({
    findCollection: async (name: string) => (name === 'c' ? (options.collection ?? collection) : null),
    settlement: async () => ({ unsettled: options.unsettled ?? 0, newestId: 1 }),
    getImages: async (ids: readonly number[]) => {
      read.push(...ids);
      return rows.filter(({ id }) => ids.includes(id));
    },
    findImages: async (_id: number, imageIds: readonly string[]) =>
      rows.filter((r) => r.state === 'READY' && imageIds.includes(r.imageId)),
  });
  const vectors = fake<VectorStore>({
    search: async (_index: string, _queries: unknown, limit: number, isQuiet: boolean) => {
      limits.push(limit);
      quiet.push(isQuiet);
      return [indexed.slice(0, limit).map((id) => ({ id, distance: 0 }))];
    },
  });
  const encoder: TextEncoder = {
    model,
    encodeTexts: async (texts) => texts.map((text) => angle(text === '草' ? 1 : 0)),
  };
  const searcher = new Searcher(reader, vectors, encoder, {
    maxTopK: 1_000,
    maxTextLength: 10,
    maxTexts: 3,
  });
  return { searcher, limits, read, quiet };
}

test('rescores from the rows: nearest first, equal distances by id, whatever the index said', async () => {
  const { searcher } = setUp([row(1, 0.5), row(4, 0.2), row(3, 0.2), row(2, 0.1)], [1, 4, 3, 2]);
  const hits = await searcher.search('狗', 'c', 4);
  expect(hits.map((hit) => hit.image.id)).toEqual([2, 3, 4, 1]);
  expect(hits[0]!.similarity).toBeCloseTo(Math.cos(0.1), 6);
});

test('rows that are not READY take no place in the answer', async () => {
  const { searcher, limits } = setUp(
    [row(1, 0, 'PENDING'), row(2, 0.1, 'TOMBSTONE'), row(3, 0.2), row(4, 0.3)],
    [1, 2, 3, 4],
    { unsettled: 2 },
  );
  expect((await searcher.search('狗', 'c', 2)).map((hit) => hit.image.id)).toEqual([3, 4]);
  expect(limits).toEqual([4]);
});

test('asks the index again when more was in flight than the count said', async () => {
  const hidden = Array.from({ length: 10 }, (_, i) => row(i + 1, 0, 'PENDING'));
  const { searcher, limits } = setUp([...hidden, row(20, 0.2)], [...hidden.map((r) => r.id), 20]);
  expect((await searcher.search('狗', 'c', 1)).map((hit) => hit.image.id)).toEqual([20]);
  expect(limits).toEqual([1, 2, 4, 8, 16]);
});

test('a collection that gets no images for a while is searched as one that is quiet, until a repair', async () => {
  const { searcher, quiet } = setUp([row(1, 0.1)], [1]);
  const now = jest.spyOn(performance, 'now').mockReturnValue(1_000);
  await searcher.search('狗', 'c', 1);
  now.mockReturnValue(1_000 + QUIET_MS);
  await searcher.search('狗', 'c', 1);
  await searcher.find({ text: '狗' }, 'c', 1, {});
  searcher.stir();
  await searcher.search('狗', 'c', 1);
  now.mockRestore();
  expect(quiet).toEqual([false, true, true, false]);
});

test('a version replaced since the index answered gives its place to the one that is current', async () => {
  const { searcher } = setUp([row(1, 0.1, 'TOMBSTONE', 'same'), row(9, 0.3, 'READY', 'same')], [1]);
  expect((await searcher.search('狗', 'c', 1)).map((hit) => hit.image.id)).toEqual([9]);
});

test.each([0, -1, 1.5, 1_001, 1e9])('topK %d is INVALID_INPUT', async (topK) => {
  await expect(setUp([], []).searcher.search('狗', 'c', topK)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
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
    /holds RN50 embeddings \(1024-d\); .* m embeddings \(2-d\)\. Start it with WENTU_MODEL=RN50/,
  ],
  [
    { space: 'other' },
    /holds m embeddings \(2-d, space other\); .*\(2-d, space .*\), which is another model of the same name/,
  ],
  [{ model: 'RN50', space: 'RN50' }, /of a model that was not installed then: install it/],
])('a collection of another space is INDEX_MISMATCH with both and the way out (%#)', async (other, message) => {
  const { searcher } = setUp([], [], { collection: { ...collection, ...other } });
  await expect(searcher.search('狗', 'c', 1)).rejects.toMatchObject({
    code: 'INDEX_MISMATCH',
    message: expect.stringMatching(message) as string,
  });
});

test('rankTexts gives probabilities that sum to 1', async () => {
  const { searcher } = setUp([row(1, 0.4, 'READY', 'a.png')], [1]);
  const ranked = await searcher.rankTexts(['一', '二'], 'c', 'a.png');
  expect(ranked.map((r) => r.probability)).toEqual([0.5, 0.5]);
  await expect(searcher.rankTexts([], 'c', 'a.png')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expect(searcher.rankTexts(['一'], 'c', 'b.png')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

describe('find', () => {
  const rows = [row(1, 0.1), row(2, 0.3), row(3, -0.6), row(4, 1.2)];
  const find = async (
    ...[sought, options = {}]: [Parameters<Searcher['find']>[0], Parameters<Searcher['find']>[3]?]
  ) => {
    const found = await setUp(rows, [1, 2, 3, 4]).searcher.find(sought, 'c', 4, options);
    return (await found.slice(0, 4)).map(({ image }) => image.id);
  };

  test('by a text or a vector is by similarity', async () => {
    expect(await find({ text: '狗' })).toEqual([1, 2, 3, 4]);
    expect(await find({ vector: angle(1.3) })).toEqual([4, 2, 1, 3]);
  });

  test('by an image of the collection finds those like it, and not itself', async () => {
    expect(await find({ imageId: 'i4' })).toEqual([2, 1, 3]);
    await expect(find({ imageId: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('what is like a text to be avoided comes later; similarities are still those to what is sought', async () => {
    expect(await find({ text: '狗' }, { avoid: '草' })).toEqual([3, 1, 2, 4]);
    const found = await setUp(rows, [1, 2, 3, 4]).searcher.find({ text: '狗' }, 'c', 4, { avoid: '草' });
    const [first] = await found.slice(0, 1);
    expect(first!.similarity).toBeCloseTo(Math.cos(0.6), 6);
    // The same text on both sides is that text.
    expect(await find({ text: '草' }, { avoid: '草' })).toEqual(await find({ text: '草' }));
  });

  test('less similar ones are left out', async () => {
    expect(await find({ text: '狗' }, { minSimilarity: Math.cos(0.4) })).toEqual([1, 2]);
    for (const minSimilarity of [-1.1, 1.1, NaN])
      await expect(find({ text: '狗' }, { minSimilarity })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  test.each(['', '  ', '字'.repeat(11)])('the text to be avoided has the limits of the other: %j', async (avoid) => {
    await expect(find({ text: '狗' }, { avoid })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  test('rows are read when they are asked for; while others are in flight at once, and only hits count', async () => {
    const many = Array.from({ length: 300 }, (_, i) => row(i + 1, (i + 1) / 1_000));
    const ids = many.map(({ id }) => id);
    const settled = setUp(many.slice(0, 200), ids);
    const found = await settled.searcher.find({ text: '狗' }, 'c', 300, {});
    expect([found.total, settled.read.length]).toEqual([300, 0]);
    expect((await found.slice(0, 10)).map(({ image }) => image.id)).toEqual(ids.slice(0, 10));
    expect([found.total, settled.read.length]).toEqual([300, 64]);
    // Two pages at once: each row is read once. The last hundred are gone.
    const [page, last] = await Promise.all([found.slice(60, 70), found.slice(195, 300)]);
    expect(page.map(({ image }) => image.id)).toEqual(ids.slice(60, 70));
    expect(last.map(({ image }) => image.id)).toEqual(ids.slice(195, 200));
    expect([found.total, settled.read]).toEqual([200, ids]);
    const busy = setUp(many.slice(0, 200), ids, { unsettled: 1 });
    expect((await busy.searcher.find({ text: '狗' }, 'c', 300, {})).total).toBe(200);
  });
});
