import { AutoSearcher } from './auto-searcher';
import type { FoundHit, PageOptions, SearchPage } from './search-page';
import { row } from './testing/search-setup';

const hit = (id: number, similarity: number, more: Partial<FoundHit> = {}): FoundHit => ({
  ...{ image: row(id, 0), similarity, distance: 0, score: similarity, collection: 'c', isRelevant: true },
  relevance: 1.5,
  ...{ duplicates: [], matched: null, ...more },
});
const matched = { words: ['出口'], lines: [] };

/** Fakes of the two searches, each with its list. */
class Bench {
  meaning: FoundHit[] = [];
  words: FoundHit[] = [];
  readonly asked: string[] = [];

  private pageOf(list: readonly FoundHit[], ranking: SearchPage['ranking'], options: PageOptions): SearchPage {
    const hits = list.slice(0, options.first).map((each) => ({ hit: each, cursor: 'AQ' }));
    const rest = { hasPreviousPage: false, hasNextPage: list.length > hits.length };
    return { collections: ['c'], ranking, unanswered: [], hits, total: list.length, ...rest };
  }

  async page(text: string, options: Partial<PageOptions> = {}): Promise<SearchPage> {
    const searcher = new AutoSearcher(
      {
        page: async (_target, _scope, asked) => {
          this.asked.push(`meaning ${asked.first}`);
          return this.pageOf(this.meaning, 'SIMILARITY', asked);
        },
      },
      {
        page: async (_text, _scope, asked) => {
          this.asked.push(`words ${asked.first}`);
          return this.pageOf(this.words, 'NEWEST', asked);
        },
      },
    );
    return await searcher.page(text, 'c', { first: 10, ...options });
  }
}

const ids = ({ hits }: SearchPage): number[] => hits.map((each) => each.hit.image.id);
let bench: Bench;
beforeEach(() => {
  bench = new Bench();
  bench.meaning = [1, 2, 3, 4].map((id) => hit(id, 1 - id / 10));
});

test('without images with the words it is the search for the meaning', async () => {
  expect(await bench.page('出口', { first: 3 })).toMatchObject({ ranking: 'SIMILARITY', total: 4, hasNextPage: true });
  await bench.page('出口', { after: 'AQ' });
  bench.words = [hit(9, 0.1, { matched })];
  for (const options of [{ avoid: '车' }, { minSimilarity: 0 }, { after: 'AQ' }]) await bench.page('出口', options);
  await bench.page('""');
  expect(bench.asked).toEqual(['words 1000', 'meaning 3', ...Array<string>(5).fill('meaning 10')]);
});

test('images with the words have every fourth place when images show the text', async () => {
  bench.meaning = [1, 2, 3, 4, 5, 6].map((id) => hit(id, 1 - id / 10));
  bench.words = [hit(9, 0.2, { matched }), hit(3, 0.7, { matched }), hit(8, 0.3, { matched })];
  const page = await bench.page('出口');
  // Of the images with the words, the most similar are first: 3, 8, 9.
  expect([ids(page), page.total, page.ranking]).toEqual([[1, 2, 3, 8, 4, 5, 6, 9], 8, 'FUSED']);
  expect(page.hits.map((each) => each.hit.score)).toEqual(Array.from({ length: 8 }, (_, i) => 1 / (61 + i)));
  expect(page.hits.flatMap((each) => (each.hit.matched ? [each.hit.image.id] : []))).toEqual([3, 8, 9]);
});

test('images with the words come first when no image shows the text, the sooner the longer it is', async () => {
  const meaning = (relevance: number | null): void => {
    bench.meaning = [1, 2, 3].map((id) => hit(id, 1 - id / 10, { relevance }));
  };
  bench.words = [hit(9, 0.2, { matched }), hit(8, 0.3, { matched })];
  for (const [text, relevance, wanted] of [
    ['出口', 0.85, [8, 9, 1, 2, 3]],
    ['出口', 0.95, [1, 2, 3, 8, 9]],
    ['安全出口', 1.05, [8, 9, 1, 2, 3]],
    ['安全 出口', 1.05, [8, 9, 1, 2, 3]],
    ['安全出口', 1.15, [1, 2, 3, 8, 9]],
    ['人民广场东南出口', 1.25, [1, 2, 3, 8, 9]],
    // Exact words are meant as words.
    ['"出口"', 2, [8, 9, 1, 2, 3]],
    // The model was not measured.
    ['出口', null, [1, 8, 2, 9, 3]],
  ] as const) {
    meaning(relevance);
    expect([text, relevance, ids(await bench.page(text))]).toEqual([text, relevance, wanted]);
  }
});

test('pages have every image once, also when images are added and deleted meanwhile', async () => {
  bench.words = [9, 8, 7, 2].map((id) => hit(id, id / 100, { matched }));
  const whole = ids(await bench.page('出口'));
  const found: number[] = [];
  for (let after: string | undefined; ;) {
    const page = await bench.page('出口', { first: 2, ...(after === undefined ? {} : { after }) });
    found.push(...ids(page));
    if (!page.hasNextPage) break;
    after = page.hits.at(-1)?.cursor;
    bench.meaning = [hit(50 + found.length, 1), ...bench.meaning];
    bench.words = [hit(80 + found.length, 0, { matched }), ...bench.words];
  }
  expect(found).toEqual(whole);
  const first = await bench.page('出口', { first: 2 });
  const after = first.hits[1]!.cursor;
  await expect(bench.page('入口', { after })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expect(bench.page('出口', { after: 'fAAAA' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('an image that is a duplicate in the other list stays one', async () => {
  bench.meaning = [hit(1, 0.9, { duplicates: [hit(9, 0.8)] }), hit(2, 0.5)];
  bench.words = [hit(9, 0.8, { matched })];
  const page = await bench.page('出口', { collapse: true });
  expect([ids(page), page.hits[0]!.hit.matched]).toEqual([[1, 2], matched]);
});
