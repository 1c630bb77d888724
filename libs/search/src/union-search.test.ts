import {
  imageAttributes,
  matches,
  type Collection,
  type EmbeddedImage,
  type EmbeddingSpace,
  type Filter,
} from '@wentu/domain';
import type { SearchTarget } from './query-terms';
import type { RelevanceLine } from './relevance';
import type { PageOptions, SearchPage } from './search-page';
import { Searcher } from './searcher';
import { angle, encoders, row } from './testing/search-setup';
import { readUnionCursor, writeUnionCursor } from './union-cursor';
import type { SearchScope } from './search-scope';

const SPACES = ['s', 's2', 'not installed'];

/** Collection `c<id>`, of a space by its number. */
function collectionOf(id: number, space = 0, imageCount = 1): Collection {
  const activeSpace = { id: 10 * id + space, model: `m${space}`, space: SPACES[space] ?? '', dimension: 2 };
  return { ...{ id, name: `c${id}`, activeSpace, imageCount }, sizeBytes: 0, createdAt: new Date(0) };
}

const inCollection = (collectionId: number, id: number, radians: number): EmbeddedImage => ({
  ...row(id, radians),
  collectionId,
});

/** Stores that can be changed between pages. */
class World {
  /** Kept spaces beside the active ones. */
  kept: readonly (EmbeddingSpace & { readonly collectionId: number })[] = [];
  /** Collections whose index does not answer. */
  broken = new Set<number>();
  line: number | null = null;
  nearSimilarity = 0.99;
  readonly lined: string[] = [];

  constructor(
    public collections: readonly Collection[],
    public rows: readonly EmbeddedImage[],
  ) {}

  get searcher(): Searcher {
    const rowsOf = (id: number): EmbeddedImage[] => this.rows.filter(({ collectionId }) => collectionId === id);
    const reader = {
      collections: {
        list: async () => [...this.collections],
        find: async (name: string) => this.collections.find((each) => each.name === name) ?? null,
        findById: async (id: number) => this.collections.find((each) => each.id === id) ?? null,
        listSpaces: async (id: number) =>
          [
            ...this.collections.filter((each) => each.id === id).map(({ activeSpace }) => activeSpace),
            ...this.kept.filter(({ collectionId }) => collectionId === id),
          ].map((space) => ({ ...space, imageCount: rowsOf(id).length })),
      },
      images: {
        settlement: async (id: number) => ({
          ...{ unsettled: 0, reencodingId: 0, attributesVersion: 0 },
          newestId: Math.max(0, ...rowsOf(id).map((each) => each.id)),
        }),
        get: async (ids: readonly number[]) => this.rows.filter(({ id }) => ids.includes(id)),
        getEmbedded: async (spaceId: number, ids: readonly number[]) =>
          this.rows.filter(({ id, collectionId }) => ids.includes(id) && collectionId === Math.floor(spaceId / 10)),
        findEmbedded: async () => [],
        find: async () => null,
      },
    } satisfies ConstructorParameters<typeof Searcher>[0];
    const search: ConstructorParameters<typeof Searcher>[1]['search'] = async (
      index,
      { queries: [query], limit, filter },
    ) => {
      const collectionId = Number(index.split('_')[1]);
      if (this.broken.has(collectionId)) throw new Error('the engine fails');
      const distance = ({ vector }: EmbeddedImage): number =>
        vector.reduce((sum, value, i) => sum + (value - (query?.[i] ?? 0)) ** 2, 0);
      const rows = rowsOf(collectionId).filter((each) => !filter || matches(filter, imageAttributes(each)));
      const hits = rows.map((each) => ({ id: each.id, distance: Math.fround(distance(each)) }));
      return [hits.sort((a, b) => a.distance - b.distance).slice(0, limit)];
    };
    const lineOf = async (_text: Float32Array, searched: readonly Collection[]): Promise<RelevanceLine | null> => {
      this.lined.push(searched.map(({ name }) => name).join());
      return this.line === null ? null : { line: this.line, mean: -1 };
    };
    const nearSimilarityOf = async (): Promise<number> => this.nearSimilarity;
    const countMatching = async (index: string, filter: Filter): Promise<number> =>
      rowsOf(Number(index.split('_')[1])).filter((each) => matches(filter, imageAttributes(each))).length;
    return new Searcher(
      reader,
      { search, countMatching },
      encoders,
      { maxTextLength: 10, maxTexts: 3 },
      { lineOf, nearSimilarityOf },
    );
  }

  async page(
    options: Partial<PageOptions> = {},
    scope: SearchScope = { everywhere: true },
    target: SearchTarget = { text: '狗' },
  ): Promise<SearchPage> {
    return await this.searcher.page(target, scope, { first: 10, ...options });
  }

