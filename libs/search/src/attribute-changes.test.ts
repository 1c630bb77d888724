import {
  applyChange,
  imageAttributes,
  NO_FACTS,
  NO_OWN,
  UnavailableError,
  type Collections,
  type EmbeddedImage,
  type ImageAttributes,
  type Images,
  type MetadataStore,
  type StalePoint,
  type VectorPoint,
  type VectorStore,
} from '@wentu/domain';
import { AttributeChanges } from './attribute-changes';
import { fake } from './testing/fake';

const SPACE = { id: 4, model: 'm', space: 's', dimension: 2 };
const KEPT = { ...SPACE, id: 5, model: 'n' };

/** Fakes at the ports. Each call that changes something is a line of the log. */
function setUp({ isRemote = true, count = 3 } = {}) {
  const log: string[] = [];
  const rows = new Map<number, EmbeddedImage>();
  for (let id = 1; id <= count; id++)
    rows.set(id, {
      ...{ id, collectionId: 1, imageId: `i${id}`, state: 'READY', mimeType: 'image/png', width: 1, height: 1 },
      ...{ contentHash: 'c', sizeBytes: 1, original: { kind: 'copied' }, facts: NO_FACTS, own: NO_OWN },
      vector: Float32Array.of(1, 0),
    });
  const points = new Map<string, VectorPoint>();
  const stale: StalePoint[] = [];
  const hooks: { onUpsert?: (index: string) => void } = {};
  let lastId = 0;
  const withIds = (ids: readonly number[]) => ids.flatMap((id) => rows.get(id) ?? []);
  const attributes = fake<ImageAttributes>({
    change: async (_id, changes) => {
      const ids: number[] = [];
      const results = changes.map((change) => {
        const row = [...rows.values()].find(({ imageId }) => imageId === change.imageId);
        if (!row) return { imageId: change.imageId, status: 'NOT_FOUND', message: null } as const;
        rows.set(row.id, { ...row, own: applyChange(row.own, change) });
        stale.push({ id: ++lastId, imageRowId: row.id });
        ids.push(row.id);
        return { imageId: change.imageId, status: 'DONE', message: null } as const;
      });
      log.push(`rows ${ids.join()}`);
      return { results, stale: stale.filter(({ imageRowId }) => ids.includes(imageRowId)) };
    },
    staleOf: async (ids) => stale.filter(({ imageRowId }) => ids.includes(imageRowId)),
    pageStale: async (_id, after, limit) => stale.filter(({ id }) => id > after).slice(0, limit),
    removeStale: async (_id, ids) => {
      log.push(`done ${ids.length}`);
      for (const id of ids)
        stale.splice(
          stale.findIndex((each) => each.id === id),
          1,
        );
    },
  });
  const store = fake<MetadataStore>({
    attributes,
    collections: fake<Collections>({
      listSpaces: async () => [SPACE, KEPT].map((space) => ({ ...space, imageCount: count })),
      find: async (name) =>
        name === 'c'
          ? { ...{ id: 1, name, imageCount: count, sizeBytes: 0 }, createdAt: new Date(0), activeSpace: SPACE }
          : null,
    }),
    images: fake<Images>({
      getEmbedded: async (_space, ids) => withIds(ids),
      get: async (ids) => withIds(ids),
      getStates: async (ids) => new Map(withIds(ids).map(({ id, state }) => [id, state])),
    }),
  });
  const vectors = fake<VectorStore>({
    isRemote,
    upsert: async (index, written) => {
      hooks.onUpsert?.(index);
      log.push(`points ${index} ${written.map(({ id }) => id).join()}`);
      for (const point of written) points.set(`${index} ${point.id}`, point);
    },
    delete: async (index, ids) => {
      for (const id of ids) points.delete(`${index} ${id}`);
    },
    flush: async (index) => void log.push(`flush ${index}`),
  });
  const errors: unknown[] = [];
  const changes = new AttributeChanges({ store, vectors }, new AbortController().signal, (error) => errors.push(error));
  const tag = (id: number, name = 'x') => changes.change('c', [{ imageId: `i${id}`, addTags: [name] }]);
  const check = (...ids: number[]): void => {
    for (const id of ids)
      for (const space of [SPACE, KEPT])
        expect(points.get(`w3_1_${space.id} ${id}`)?.attributes).toEqual(imageAttributes(rows.get(id)!));
  };
  return { changes, tag, check, rows, points, stale, log, hooks, errors };
}

