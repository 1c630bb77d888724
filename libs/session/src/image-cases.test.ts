import {
  ItemError,
  NO_FACTS,
  NO_OWN,
  orderValue,
  type ExifField,
  type ImageList,
  type ImageRow,
  type ListPlace,
} from '@wentu/domain';
import { ImageCases, type ImagePorts, type WantedList } from './image-cases';
import { inOrder } from './order-hits';

const rows: readonly ImageRow[] = [1, 2, 3, 4, 5, 6].map((id) => ({
  ...{ id, collectionId: 1, imageId: `图${(id * 5) % 6}`, state: 'READY', contentHash: '', mimeType: 'image/png' },
  ...{ width: 1, height: 1, sizeBytes: id % 3, original: { kind: 'copied' } },
  facts: {
    ...NO_FACTS,
    takenAt: id % 2 === 0 ? { atMs: 1_000 * (id % 4), offsetMinutes: null, source: 'EXIF' } : null,
  },
  own: NO_OWN,
}));
const asked: { list: ImageList; after: ListPlace | null }[] = [];

const never = async (): Promise<never> => {
  throw new Error('not used');
};
const LENS: ExifField = { group: 'CAMERA', name: 'LensModel', value: '50 mm' };
const readExif = async (id: number | undefined): Promise<ExifField[]> => {
  if (id === 1) return [LENS];
  throw id === 2 ? new ItemError('DECODE_FAILED', 'damaged') : new Error('a bug');
};
const cases = new ImageCases({
  collections: { find: never, list: never },
  images: {
    find: never,
    pageMatchingIds: async (_collection, _filter, after) =>
      rows.map(({ id }) => id).filter((id) => id > after && id % 2 === 0),
    countBefore: async (_collection, { order }, place) =>
      inOrder(rows.map((image) => ({ image })), order).findIndex(({ image }) => image.id === place.id), // prettier-ignore
    get: async (ids) => rows.filter(({ id }) => ids.includes(id)),
    list: async (_collection, list, after, limit) => {
      asked.push({ list, after });
      const ordered = inOrder(rows.map((image) => ({ image })), list.order).map(({ image }) => image); // prettier-ignore
      const begin = after === null ? 0 : ordered.findIndex(({ id }) => id === after.id) + 1;
      return ordered.slice(begin, begin + limit);
    },
    placeAt: async (_collection, { order }, index) => {
      const image = inOrder(rows.map((row) => ({ image: row })), order)[index]?.image; // prettier-ignore
      return image ? { value: orderValue(order, image), id: image.id } : null;
    },
  },
  previews: { readPreview: never },
  pictures: { exif: async ([id]) => await readExif(id) },
  originals: { read: async ({ id }) => (id === 6 ? null : Buffer.from([id])), open: never, isThere: never },
  words: { get: never },
  facets: { count: never, countMatching: never },
  limits: { maxZipImages: 5, maxZipBytes: 4 },
} satisfies ImagePorts);

beforeEach(() => void (asked.length = 0));

test.each(['LOADED_AT', 'TAKEN_AT', 'SIZE', 'NAME'] as const)(
  'a cursor of %s has the place of its image',
  async (field) => {
    for (const direction of ['ASC', 'DESC'] as const) {
      const list = { order: { field, direction } };
      const { edges } = await cases.page(1, list, { first: 4, after: null });
      const last = edges.at(-1)!;
      await cases.page(1, list, { first: 2, after: last.cursor });
      expect(asked.at(-1)).toEqual({ list, after: { value: orderValue(list.order, last.node), id: last.node.id } });
    }
  },
);

