import { NO_FACTS, NO_OWN, type ImageReader, type ImageRow } from '@wentu/domain';
import { pageOfGroups, rankGroups } from './rank-groups';

const row = (id: number, width: number, sizeBytes: number, state: ImageRow['state'] = 'READY'): ImageRow => ({
  ...{ id, width, height: 10, sizeBytes, state, collectionId: 1, imageId: `${id}.jpg` },
  ...{ contentHash: String(id), mimeType: 'image/jpeg', original: { kind: 'copied' }, facts: NO_FACTS, own: NO_OWN },
});
const readerOf = (rows: readonly ImageRow[]): Pick<ImageReader, 'get'> => ({
  get: async (ids) => rows.filter(({ id }) => ids.includes(id)),
});

test('the image with most pixels is the best, then the largest file, then the oldest', async () => {
  const images = readerOf([row(1, 50, 900), row(2, 80, 500), row(3, 80, 700), row(4, 80, 700)]);
  expect(await rankGroups(images, [[1, 2, 3, 4]])).toEqual([
    { foundCount: 4, key: 1, ids: [3, 4, 2, 1], spareBytes: 700 + 500 + 900 },
  ]);
});

test('images that were deleted or replaced are left out, and groups with fewer than two others', async () => {
  const images = readerOf([row(1, 9, 1), row(2, 8, 1), row(3, 7, 1, 'TOMBSTONE'), row(5, 9, 1), row(7, 9, 1)]);
  const groups = await rankGroups(images, [[1, 2, 3], [5, 6], [7, 8, 9]]); // prettier-ignore
  expect(groups.map(({ ids }) => ids)).toEqual([[1, 2]]);
});

test('groups are in pages, largest first, and stay in order while images are deleted', async () => {
  const groups = [[1, 2], [10, 11, 12], [20, 21, 22], [30, 31]]; // prettier-ignore
  const all = groups.flat().map((id) => row(id, 10, 1));
  const ranked = await rankGroups(readerOf(all), groups);
  const first = pageOfGroups(ranked, null, 2);
  expect(first.groups.map(({ key }) => key)).toEqual([10, 20]);
  expect(first).toMatchObject({ total: 4, spareBytes: 6 });
  // Two of the largest group and one of the third are deleted: both keep their places.
  const later = await rankGroups(readerOf(all.filter(({ id }) => ![10, 11, 21].includes(id))), groups);
  const last = first.groups.at(-1)!;
  expect(pageOfGroups(later, last, 10).groups.map(({ key }) => key)).toEqual([1, 30]);
  expect(pageOfGroups(later, null, 10).groups.map(({ key }) => key)).toEqual([20, 1, 30]);
  expect(pageOfGroups(later, { foundCount: 2, key: 30 }, 10).groups).toEqual([]);
});