test('changes the rows, then the points of every space, then forgets that they were stale', async () => {
  const { changes, log, stale, check } = setUp();
  const both = [1, 2].map((id) => ({ imageId: `i${id}`, addTags: ['x'] }));
  expect(await changes.change('c', [...both, { imageId: 'nope' }])).toMatchObject([
    { imageId: 'i1', status: 'DONE' },
    { imageId: 'i2', status: 'DONE' },
    { imageId: 'nope', status: 'NOT_FOUND' },
  ]);
  expect(log).toEqual(['rows 1,2', 'points w3_1_4 1,2', 'points w3_1_5 1,2', 'done 2']);
  expect(stale).toEqual([]);
  check(1, 2);
  await expect(changes.change('other', both)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('writes a point again when its row changed meanwhile', async () => {
  const { rows, tag, check, hooks, log } = setUp();
  let isFirst = true;
  hooks.onUpsert = () => {
    if (isFirst) rows.set(1, { ...rows.get(1)!, own: { tags: ['of another process'], attributes: [] } });
    isFirst = false;
  };
  await tag(1);
  check(1);
  expect(log.filter((line) => line === 'points w3_1_4 1')).toHaveLength(2);
});

test('removes the points of a row that was deleted meanwhile', async () => {
  const { rows, tag, points, hooks } = setUp();
  hooks.onUpsert = () => rows.delete(1);
  await tag(1);
  expect([...points.keys()]).toEqual([]);
});

test('while the index is unavailable the entries stay, and the points follow later', async () => {
  const { changes, tag, check, hooks, stale } = setUp();
  hooks.onUpsert = () => {
    throw new UnavailableError('no Milvus');
  };
  await expect(tag(1)).rejects.toThrow('no Milvus');
  await changes.resume();
  expect(stale).toHaveLength(1);
  delete hooks.onUpsert;
  await changes.resume();
  expect(stale).toEqual([]);
  check(1);
});

test('the entry of a row that is not READY stays until its load follows', async () => {
  const { changes, rows, tag, stale, check } = setUp();
  rows.set(1, { ...rows.get(1)!, state: 'PENDING' });
  await tag(1);
  expect(stale).toHaveLength(1);
  rows.set(1, { ...rows.get(1)!, state: 'READY' });
  await changes.followRows(1, [1]);
  expect(stale).toEqual([]);
  check(1);
});

test('entries stay while a repair may write points from earlier rows, and their points follow after it', async () => {
  const { changes, points, tag, stale, check } = setUp();
  await changes.whileKept(1, async () => {
    await tag(1);
    expect(stale).toHaveLength(1);
    points.clear();
  });
  expect(stale).toEqual([]);
  check(1);
});

test('an index in this process keeps the entries until its files have the points of many', async () => {
  const { changes, tag, stale, log, check, errors } = setUp({ isRemote: false, count: 12_000 });
  await tag(1);
  await changes.close();
  expect([stale.length, log.some((line) => line.startsWith('flush'))]).toEqual([1, false]);
  const rest = Array.from({ length: 11_999 }, (_, i) => ({ imageId: `i${i + 2}`, addTags: ['x'] }));
  await changes.change('c', rest);
  await changes.close();
  expect(log.slice(-3)).toEqual(['flush w3_1_4', 'flush w3_1_5', 'done 12000']);
  expect([stale, errors]).toEqual([[], []]);
  check(1, 12_000);
});

test('a start writes the points of all entries that an earlier process left', async () => {
  const { changes, rows, stale, check } = setUp({ isRemote: false, count: 2_500 });
  for (const id of rows.keys()) {
    stale.push({ id, imageRowId: id });
    rows.set(id, { ...rows.get(id)!, own: { tags: [`t${id}`], attributes: [] } });
  }
  await changes.followAll(1);
  check(1, 1_000, 1_001, 2_500);
});