test('a page begins at an offset, and its cursors go on from there', async () => {
  const list = { order: { field: 'SIZE', direction: 'DESC' } } as const;
  const whole = (await cases.page(1, list, { first: 10, after: null })).edges.map(({ node }) => node.id);
  const { edges, hasPreviousPage, hasNextPage } = await cases.page(1, list, { first: 2, after: null }, 3);
  expect(edges.map(({ node }) => node.id)).toEqual(whole.slice(3, 5));
  expect([hasPreviousPage, hasNextPage]).toEqual([true, true]);
  const after = edges[1]!.cursor;
  expect((await cases.page(1, list, { first: 2, after })).edges.map(({ node }) => node.id)).toEqual(whole.slice(5));
  expect((await cases.page(1, list, { first: 2, after: null }, 7)).edges).toEqual([]);
  for (const [offset, cursor] of [
    [-1, null],
    [1.5, null],
    [10_000_001, null],
    [1, after],
  ] as const)
    // prettier-ignore
    await expect(cases.page(1, list, { first: 1, after: cursor }, offset)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
});

test('the fields of EXIF: none of a damaged picture, null when the original is missing; a bug is an error', async () => {
  expect(await cases.exif(rows[0]!)).toEqual([LENS]);
  expect(await cases.exif(rows[1]!)).toEqual([]);
  expect(await cases.exif(rows[5]!)).toBeNull();
  await expect(cases.exif(rows[2]!)).rejects.toThrow('a bug');
});

test('the path of an original; null when it was copied, and when it is no text', async () => {
  const at = (path: string): ImageRow => ({ ...rows[0]!, original: { kind: 'reference', path, modifiedAtMs: 1 } });
  expect(await cases.originalPath(at('/照片/a.jpg'))).toBe('/照片/a.jpg');
  expect(await cases.originalPath(at('base64:L/8='))).toBeNull();
  expect(await cases.originalPath(rows[0]!)).toBeNull();
});

test('the position of an image in a list; null when the list does not have it', async () => {
  const list: WantedList = { order: { field: 'SIZE', direction: 'DESC' } };
  const whole = (await cases.page(1, list, { first: 10, after: null })).edges.map(({ node }) => node.id);
  for (const [index, id] of whole.entries()) expect(await cases.position(1, list, `Image:${id}`)).toBe(index);
  for (const id of ['99', 'unknown']) expect(await cases.position(1, list, id)).toBeNull();
  expect(await cases.position(2, list, '1')).toBeNull();
  // The fake filter matches even ids.
  const filter = { kind: 'exists', attribute: 'camera' } as const;
  expect(await cases.position(1, { ...list, filter }, '3')).toBeNull();
  expect(await cases.position(1, { ...list, filter }, '4')).toBe(whole.indexOf(4));
});

test('a cursor of an earlier version is still that of all images in the order of loading', async () => {
  const cursor = Buffer.from('images 1:3').toString('base64url');
  const { edges } = await cases.page(1, {}, { first: 10, after: cursor });
  expect(edges.map(({ node }) => node.id)).toEqual([4, 5, 6]);
  expect(edges[0]?.cursor).toBe(Buffer.from('images 1:4').toString('base64url'));
});

test('a cursor belongs to one collection, filter and order, and a forged key is refused', async () => {
  const size: WantedList = { order: { field: 'SIZE', direction: 'ASC' } };
  const { edges } = await cases.page(1, size, { first: 1, after: null });
  const cursor = edges[0]!.cursor;
  const other: readonly (readonly [number, WantedList, string])[] = [
    [2, size, cursor],
    [1, {}, cursor],
    [1, { order: { field: 'SIZE', direction: 'DESC' } }, cursor],
    [1, { ...size, filter: { kind: 'exists', attribute: 'camera' } }, cursor],
    ...['x', '[1]', '[{},1]', '[1,"a"]', '[1.5,1]', '[1,1.5]', '{}', '[1,1,1]'].map((key) => {
      const kind = Buffer.from(cursor, 'base64url').toString().split(':')[0] ?? '';
      return [1, size, Buffer.from(`${kind}:${key}`).toString('base64url')] as const;
    }),
    [1, {}, Buffer.from('images 1:x').toString('base64url')],
  ];
  for (const [collection, list, after] of other)
    await expect(cases.page(collection, list, { first: 1, after })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('a plain list begins after an image of the collection, which has to exist unless the order is that of loading', async () => {
  const order = { field: 'NAME', direction: 'ASC' } as const;
  await cases.ofCollection(1, { order }, 'Image:3', 2);
  expect(asked.at(-1)?.after).toEqual({ value: rows[2]!.imageId, id: 3 });
  await cases.ofCollection(1, {}, '99', 2);
  expect(asked.at(-1)?.after).toEqual({ value: 99, id: 99 });
  for (const [collection, after] of [
    [1, 'Image:99'],
    [2, 'Image:3'],
  ] as const)
    // prettier-ignore
    await expect(cases.ofCollection(collection, { order }, after, 2)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('hits in another order have those without the value last, and equal ones nearest first', () => {
  const hits = [5, 4, 2, 6, 1].map((id) => ({ image: rows[id - 1]! }));
  const ids = (direction: 'ASC' | 'DESC'): number[] =>
    inOrder(hits, { field: 'TAKEN_AT', direction }).map(({ image }) => image.id);
  expect(ids('ASC')).toEqual([4, 2, 6, 5, 1]);
  expect(ids('DESC')).toEqual([2, 6, 4, 5, 1]);
});

test('filters are checked, and their folders are in NFC', async () => {
  await cases.page(
    1,
    { filter: { kind: 'inFolder', attribute: 'imageId', folder: 'cafe\u0301' } },
    { first: 1, after: null },
  );
  expect(asked.at(-1)?.list.filter).toEqual({ kind: 'inFolder', attribute: 'imageId', folder: 'caf\u00e9' });
  const bad = { filter: { kind: 'or', filters: [] } } as const;
  await expect(cases.page(1, bad, { first: 1, after: null })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expect(cases.count({ id: 1, name: 'c' }, bad.filter)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('a zip file has the images of the call in its order, each once, within its limits', async () => {
  const ids = (found: readonly ImageRow[]): number[] => found.map(({ id }) => id);
  expect(ids(await cases.forZip(['Image:4', '1', 'Image:4', '99', 'x']))).toEqual([4, 1]);
  await expect(cases.forZip([])).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expect(cases.forZip(['99', 'x'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
  // Images of other collections are as unknown ones.
  await expect(cases.forZip(['1'], new Set([2]))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(ids(await cases.forZip(['1', '2'], new Set([1])))).toEqual([1, 2]);
  const tooMany = { code: 'LIMIT_EXCEEDED', message: expect.stringContaining('WENTU_MAX_ZIP_IMAGES') as string };
  await expect(cases.forZip(['1', '2', '3', '4', '5', '6'])).rejects.toMatchObject(tooMany);
  const tooLarge = { code: 'LIMIT_EXCEEDED', message: expect.stringContaining('WENTU_MAX_ZIP_BYTES') as string };
  await expect(cases.forZip(['1', '2', '4', '5'])).rejects.toMatchObject(tooLarge);
});
