import { NO_FACTS, type EmbeddedImage, type Filter, type ImageFilter } from '@wentu/domain';
import type { SearchTarget } from './query-terms';
import { readCursor } from './search-cursor';
import type { PageOptions, SearchPage } from './search-page';
import type { Searcher } from './searcher';
import { angle, collection, ids, ofSecond, row, setUp } from './testing/search-setup';

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

  test('leaves out images that do not match the filter, whatever the index proposes', async () => {
    const filter: Filter = { kind: 'oneOf', attribute: 'imageId', values: ['i2', 'i3'] };
    const found = await page({ text: '狗' }, { filter });
    expect([ids(found), found.hasNextPage]).toEqual([[2, 3], false]);
    const none: Filter = { kind: 'not', filter: { kind: 'equal', attribute: 'width', value: 1 } };
    expect(ids(await page({ text: '狗' }, { filter: none }))).toEqual([]);
    const empty: Filter = { kind: 'and', filters: [] };
    await expect(page({ text: '狗' }, { filter: empty })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  test('gives each picture once, with its duplicates, in pages that know the pictures of earlier ones', async () => {
    // Near: 1, 2 and 3 are a chain; 3 is too far from 1. Equal files: 2 and 6.
    const radians = [0, 0.1, 0.2, 0.5, 0.55, 1];
    const chain = radians.map((each, i) => row(i + 1, each, 'READY', `i${i + 1}`, `h${i === 5 ? 2 : i + 1}`));
    const { searcher } = setUp(chain, [1, 2, 3, 4, 5, 6], { nearSimilarity: Math.cos(0.15) });
    const once = async (options: Partial<PageOptions>): Promise<SearchPage> =>
      await searcher.page({ text: '狗' }, 'c', { first: 10, collapse: true, ...options });
    const grouped = (found: SearchPage): number[][] =>
      found.hits.map(({ hit }) => [hit.image.id, ...hit.duplicates.map(({ image }) => image.id)]);
    const all = await once({});
    // 6 has the file of 2, which is a duplicate itself.
    expect([grouped(all), all.total]).toEqual([[[1, 2], [3], [4, 5], [6]], 4]);
    const first = await once({ first: 1 });
    expect([grouped(first), first.total, first.hasNextPage]).toEqual([[[1, 2]], 4, true]);
    const second = await once({ first: 2, after: first.hits[0]!.cursor });
    expect([grouped(second), second.hasNextPage]).toEqual([[[3], [4, 5]], true]);
    expect(grouped(await once({ after: second.hits.at(-1)!.cursor }))).toEqual([[6]]);
    expect(all.hits[0]!.hit.duplicates[0]).toMatchObject({ collection: 'c', similarity: Math.fround(Math.cos(0.1)) });
  });

  test('leaves out images in the corners of the box that the index gets for a circle', async () => {
    const placed = [10.04, 10.001, null, 10.04].map((latitude, i) => {
      const place = latitude === null ? null : { latitude, longitude: latitude + 10 };
      return { ...row(i + 1, 0.1 * (i + 1)), facts: { ...NO_FACTS, place } };
    });
    const { searcher } = setUp(placed, [1, 2, 3, 4]);
    const near: ImageFilter = { kind: 'near', latitude: 10, longitude: 20, km: 5 };
    const find = async (filter: ImageFilter): Promise<[number[], number]> => {
      const found = await searcher.page({ text: '狗' }, 'c', { first: 4, filter });
      return [ids(found), found.total];
    };
    expect(await find(near)).toEqual([[2], 1]);
    expect(await find({ kind: 'not', filter: near })).toEqual([[1, 3, 4], 3]);
  });

  test('a cursor belongs to one filter', async () => {
    const filter: Filter = { kind: 'range', attribute: 'width', to: 1 };
    const { cursor } = (await page({ text: '狗' }, { filter, first: 1 })).hits[0]!;
    expect(ids(await page({ text: '狗' }, { filter, after: cursor }))).toEqual([2, 3, 4]);
    await expect(page({ text: '狗' }, { after: cursor })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
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
    expect([first.total, read.length]).toEqual([300, 51]);
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
    expect([next.collections, ids(next)]).toEqual([['c'], [6, 7, 8, 9, 10]]);
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

  test('stay in the space of the first page while the collection keeps it, and are refused after that', async () => {
    const cursor = after(await ordered(many).searcher.page(query, 'c', { first: 5 }));
    const changed = { ...collection, activeSpace: { ...ofSecond.activeSpace, id: 5 } };
    const ordering = { isOrdered: true, collection: changed };
    const spaces = [{ ...collection.activeSpace, imageCount: 300 }];
    const kept = setUp(many, all, { ...ordering, spaces }).searcher;
    expect(ids(await kept.page(query, 'c', { first: 5, after: cursor }))).toEqual([6, 7, 8, 9, 10]);
    expect(ids(await kept.page(query, null, { first: 5, after: cursor }))).toEqual([6, 7, 8, 9, 10]);
    const dropping = setUp(many.slice(0, 7), all, { ...ordering, spaces }).searcher;
    await expect(dropping.page(query, 'c', { first: 5, after: cursor })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/m embeddings.*dropped; search again/) as string,
    });
    await expect(
      setUp(many, all, ordering).searcher.page(query, 'c', { first: 5, after: cursor }),
    ).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringMatching(/dropped after a change of the model/) as string,
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
