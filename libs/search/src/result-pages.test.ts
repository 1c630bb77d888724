import { FoundImages, type SearchHit } from './found-images';
import { ResultPages } from './result-pages';
import type { Sought } from './searcher';

const hit = (id: number): SearchHit => ({ distance: id / 10, similarity: 1 - id / 20, image: { id } }) as SearchHit;

function setUp(count: number) {
  const asked: [Sought, string, number][] = [];
  const clock = { ms: 0 };
  const searcher = {
    async find(sought: Sought, collection: string, limit: number) {
      asked.push([sought, collection, limit]);
      return new FoundImages(Array.from({ length: count }, (_, i) => hit(i)));
    },
  };
  return { pages: new ResultPages(searcher, () => clock.ms), asked, clock };
}
const ids = ({ hits }: { hits: readonly { hit: SearchHit }[] }): number[] => hits.map(({ hit: { image } }) => image.id);

test('a search is run once, for 1,000 hits, and its pages follow each other', async () => {
  const { pages, asked } = setUp(5);
  const first = await pages.first({ text: '狗' }, 'c', 2, {});
  expect([ids(first), first.total, first.hasNextPage]).toEqual([[0, 1], 5, true]);
  const second = await pages.next(first.hits[1]!.cursor, 2);
  expect([ids(second), second.hasNextPage, second.collection]).toEqual([[2, 3], true, 'c']);
  const third = await pages.next(second.hits[1]!.cursor, 2);
  expect([ids(third), third.hasNextPage]).toEqual([[4], false]);
  expect(ids(await pages.next(third.hits[0]!.cursor, 2))).toEqual([]);
  expect(ids(await pages.next(first.hits[0]!.cursor, 3))).toEqual([1, 2, 3]);
  expect(asked).toEqual([[{ text: '狗' }, 'c', 1_000]]);
});

test('a cursor is good for ten minutes, and for the last 128 results', async () => {
  const { pages, clock } = setUp(3);
  const expired = expect.objectContaining({ code: 'CURSOR_EXPIRED' }) as Error;
  const { hits } = await pages.first({ text: '狗' }, 'c', 1, {});
  const { cursor } = hits[0]!;
  clock.ms = 10 * 60_000;
  expect(ids(await pages.next(cursor, 1))).toEqual([1]);
  clock.ms++;
  await expect(pages.next(cursor, 1)).rejects.toEqual(expired);
  const early = (await pages.first({ text: '猫' }, 'c', 1, {})).hits[0]!.cursor;
  for (let i = 0; i < 127; i++) await pages.first({ text: '车' }, 'c', 1, {});
  expect(ids(await pages.next(early, 1))).toEqual([1]);
  await pages.first({ text: '车' }, 'c', 1, {});
  await expect(pages.next(early, 1)).rejects.toEqual(expired);
});

test.each(['', 'x', 'AAAAAAAAAAAAAAAA.0', 'AAAAAAAAAAAAAAAA.99999', '../..'])('%j is no cursor', async (cursor) => {
  await expect(setUp(3).pages.next(cursor, 1)).rejects.toThrow(/search again/);
});

test.each([0, -1, 1.5, 1_001, NaN])('first: %d is refused', async (first) => {
  await expect(setUp(3).pages.first({ text: '狗' }, 'c', first, {})).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});
