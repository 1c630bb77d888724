import {
  imageAttributes,
  matches,
  matchWords,
  type Collection,
  type EmbeddedImage,
  type WordLine,
} from '@wentu/domain';
import type { PageOptions, SearchPage } from './search-page';
import type { SearchScope } from './search-scope';
import { collection, encoders, ids, row } from './testing/search-setup';
import { WordSearcher } from './word-searcher';

const line = (text: string, at = 0): WordLine => ({
  text,
  confidence: 1,
  box: [0, 1, 2, 3].map((x) => ({ x: x + at, y: at })) as unknown as WordLine['box'],
});
const second: Collection = {
  ...collection,
  id: 2,
  name: 'd',
  activeSpace: { ...collection.activeSpace, id: 5, space: 's2' },
};
const unknown: Collection = {
  ...collection,
  id: 3,
  name: 'e',
  activeSpace: { ...collection.activeSpace, id: 6, space: 's3' },
};

/** Fakes at the ports: rows of collections, each with its lines. */
class Bench {
  readonly rows: EmbeddedImage[] = [];
  readonly lines = new Map<number, WordLine[]>();
  readonly limits: number[] = [];
  nearSimilarity = 0.999;
  /** Ids that match any filter; null: not known. */
  matching: number[] | null = null;
  collections = [collection, second, unknown];

  add(id: number, texts: readonly string[], more: Partial<EmbeddedImage> = {}): void {
    this.rows.push({ ...row(id, id / 10), ...more });
    this.lines.set(
      id,
      texts.map((text, i) => line(text, i)),
    );
  }

  get searcher(): WordSearcher {
    const listed = (): Collection[] =>
      this.collections.map((each) => ({
        ...each,
        imageCount: this.rows.filter(({ collectionId }) => collectionId === each.id).length,
      }));
    const never = async (): Promise<never> => {
      throw new Error('not used');
    };
    return new WordSearcher(
      {
        collections: {
          list: async () => listed(),
          find: async (name) => listed().find((each) => each.name === name) ?? null,
          findById: async (id) => listed().find((each) => each.id === id) ?? null,
          listSpaces: never,
        },
        images: {
          get: never,
          findEmbedded: never,
          find: never,
          getEmbedded: async (spaceId, wanted) => {
            const of = this.collections.find(({ activeSpace }) => activeSpace.id === spaceId)?.id;
            return this.rows.filter(({ id, collectionId }) => wanted.includes(id) && collectionId === of);
          },
        },
        words: {
          get: async (wanted) => new Map([...this.lines].filter(([id]) => wanted.includes(id))),
          find: async (collectionId, { query, filter, fewMatching, before, limit }) => {
            const among = await fewMatching?.();
            this.limits.push(limit);
            const found = this.rows.filter(
              (each) =>
                each.collectionId === collectionId &&
                each.id < (before ?? Infinity) &&
                (!among || among.includes(each.id)) &&
                (!filter || matches(filter, imageAttributes(each))) &&
                matchWords(query, this.lines.get(each.id) ?? []),
            );
            const newest = found.map(({ id }) => id).sort((a, b) => b - a);
            return newest.slice(0, limit);
          },
        },
      },
      encoders,
      { maxTextLength: 10 },
      { nearSimilarityOf: async () => this.nearSimilarity },
      { fewMatching: async () => this.matching },
    );
  }

  async page(
    text: string,
    options: Partial<PageOptions> = {},
    scope: string | SearchScope | null = 'c',
  ): Promise<SearchPage> {
    return await this.searcher.page(text, scope, { first: 10, ...options });
  }

  /** All pages. @param change called between them */
  async walk(text: string, options: Partial<PageOptions>, change: () => void = () => undefined): Promise<number[]> {
    const found: number[] = [];
    for (let after: string | undefined; ;) {
      const page = await this.page(text, { ...options, ...(after === undefined ? {} : { after }) });
      found.push(...ids(page));
      if (!page.hasNextPage) return found;
      after = page.hits.at(-1)?.cursor;
      change();
    }
  }
}

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
  bench.add(1, ['安全出口']);
  bench.add(2, ['入口', '出口 B2']);
  bench.add(3, ['停车场']);
});

test('images with all words, newest first, with the words and their lines', async () => {
  const page = await bench.page('出口');
  expect([ids(page), page.total, page.ranking, page.hasNextPage]).toEqual([[2, 1], 2, 'NEWEST', false]);
  expect(page.hits[0]!.hit).toMatchObject({
    ...{ score: 1 / 61, isRelevant: null, duplicates: [], collection: 'c' },
    matched: { words: ['出口'], lines: [line('出口 B2', 1)] },
  });
  expect(page.hits[0]!.hit.similarity).toBeCloseTo(Math.cos(0.2), 6);
  expect(ids(await bench.page('b2 入口'))).toEqual([2]);
  expect(ids(await bench.page('出租'))).toEqual([]);
});

