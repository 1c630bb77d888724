import type { EmbeddedImage, Filter } from '@wentu/domain';
import { combine, termsOf, type QueryTerm, type SearchTarget } from './query-terms';
import type { PageOptions, SearchPage } from './search-page';
import { angle, ids, row, setUp } from './testing/search-setup';
import { dot } from './vectors';

const limits = { maxTextLength: 10, maxTexts: 3 };
const text = (weight: number, words = '狗'): QueryTerm => ({ text: words, weight });

/** A repeatable unit vector of 16 dimensions. */
function randomVector(seed: number): Float32Array {
  let state = seed * 2_654_435_761 + 1;
  const values = Array.from({ length: 16 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 30 - 1;
  });
  const norm = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / norm);
}

const pictureOf = (seed: number, weight: number): QueryTerm => ({
  key: `picture ${seed}`,
  encode: async () => randomVector(seed),
  weight,
});

describe('a mixed query', () => {
  const rows: EmbeddedImage[] = Array.from({ length: 1_500 }, (_, i) => ({
    ...row(i + 1, 0),
    vector: randomVector(i + 1),
    width: i % 7,
  }));
  const all = rows.map(({ id }) => id);
  const page = async (target: SearchTarget, options: Partial<PageOptions> = {}): Promise<SearchPage> =>
    await setUp(rows, all, { isOrdered: true }).searcher.page(target, 'c', { first: 1_000, ...options });
  const terms = [pictureOf(9_001, 1), pictureOf(9_002, 0.6), pictureOf(9_003, -0.7)];
  /** Computed from the definition: the weighted sum of the cosines, highest first. */
  const weightedCosines = (of: readonly (readonly [seed: number, weight: number])[]): [id: number, sum: number][] =>
    rows
      .map(({ id, vector }): [number, number] => [
        id,
        of.reduce((sum, [seed, weight]) => sum + weight * dot(randomVector(seed), vector), 0),
      ])
      .sort(([, a], [, b]) => b - a);
  const reference = weightedCosines([
    [9_001, 1],
    [9_002, 0.6],
    [9_003, -0.7],
  ]);

  test('orders images by the weighted sum of their similarities to the terms', async () => {
    const found = await page({ all: terms });
    expect(ids(found)).toEqual(reference.slice(0, 1_000).map(([id]) => id));
    const scores = found.hits.map(({ hit }) => hit.score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    // The score is the sum divided by a constant, the length of the sum of the vectors.
    const length = reference[0]![1] / scores[0]!;
    for (const [i, score] of scores.entries()) expect(score * length).toBeCloseTo(reference[i]![1], 5);
  });

  test('shows the similarity to what is wanted, beside the score', async () => {
    const wanted = new Map(
      weightedCosines([
        [9_001, 1],
        [9_002, 0.6],
      ]),
    );
    const { hits } = await page({ all: terms });
    const length = wanted.get(hits[0]!.hit.image.id)! / hits[0]!.hit.similarity;
    for (const { hit } of hits) {
      expect(hit.similarity * length).toBeCloseTo(wanted.get(hit.image.id)!, 5);
      expect(hit.distance).toBeCloseTo(2 - 2 * hit.similarity, 12);
    }
    const plain = await page({ all: terms.slice(0, 2) });
    for (const { hit } of plain.hits) expect(hit.score).toBe(hit.similarity);
  });

  test('has all images above a minimum similarity, also those with a low score', async () => {
    // With all weight on the unwanted term, wanted images are anywhere in the order.
    const target = { all: [pictureOf(9_001, 0.1), pictureOf(9_003, -1)] };
    const similar = rows.filter(({ vector }) => dot(randomVector(9_001), vector) >= 0.3).map(({ id }) => id);
    expect(similar.length).toBeGreaterThan(100);
    const found = await page(target, { minSimilarity: 0.3 });
    expect([[...ids(found)].sort((a, b) => a - b), found.total]).toEqual([similar, similar.length]);
  });

  test('has the same order in pages, with a filter', async () => {
    const filter: Filter = { kind: 'range', attribute: 'width', from: 3, to: 4 };
    const expected = reference.map(([id]) => id).filter((id) => [3, 4].includes((id - 1) % 7));
    const found: number[] = [];
    for (let after: string | undefined; ;) {
      const next = await page({ all: terms }, { first: 90, filter, ...(after === undefined ? {} : { after }) });
      found.push(...ids(next));
      if (!next.hasNextPage) break;
      after = next.hits.at(-1)!.cursor;
    }
    expect(found).toEqual(expected);
  });

  test('does not find its own images, wanted or not', async () => {
    const found = await page({
      all: [
        { imageId: 'i5', weight: 1 },
        { imageId: 'i8', weight: -1 },
      ],
    });
    expect(found.total).toBe(1_000);
    const whole = await setUp(rows.slice(0, 20), all.slice(0, 20)).searcher.page(
      {
        all: [
          { imageId: 'i5', weight: 1 },
          { imageId: 'i8', weight: -1 },
        ],
      },
      'c',
      { first: 100 },
    );
    expect([ids(whole).sort((a, b) => a - b), whole.total]).toEqual([
      all.slice(0, 20).filter((id) => id !== 5 && id !== 8),
      18,
    ]);
  });

  test('with one wanted text has the line of that text', async () => {
    const { searcher } = setUp([row(1, 0.1), row(2, 0.5)], [1, 2], { line: Math.cos(0.3) });
    const relevant = async (target: SearchTarget): Promise<unknown> =>
      (await searcher.page(target, 'c', { first: 2 })).hits.map(({ hit }) => [hit.image.id, hit.isRelevant]);
    expect(await relevant({ all: [text(1), text(-0.2, '草')] })).toEqual([
      [1, true],
      [2, false],
    ]);
    expect(await relevant({ all: [text(1), text(0.1, '草')] })).toEqual([
      [1, null],
      [2, null],
    ]);
  });
});

test('the text to avoid is a term of the weight −0.5', async () => {
  const rows = [row(1, 0.1), row(2, 0.3), row(3, -0.6), row(4, 1.2)];
  const { searcher } = setUp(rows, [1, 2, 3, 4]);
  const shortForm = await searcher.page({ text: '狗' }, 'c', { first: 4, avoid: '草' });
  const list = await searcher.page({ all: [text(1), text(-0.5, '草')] }, 'c', { first: 4 });
  const values = ({ hits }: SearchPage): unknown => hits.map(({ hit }) => hit);
  expect(values(list)).toEqual(values(shortForm));
});

test.each<[string, readonly QueryTerm[], RegExp]>([
  ['no terms', [], /all has 0 terms; give 1 to 8/],
  ['nine terms', Array<QueryTerm>(9).fill(text(1)), /all has 9 terms/],
  ['a weight of 0', [text(1), text(0)], /weight of a term is 0/],
  ['a weight above 1', [text(1.01)], /weight of a term is 1.01/],
  ['a weight below −1', [text(1), text(-1.5)], /weight of a term is -1.5/],
  ['a weight that is no number', [text(NaN)], /weight of a term is NaN/],
  ['only unwanted terms', [text(-0.5), text(-1)], /give at least one term a weight above 0/],
  ['an empty text', [text(1), text(-1, ' ')], /text is empty/],
  ['a text that is too long', [text(1, '字'.repeat(11))], /11 characters/],
])('a query with %s is refused with the remedy', (_name, all, message) => {
  const refused = expect.objectContaining({
    code: 'INVALID_INPUT',
    message: expect.stringMatching(message) as string,
  }) as Error;
  expect(() => termsOf({ all }, undefined, limits)).toThrow(refused);
});

test('terms that cancel each other are refused, and equal wanted terms change nothing', () => {
  const [one, other] = [angle(0.3), angle(1.3)];
  expect(() => combine([1, -1], [one, one])).toThrow(/cancel each other/);
  expect(() => combine([0.5, 0.5, -1], [one, other, one])).not.toThrow();
  expect(() => combine([1, 1], [angle(0), angle(Math.PI)])).toThrow(/cancel each other/);
  const { shown, ranking } = combine([1, 0.2], [one, one]);
  expect(shown).toBe(ranking);
  expect(dot(shown, one)).toBeCloseTo(1, 6);
  // One wanted term stays as it is, to the last digit.
  expect(combine([0.3], [one])).toEqual({ shown: one, ranking: one });
});

test('a cursor belongs to the terms and their weights', async () => {
  const rows = [row(1, 0.1), row(2, 0.3), row(3, -0.6)];
  const { searcher } = setUp(rows, [1, 2, 3]);
  const target = { all: [text(1), text(-0.5, '草')] };
  const [first] = (await searcher.page(target, 'c', { first: 1 })).hits;
  const after = first!.cursor;
  expect((await searcher.page(target, 'c', { first: 2, after })).hits).toHaveLength(2);
  for (const all of [[text(1), text(-0.4, '草')], [text(-0.5, '草'), text(1)], [text(1)]])
    await expect(searcher.page({ all }, 'c', { first: 2, after })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});