  /** All pages. @param change called between them */
  async walk(first: number, change: () => void = () => undefined): Promise<SearchPage[]> {
    const pages = [await this.page({ first })];
    for (let last = pages[0]; last?.hasNextPage; last = pages.at(-1)) {
      change();
      pages.push(await this.page({ first, after: last.hits.at(-1)!.cursor }));
    }
    return pages;
  }
}

const found = ({ hits }: SearchPage): string[] => hits.map(({ hit }) => `${hit.collection} ${hit.image.id}`);

/** Three collections of one space; the ids are mixed, and two distances are equal. */
const ofOneSpace = (): World =>
  new World(
    [collectionOf(1), collectionOf(2), collectionOf(3)],
    [
      ...[1, 4, 7, 10].map((id) => inCollection(1, id, id / 20)),
      ...[2, 5, 8, 11].map((id) => inCollection(2, id, id / 20)),
      ...[3, 6, 9, 12].map((id) => inCollection(3, id, id / 20)),
      inCollection(2, 13, 6 / 20),
    ],
  );
const ORDER = [1, 2, 3, 4, 5, 6, 13, 7, 8, 9, 10, 11, 12];
const byOrder = ORDER.map((id) => `c${id === 13 ? 2 : ((id - 1) % 3) + 1} ${id}`);

test('a cursor that names a collection outside the allowed ones is refused', async () => {
  const world = ofOneSpace();
  const names = ['c1', 'c2'];
  const [hit] = (await world.page({ first: 1 }, { names })).hits;
  const { cursor } = hit!;
  const rest = await world.page({ after: cursor }, { names, among: new Set([1, 2]) });
  expect(found(rest)[0]).toBe('c2 2');
  await expect(world.page({ after: cursor }, { names, among: new Set([1]) })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });
});

