import {
  NO_FACTS,
  NO_OWN,
  type Collection,
  type CollectionReader,
  type DuplicateResults,
  type ImageReader,
  type ImageRow,
  type PairPage,
  type StoredDuplicates,
} from '@wentu/domain';
import { fake } from '../testing/fake';
import { DuplicateScans } from './duplicate-scans';

const space = { id: 1, model: 'm', space: 's', dimension: 2 };
const rowOf = (id: number, contentHash: string): ImageRow => ({
  ...{ id, contentHash: contentHash.padEnd(64, '0'), width: 10 + id, height: 10, sizeBytes: 5, state: 'READY' },
  ...{
    collectionId: 1,
    imageId: `${id}`,
    mimeType: 'image/png',
    original: { kind: 'copied' },
    facts: NO_FACTS,
    own: NO_OWN,
  },
});
const pairsOf = (pairs: readonly (readonly [number, number])[], next: string | null): PairPage => ({
  ids: Float64Array.from(pairs.flat()),
  similarities: Float32Array.from(pairs, () => 0.97),
  ...{ next, done: next === null ? 1 : 0.5 },
});

let rows: ImageRow[];
let stored: Map<number, StoredDuplicates>;
let storeId: string;
/** Holds the second page of pairs. */
let gate: Promise<void>;
let open: () => void;
let bugs: unknown[];
beforeEach(() => {
  // 3 and 4 are equal files; 5 has the same first digits as 3.
  rows = [rowOf(1, 'a'), rowOf(2, 'b'), rowOf(3, 'c'), rowOf(4, 'c'), rowOf(5, 'c000000000000001'), rowOf(6, 'd')];
  stored = new Map();
  storeId = 'store';
  gate = new Promise((resolve) => (open = resolve));
  bugs = [];
});

const results: DuplicateResults = {
  read: async (id) => stored.get(id) ?? null,
  write: async (result) => void stored.set(result.collectionId, result),
  keepOnly: async (ids) => {
    for (const id of stored.keys()) if (!ids.includes(id)) stored.delete(id);
  },
};
function scans(pages: (from: string | null, signal?: AbortSignal) => Promise<PairPage>): DuplicateScans {
  const collection = (id: number): Collection => {
    const sizeBytes = rows.reduce((sum, row) => sum + row.sizeBytes, 0);
    return { id, name: `c${id}`, activeSpace: space, imageCount: rows.length, sizeBytes, createdAt: new Date(0) };
  };
  const images = fake<ImageReader>({
    settlement: async () => ({ unsettled: 0, newestId: rows.at(-1)?.id ?? 0, reencodingId: 0, attributesVersion: 0 }),
    page: async (_, afterId, limit) => rows.filter(({ id }) => id > afterId).slice(0, limit),
    get: async (ids) => rows.filter(({ id }) => ids.includes(id)),
  });
  const collections = fake<CollectionReader>({
    findById: async (id) => (id < 3 ? collection(id) : null),
    list: async () => [collection(1), collection(2)],
  });
  return new DuplicateScans({
    store: { collections, images, storeId: async () => storeId, isRemote: false },
    vectors: { isRemote: false, pairs: async (_index, { from }, signal) => await pages(from, signal) },
    results,
    minSimilarityOf: async () => 0.95,
    onError: (error) => bugs.push(error),
    onWait: () => undefined,
  });
}
const twoPages = async (from: string | null): Promise<PairPage> => {
  if (from === null) return pairsOf([[1, 2]], 'next');
  await gate;
  return pairsOf([[2, 6]], null);
};
async function untilEnded(finder: DuplicateScans, id = 1): Promise<void> {
  while ((await finder.state(id)).running) await new Promise(setImmediate);
}

test('near pairs and equal files are joined; rows with equal digits of different hashes are not', async () => {
  const finder = scans(twoPages);
  expect(await finder.state(1)).toEqual({ running: null, failure: null, result: null });
  expect(await finder.groups(1, null, 10)).toEqual({ groups: [], total: 0, spareBytes: 0 });
  const started = await finder.start(1);
  expect(started.running?.done).toBe(0);
  // A second start continues the first one.
  expect((await finder.start(1)).running?.startedAt).toEqual(started.running?.startedAt);
  open();
  await untilEnded(finder);
  expect((await finder.groups(1, null, 10)).groups.map(({ ids }) => ids)).toEqual([
    [6, 2, 1],
    [4, 3],
  ]);
  expect(await finder.state(1)).toMatchObject({
    ...{ running: null, failure: null },
    result: { model: 'm', minSimilarity: 0.95, imageCount: 6, newestId: 6 },
  });
});

test('deleted images leave their groups', async () => {
  const finder = scans(twoPages);
  open();
  await finder.start(1);
  await untilEnded(finder);
  expect((await finder.groups(1, null, 10)).total).toBe(2);
  rows = rows.filter(({ id }) => id !== 6 && id !== 3);
  const { groups, total } = await finder.groups(1, null, 10);
  expect(groups.map(({ ids }) => ids)).toEqual([[2, 1]]);
  expect(total).toBe(1);
});

test('a cancelled search keeps the result before it, and its work ends', async () => {
  const finder = scans(twoPages);
  open();
  await finder.start(1);
  await untilEnded(finder);
  const before = stored.get(1);
  let aborted = false;
  let asked = (): void => undefined;
  const isAsked = new Promise<void>((resolve) => (asked = resolve));
  const stuck = scans(
    (_, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          aborted = true;
          reject(signal.reason as Error);
        });
        asked();
      }),
  );
  await stuck.start(1);
  await isAsked;
  const cancelled = await stuck.cancel(1);
  expect(cancelled).toMatchObject({ running: null, failure: { code: 'CANCELLED' }, result: { imageCount: 6 } });
  await stuck.close();
  expect(aborted).toBe(true);
  expect(stored.get(1)).toBe(before);
  expect(bugs).toEqual([]);
});

test('collections wait for their turn; a cancelled one does not run', async () => {
  const asked: (string | null)[] = [];
  const finder = scans(async (from) => {
    asked.push(from);
    return await twoPages(from);
  });
  await finder.start(1);
  await finder.start(2);
  expect((await finder.state(2)).running?.done).toBe(0);
  await finder.cancel(2);
  open();
  await untilEnded(finder);
  await finder.close();
  expect(asked).toEqual([null, 'next']);
  expect([...stored.keys()]).toEqual([1]);
});

test('a bug is reported and its text is not shown; the next search succeeds', async () => {
  let isBroken = true;
  const finder = scans(async (from) => {
    if (isBroken) throw new TypeError('secret');
    return await twoPages(from);
  });
  open();
  await finder.start(1);
  await untilEnded(finder);
  const { failure } = await finder.state(1);
  expect(failure?.code).toBe('INTERNAL');
  expect(failure?.message).not.toContain('secret');
  expect(bugs).toHaveLength(1);
  isBroken = false;
  await finder.start(1);
  await untilEnded(finder);
  expect(await finder.state(1)).toMatchObject({ failure: null, result: { imageCount: 6 } });
});

test('the result of another database is ignored; results of dropped collections are removed', async () => {
  stored.set(9, { ...({ collectionId: 9 } as StoredDuplicates) });
  const finder = scans(twoPages);
  open();
  await finder.start(1);
  await untilEnded(finder);
  expect([...stored.keys()]).toEqual([1]);
  storeId = 'another';
  expect(await scans(twoPages).groups(1, null, 10)).toMatchObject({ total: 0 });
});

test('an unknown collection is NOT_FOUND', async () => {
  await expect(scans(twoPages).start(3)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
