import type { Collection, Images, MetadataStore, VectorStore } from '@wentu/domain';
import { CollectionAdmin } from './collection-admin';
import { fake } from './testing/fake';

const FILTER = { kind: 'inFolder', attribute: 'imageId', folder: 'a' } as const;
let ready: Set<number>;
let removed: number[][];
/** Called before each batch is removed. */
let beforeBatch: () => void;
beforeEach(() => {
  ready = new Set(Array.from({ length: 2_500 }, (_, i) => i + 1));
  removed = [];
  beforeBatch = () => undefined;
});

const collection = { id: 1, name: 'c' } as Collection;
const images = fake<Images>({
  settlement: async () => ({ unsettled: 0, newestId: Math.max(0, ...ready), reencodingId: 0, attributesVersion: 0 }),
  countMatching: async () => ready.size,
  pageMatchingIds: async (_collection, _filter, afterId, limit) =>
    [...ready]
      .filter((id) => id > afterId)
      .sort((a, b) => a - b)
      .slice(0, limit),
  tombstone: async (_collection, ids) => {
    beforeBatch();
    const found = ids.filter((id) => ready.delete(id));
    removed.push(found);
    return found;
  },
  removeRows: async () => [],
});
const admin = new CollectionAdmin(
  fake<MetadataStore>({
    collections: fake<MetadataStore['collections']>({ find: async () => collection, listSpaces: async () => [] }),
    images,
  }),
  fake<VectorStore>({}),
);

test('another number of images than expected deletes nothing, and the error has both numbers', async () => {
  await expect(admin.deleteMatching('c', FILTER, 2_499, false)).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringMatching(/2500 images of "c" match .* 2499 were expected/) as string,
  });
  expect(removed).toEqual([]);
});

test('images are deleted in batches, and those that are loaded meanwhile stay', async () => {
  beforeBatch = () => void ready.add(3_000 + removed.length);
  expect(await admin.deleteMatching('c', FILTER, 2_500, false)).toBe(2_500);
  expect(removed.map(({ length }) => length)).toEqual([1_000, 1_000, 500]);
  expect([...ready]).toEqual([3_000, 3_001, 3_002]);
});

test('after an interruption, the next call deletes the rest', async () => {
  beforeBatch = () => {
    if (removed.length === 1) throw new Error('the connection broke');
  };
  await expect(admin.deleteMatching('c', FILTER, 2_500, false)).rejects.toThrow('the connection broke');
  expect(ready.size).toBe(1_500);
  beforeBatch = () => undefined;
  await expect(admin.deleteMatching('c', FILTER, 2_500, false)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await admin.deleteMatching('c', FILTER, 1_500, false)).toBe(1_500);
  expect(ready.size).toBe(0);
});