describe('collapsed', () => {
  const once = async (world: World, options: Partial<PageOptions> = {}): Promise<string[]> => {
    const page = await world.page({ first: 100, collapse: true, ...options });
    return page.hits.map(({ hit }) =>
      [hit, ...hit.duplicates].map(({ collection, image }) => `${collection} ${image.id}`).join(' = '),
    );
  };

  test('hits of one space are near the first of them, in any collection', async () => {
    const world = ofOneSpace();
    world.nearSimilarity = Math.cos(0.101);
    const groups = ['c1 1 = c2 2 = c3 3', 'c1 4 = c2 5 = c3 6 = c2 13', 'c1 7 = c2 8 = c3 9', 'c1 10 = c2 11 = c3 12'];
    expect(await once(world)).toEqual(groups);
    const { hits, total } = await world.page({ first: 2, collapse: true });
    expect(total).toBe(4);
    expect(await once(world, { after: hits.at(-1)!.cursor })).toEqual(groups.slice(2));
    // Without collapsing, this cursor belongs to another search.
    await expect(world.page({ after: hits.at(-1)!.cursor })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  test('hits of several spaces are duplicates only with equal files', async () => {
    const world = ofTwoSpaces();
    world.nearSimilarity = -1;
    expect(await once(world)).toEqual(['c1 1 = c3 7 = c1 2', 'c2 3 = c2 4 = c2 5 = c2 6']);
    world.nearSimilarity = 1.1;
    world.rows = world.rows.map((each) => ({
      ...each,
      contentHash: [1, 4].includes(each.id) ? 'equal' : `${each.id}`,
    }));
    expect(await once(world)).toEqual(['c1 1 = c2 4', 'c2 3', 'c3 7', 'c1 2', 'c2 5', 'c2 6']);
  });
});

describe('collections of one space', () => {
  test('make one list, ordered by similarity', async () => {
    const page = await ofOneSpace().page({ first: 100 });
    expect(found(page)).toEqual(byOrder);
    expect(page).toMatchObject({ ranking: 'SIMILARITY', collections: ['c1', 'c2', 'c3'], unanswered: [], total: 13 });
    expect(page.hits.every(({ hit }) => hit.score === hit.similarity)).toBe(true);
  });

  test('give their list in pages, in a process that has not seen the search before', async () => {
    const pages = await ofOneSpace().walk(3);
    expect(pages.flatMap(found)).toEqual(byOrder);
    expect(pages.map(({ total, hasPreviousPage }) => [total, hasPreviousPage])).toEqual(
      [false, true, true, true, true].map((previous) => [13, previous]),
    );
  });

  test('leave out later images and dropped collections in later pages, and repeat none', async () => {
    const world = ofOneSpace();
    let isFirst = true;
    const pages = await world.walk(5, () => {
      if (!isFirst) return;
      isFirst = false;
      // Image 11 of the second collection became image 14, which another collection also could have.
      world.rows = [...world.rows.filter(({ id }) => id !== 11), inCollection(2, 14, 0.5), inCollection(3, 15, 0.41)];
      world.collections = [...world.collections.slice(0, 1), ...world.collections.slice(1, 2), collectionOf(4)];
      world.rows = [...world.rows, inCollection(4, 16, 0.5)];
    });
    expect(pages.flatMap(found)).toEqual(byOrder.filter((each) => !['c2 11', 'c3 6', 'c3 9', 'c3 12'].includes(each)));
  });

  test('are searched by name, each once, and with a filter', async () => {
    const world = ofOneSpace();
    const some = await world.page({ first: 100 }, { names: ['c3', 'c1', 'c3'] });
    expect(found(some)).toEqual(byOrder.filter((each) => !each.startsWith('c2')));
    const filter: Filter = { kind: 'oneOf', attribute: 'imageId', values: ['i2', 'i9'] };
    const filtered = await world.page({ filter });
    expect([found(filtered), filtered.total]).toEqual([['c2 2', 'c3 9'], 2]);
    const near = await world.page({ minSimilarity: Math.cos(0.21) });
    expect([found(near), near.total]).toEqual([byOrder.slice(0, 4), 4]);
  });

  test('are searched by an image of one of them, which is no hit', async () => {
    const page = await ofOneSpace().page({ first: 4 }, { names: ['c1', 'c3'] }, { image: 8 });
    // Two are equally near, and two others.
    expect(found(page).sort()).toEqual(['c1 10', 'c1 7', 'c3 6', 'c3 9']);
    expect(found(await ofOneSpace().page({ first: 100 }, undefined, { image: 8 }))).not.toContain('c2 8');
    const one = await ofOneSpace().searcher.page({ image: 8 }, 'c1', { first: 2 });
    expect(found(one)).toEqual(['c1 7', 'c1 10']);
  });

  test('have one line of relevance', async () => {
    const world = ofOneSpace();
    world.line = Math.cos(0.22);
    const page = await world.page({ first: 5 });
    expect(page.hits.map(({ hit }) => hit.isRelevant)).toEqual([true, true, true, true, false]);
    expect(world.lined).toEqual(['c1,c2,c3']);
  });
});

/** The second collection has another space, in which the text 狗 has the angle 0.3. */
const ofTwoSpaces = (): World =>
  new World(
    [collectionOf(1), collectionOf(2, 1), collectionOf(3)],
    [
      ...[1, 2].map((id) => inCollection(1, id, id / 10)),
      ...[3, 4, 5, 6].map((id) => inCollection(2, id, 0.3 + id / 10)),
      inCollection(3, 7, 0.15),
    ],
  );

describe('collections of several spaces', () => {
  const expected = ['c1 1', 'c2 3', 'c3 7', 'c2 4', 'c1 2', 'c2 5', 'c2 6'];

  test('are merged by ranks, and the score says so', async () => {
    const page = await ofTwoSpaces().page();
    expect([found(page), page.ranking, page.total]).toEqual([expected, 'RANKS', 7]);
    expect(page.hits.map(({ hit }) => hit.score)).toEqual([1, 1, 2, 2, 3, 3, 4].map((place) => 1 / (60 + place)));
    // The similarity is that in the space of the collection.
    expect(page.hits[1]?.hit.similarity).toBeCloseTo(Math.cos(0.3), 6);
  });

  test.each([1, 2, 3, 4])('keep their order in pages of %i', async (first) => {
    const pages = await ofTwoSpaces().walk(first);
    expect(pages.flatMap(found)).toEqual(expected);
    expect(new Set(pages.map(({ ranking }) => ranking))).toEqual(new Set(['RANKS']));
    const scores = pages.flatMap(({ hits }) => hits.map(({ hit }) => hit.score));
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  test('stay in the spaces of the first page while these are kept', async () => {
    const world = ofTwoSpaces();
    const { hits } = await world.page({ first: 2 });
    const after = hits[1]!.cursor;
    const [c1, c2, c3] = world.collections as [Collection, Collection, Collection];
    world.collections = [c1, { ...c2, activeSpace: collectionOf(2).activeSpace }, c3];
    world.kept = [{ ...c2.activeSpace, collectionId: 2 }];
    expect(found(await world.page({ after }))).toEqual(expected.slice(2));
    world.kept = [];
    const page = await world.page({ after });
    expect(found(page)).toEqual(['c3 7', 'c1 2']);
    expect(page.unanswered).toMatchObject([{ collection: 'c2', error: { code: 'CONFLICT' } }]);
  });

  test('list those without an installed model, with the reason', async () => {
    const world = ofOneSpace();
    world.collections = [...world.collections, collectionOf(4, 2)];
    const page = await world.page({ first: 100 });
    expect([found(page), page.ranking]).toEqual([byOrder, 'SIMILARITY']);
    expect(page.unanswered).toMatchObject([
      {
        collection: 'c4',
        error: { code: 'INDEX_MISMATCH', message: expect.stringMatching(/"c4" holds m2/) as string },
      },
    ]);
    expect(page.collections).toEqual(['c1', 'c2', 'c3']);
    await expect(world.page({}, { names: ['c4'] })).rejects.toMatchObject({ code: 'INDEX_MISMATCH' });
  });

  test('list those that cannot be compared with an image of another space', async () => {
    const page = await ofTwoSpaces().page({}, undefined, { image: 1 });
    expect([found(page), page.ranking]).toEqual([['c3 7', 'c1 2'], 'SIMILARITY']);
    expect(page.unanswered).toMatchObject([
      { collection: 'c2', error: { code: 'INDEX_MISMATCH', message: expect.stringMatching(/Image:1/) as string } },
    ]);
  });

  test('encode a picture once for each space', async () => {
    const spaces: string[] = [];
    const encode = async ({ space }: { space: string }): Promise<Float32Array> => (spaces.push(space), angle(0));
    await ofTwoSpaces().page({}, undefined, { key: 'k', encode });
    expect(spaces.sort()).toEqual(['s', 's2']);
  });
});

test('a failure that is no reason of one collection fails the search', async () => {
  const world = ofOneSpace();
  world.broken.add(2);
  await expect(world.page()).rejects.toThrow('the engine fails');
});

test('empty collections are not searched everywhere, and a store without images has an empty page', async () => {
  const world = ofOneSpace();
  world.collections = [...world.collections, collectionOf(4, 2, 0)];
  expect((await world.page()).unanswered).toEqual([]);
  world.collections = [];
  expect(await world.page()).toMatchObject({ hits: [], total: 0, ranking: 'SIMILARITY', hasNextPage: false });
});

test('the number of collections is limited', async () => {
  const many = Array.from({ length: 65 }, (_, i) => collectionOf(i + 1));
  const names = many.map(({ name }) => name);
  const world = new World(
    many,
    many.map(({ id }) => inCollection(id, id, id / 100)),
  );
  await expect(world.page()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  await expect(world.page({}, { names })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expect(world.page({}, { names: [] })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expect(world.page({}, { names: ['c1', 'none'] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const first = await world.page({ first: 60 }, { names: names.slice(0, 64) });
  const next = await world.page({ after: first.hits[59]!.cursor }, { names: names.slice(0, 64) });
  expect(next.hits.map(({ hit }) => hit.image.id)).toEqual([61, 62, 63, 64]);
});

test('an imageId of several collections, and an unknown image, are refused', async () => {
  await expect(ofOneSpace().page({}, undefined, { imageId: 'i1' })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringMatching(/give image, such as Image:123/) as string,
  });
  await expect(ofOneSpace().page({}, undefined, { image: 99 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a cursor belongs to one search and its collections', async () => {
  const world = ofOneSpace();
  const after = (await world.page({ first: 2 })).hits[1]!.cursor;
  const refused = { code: 'INVALID_INPUT', message: expect.stringMatching(/after/) as string };
  await expect(world.page({ after }, { names: ['c1'] })).rejects.toMatchObject(refused);
  await expect(world.page({ after }, undefined, { text: '草' })).rejects.toMatchObject(refused);
  await expect(world.page({ after, avoid: '草' })).rejects.toMatchObject(refused);
  await expect(world.searcher.page({ text: '狗' }, 'c1', { first: 1, after })).rejects.toMatchObject(refused);
  const single = (await world.searcher.page({ text: '狗' }, 'c1', { first: 1 })).hits[0]!.cursor;
  await expect(world.page({ after: single })).rejects.toMatchObject(refused);
  for (const bad of ['', 'x', `${after}A`, after.slice(0, -4), `B${after.slice(1)}`, 'A'.repeat(5_000)])
    await expect(world.page({ after: bad })).rejects.toMatchObject(refused);
});

test('a cursor reads as it was written, up to its largest size', () => {
  const collections = Array.from({ length: 64 }, (_, i) => ({
    collectionId: i,
    spaceId: 2 ** 40 + i,
    newestId: 2 ** 47,
  }));
  const lists = [
    { collections, shown: 999, distance: 1.234_567_89, id: 7 },
    { collections: [], shown: 0, distance: -1, id: 0 },
  ];
  const position = { lists, shown: 999, total: 1_000 };
  const digest = Buffer.from('12345678');
  expect(readUnionCursor(writeUnionCursor(position, digest))).toEqual({ ...position, digest });
});