test('pages have every image once, also when images are added and deleted meanwhile', async () => {
  for (let id = 10; id < 30; id++) bench.add(id, ['出口']);
  const all = [...Array.from({ length: 20 }, (_, i) => 29 - i), 2, 1];
  for (const first of [1, 3, 100]) expect(await bench.walk('出口', { first })).toEqual(all);
  let next = 100;
  const change = (): void => {
    bench.add(next++, ['出口']);
    bench.rows.splice(
      bench.rows.findIndex(({ id }) => id === 15),
      1,
    );
  };
  expect(await bench.walk('出口', { first: 5 }, change)).toEqual(all.filter((id) => id !== 15));
});

test('only the first page counts, and all pages say its count', async () => {
  for (let id = 10; id < 1_200; id++) bench.add(id, ['出口']);
  const first = await bench.page('出口');
  const after = first.hits.at(-1)!.cursor;
  expect([first.total, bench.limits]).toEqual([1_000, [1_000]]);
  expect((await bench.page('出口', { after })).total).toBe(1_000);
  expect(bench.limits).toEqual([1_000, 11]);
  expect(await bench.walk('出口', { first: 300 })).toHaveLength(1_000);
});

test('a filter holds, and a cursor belongs to its search', async () => {
  const filter = { kind: 'equal', attribute: 'imageId', value: 'i1' } as const;
  expect(ids(await bench.page('出口', { filter }))).toEqual([1]);
  const after = (await bench.page('出口', { first: 1 })).hits[0]!.cursor;
  expect(ids(await bench.page('出口', { first: 1, after }, null))).toEqual([1]);
  for (const [text, options] of [
    ['入口', { after }],
    ['出口', { after, filter }],
    ['出口', { after, collapse: true }],
  ] as const)
    await expect(bench.page(text, options)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expect(bench.page('出口', { after: 'AAAA' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('several collections make one list, newest first', async () => {
  bench.add(4, ['出口'], { collectionId: 2 });
  bench.add(5, ['出口']);
  const everywhere = await bench.page('出口', {}, { everywhere: true });
  expect([ids(everywhere), everywhere.collections]).toEqual([
    [5, 4, 2, 1],
    ['c', 'd'],
  ]);
  expect(everywhere.hits.map(({ hit }) => hit.collection)).toEqual(['c', 'd', 'c', 'c']);
  const { cursor } = everywhere.hits[1]!;
  expect(ids(await bench.page('出口', { after: cursor }, { everywhere: true }))).toEqual([2, 1]);
  await expect(bench.page('出口', {}, { names: ['c', 'none'] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a collapsed search gives each picture once, on all pages', async () => {
  bench.add(4, ['出口'], { contentHash: 'h1' });
  bench.add(5, ['出口'], { vector: bench.rows[1]!.vector });
  const collapse = true;
  const page = await bench.page('出口', { collapse });
  expect(page.hits.map(({ hit }) => [hit.image.id, ...hit.duplicates.map(({ image }) => image.id)])).toEqual([
    [5, 2],
    [4, 1],
  ]);
  expect([page.total, page.hits[0]!.hit.duplicates[0]!.matched?.lines]).toEqual([2, [line('出口 B2', 1)]]);
  expect(await bench.walk('出口', { collapse, first: 1 })).toEqual([5, 4]);
});

test('refuses texts without words, long texts, and options of similarities', async () => {
  for (const [text, options] of [
    ['""', {}],
    [' ', {}],
    ['出'.repeat(11), {}],
    ['出口', { avoid: '车' }],
    ['出口', { minSimilarity: 0.5 }],
  ] as const)
    await expect(bench.page(text, options)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('the store looks among the images whose attributes are known to match', async () => {
  const filter = { kind: 'exists', attribute: 'imageId' } as const;
  bench.matching = [1, 3];
  expect(ids(await bench.page('出口', { filter }))).toEqual([1]);
  expect(ids(await bench.page('出口'))).toEqual([2, 1]);
  bench.matching = null;
  expect(ids(await bench.page('出口', { filter }))).toEqual([2, 1]);
});

test('a collection whose model is not installed is searched without similarities', async () => {
  bench.add(4, ['出口'], { collectionId: 3 });
  bench.add(5, ['出口'], { collectionId: 3, contentHash: 'h4' });
  const page = await bench.page('出口', {}, 'e');
  expect([ids(page), page.total]).toEqual([[5, 4], 2]);
  expect(page.hits[1]!.hit).toMatchObject({ similarity: 0, distance: 2, matched: { words: ['出口'] } });
  expect(ids(await bench.page('出口', { collapse: true }, 'e'))).toEqual([5]);
});
