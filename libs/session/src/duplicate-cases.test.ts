import { NO_FACTS, NO_OWN, type Collection, type DuplicateState, type EmbeddedImage } from '@wentu/domain';
import { DuplicateCases, type DuplicatePorts } from './duplicate-cases';

const activeSpace = { id: 4, model: 'm', space: 's', dimension: 2 };
const collection = { id: 1, name: 'c', activeSpace, imageCount: 8 } as Collection;
const rowOf = (
  id: number,
  contentHash: string,
  angle: number,
  state: EmbeddedImage['state'] = 'READY',
): EmbeddedImage => ({
  ...{ id, contentHash, state, collectionId: 1, imageId: `${id}.jpg`, mimeType: 'image/jpeg', width: 1, height: 1 },
  ...{
    sizeBytes: 1,
    original: { kind: 'copied' },
    facts: NO_FACTS,
    own: NO_OWN,
    vector: Float32Array.of(Math.cos(angle), Math.sin(angle)),
  },
});

function casesOf(
  rows: readonly EmbeddedImage[],
  state: DuplicateState,
  newIds: readonly number[] = [],
): DuplicateCases {
  const collections = {
    find: async (name) => (name === 'c' ? collection : null),
    list: async () => [collection],
  } satisfies DuplicatePorts['collections'];
  const images = {
    getEmbedded: async (space, ids) => (space === 4 ? rows.filter(({ id }) => ids.includes(id)) : []),
    pageIdsInState: async (_collection, _state, afterId) => newIds.filter((id) => id > afterId),
  } satisfies DuplicatePorts['images'];
  const groups = [3, 2].map((foundCount) => ({ foundCount, key: 10 * foundCount, ids: [2, 1, 3], spareBytes: 9 }));
  const duplicates = {
    start: async () => state,
    cancel: async () => state,
    state: async () => state,
    groups: async (_collection, after, limit) => {
      const rest = groups.filter(({ foundCount }) => after === null || foundCount < after.foundCount);
      return { groups: rest.slice(0, limit), total: 2, spareBytes: 18 };
    },
  } satisfies DuplicatePorts['duplicates'];
  return new DuplicateCases({ collections, images, duplicates });
}
const none: DuplicateState = { running: null, failure: null, result: null };

test('says why an image is in a group, and how similar it is to the best one', async () => {
  const cases = casesOf([rowOf(1, 'a', 0), rowOf(2, 'a', 0), rowOf(3, 'b', 0.2)], none);
  const { edges } = await cases.page('c', { first: 1, after: null });
  const found = await cases.images(edges[0]!.node, 10);
  expect(found.map(({ image, kind }) => [image.id, kind])).toEqual([
    [2, 'BEST'],
    [1, 'EXACT'],
    [3, 'NEAR'],
  ]);
  expect(found[2]!.similarity).toBeCloseTo(Math.cos(0.2), 6);
  expect(found[0]!.image).not.toHaveProperty('vector');
  expect(await cases.images(edges[0]!.node, 1)).toHaveLength(1);
});

test('images that were deleted after the groups were read are left out', async () => {
  const cases = casesOf([rowOf(2, 'a', 0), rowOf(1, 'a', 0, 'TOMBSTONE')], none);
  const { edges } = await cases.page('c', { first: 1, after: null });
  expect((await cases.images(edges[0]!.node, 10)).map(({ image }) => image.id)).toEqual([2]);
});

test('pages follow each other, with the sums of all pages', async () => {
  const cases = casesOf([], none);
  const first = await cases.page('c', { first: 1, after: null });
  expect(first).toMatchObject({ hasNextPage: true, total: 2, spareBytes: 18 });
  const second = await cases.page('c', { first: 1, after: first.edges[0]!.cursor });
  expect(second).toMatchObject({ hasNextPage: false, edges: [{ node: { key: 20 } }] });
  await expect(cases.page('c', { first: 1_001, after: null })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expect(cases.page('other', { first: 1, after: null })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('counts the images that were added since the last search', async () => {
  const result = { model: 'm', minSimilarity: 0.9, imageCount: 3, newestId: 7, finishedAt: new Date(0) };
  expect(await casesOf([], { ...none, result }, [6, 8, 9]).facts('c')).toMatchObject({ status: 'DONE', newImages: 2 });
  expect(await casesOf([], none, [6, 8, 9]).facts('c')).toMatchObject({ status: 'NONE', newImages: 0 });
});

test('the status is that of the running search, else that of the last one', async () => {
  const result = { model: 'm', minSimilarity: 0.9, imageCount: 3, newestId: 7, finishedAt: new Date(0) };
  const running = { startedAt: new Date(0), done: 0.5 };
  const failure = { code: 'UNAVAILABLE', message: 'away' } as const;
  const statusOf = async (state: Partial<DuplicateState>): Promise<string> =>
    (await casesOf([], { ...none, ...state }).facts('c')).status;
  expect(await statusOf({ running, failure, result })).toBe('RUNNING');
  expect(await statusOf({ failure, result })).toBe('FAILED');
  expect(await statusOf({ failure: { ...failure, code: 'CANCELLED' }, result })).toBe('CANCELLED');
});
