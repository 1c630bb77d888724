import { pageOf, type PagedList } from './paging';

const NAMES = ['一', '二', '三', '四', '五'];
const list: PagedList<string> = {
  kind: 'names',
  keyOf: (name) => name,
  read: async (after, limit) => NAMES.slice(after === null ? 0 : NAMES.indexOf(after) + 1).slice(0, limit),
};
const names = ({ edges }: { edges: readonly { node: string }[] }): string[] => edges.map(({ node }) => node);

test('pages follow each other to the end', async () => {
  const first = await pageOf(list, { first: 2, after: null });
  expect([names(first), first.hasPreviousPage, first.hasNextPage]).toEqual([['一', '二'], false, true]);
  const second = await pageOf(list, { first: 2, after: first.edges[1]!.cursor });
  expect([names(second), second.hasPreviousPage, second.hasNextPage]).toEqual([['三', '四'], true, true]);
  const third = await pageOf(list, { first: 2, after: second.edges[1]!.cursor });
  expect([names(third), third.hasPreviousPage, third.hasNextPage]).toEqual([['五'], true, false]);
  const none = await pageOf(list, { first: 2, after: third.edges[0]!.cursor });
  expect(none).toEqual({ edges: [], hasPreviousPage: true, hasNextPage: false });
});

test('a page with first: 0 shows whether the list has nodes', async () => {
  expect(await pageOf(list, { first: 0, after: null })).toEqual({
    edges: [],
    hasPreviousPage: false,
    hasNextPage: true,
  });
});

test.each([-1, 1.5, 1_001, NaN])('first: %d is refused', async (first) => {
  await expect(pageOf(list, { first, after: null })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('a cursor of another list, a changed cursor and any other string are refused', async () => {
  const { cursor } = (await pageOf(list, { first: 1, after: null })).edges[0]!;
  await expect(pageOf({ ...list, kind: 'images' }, { first: 1, after: cursor })).rejects.toThrow(/this list/);
  for (const after of ['', 'x', `${cursor}=`, cursor.slice(1), 'A'.repeat(10_000)])
    await expect(pageOf(list, { first: 1, after })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});
