import {
  imageAttributes,
  ItemError,
  NO_FACTS,
  NO_OWN,
  type CollectionSpace,
  type Collections,
  type EmbeddedImage,
  type Images,
  type LoadQueue,
  type MetadataStore,
  type NewFacts,
  type VectorPoint,
  type VectorStore,
} from '@wentu/domain';
import { createHash } from 'node:crypto';
import { FactsPass } from './facts-pass';
import type { ImageModel, ImageModels, UsedImageModel } from './image-models';
import { fake } from './testing/fake';

const SPACE = { id: 4, model: 'm', space: 's', dimension: 2 };
const SECOND = { ...SPACE, id: 5, model: 'n' };

const row = (id: number): EmbeddedImage => ({
  ...{ id, collectionId: 1, imageId: `i${id}`, state: 'READY', mimeType: 'image/png', width: 1, height: 1 },
  contentHash: createHash('sha256').update(String(id)).digest('hex'),
  sizeBytes: 1,
  original: { kind: 'copied' },
  facts: NO_FACTS,
  own: NO_OWN,
  vector: Float32Array.of(1, 0),
});

interface Given {
  readonly count?: number;
  readonly gone?: readonly number[];
  readonly unreadable?: readonly number[];
  /** Called when the rows of these ids change. */
  readonly onSet?: (ids: readonly number[]) => void;
  readonly onInspect?: (id: number) => Promise<void> | void;
}

/** Fakes at the ports, which log the calls that change something. */
function setUp({ count = 3, gone = [], unreadable = [], onSet, onInspect }: Given = {}) {
  const log: string[] = [];
  const rows = new Map(Array.from({ length: count }, (_, i) => [i + 1, row(i + 1)]));
  const done = new Set<number>();
  const spaces: CollectionSpace[] = [{ ...SPACE, imageCount: count }];
  const points = new Map<string, VectorPoint>();
  const jobs: { status: 'RUNNING' }[] = [];
  const waiting = (): EmbeddedImage[] => [...rows.values()].filter(({ id }) => !done.has(id));
  const store = fake<MetadataStore>({
    collections: fake<Collections>({
      list: async () => [
        { ...{ id: 1, name: 'c', imageCount: count, sizeBytes: 0 }, createdAt: new Date(0), activeSpace: SPACE },
      ],
      listSpaces: async () => [...spaces],
    }),
    images: fake<Images>({
      countWithoutFacts: async () => waiting().length,
      pageWithoutFacts: async (_id, after, limit) =>
        waiting()
          .filter(({ id }) => id > after)
          .slice(0, limit),
      get: async (ids) => [...rows.values()].filter(({ id }) => ids.includes(id)),
      getEmbedded: async (_space, ids) => [...rows.values()].filter(({ id }) => ids.includes(id)),
      async setFacts(_id, changes: readonly NewFacts[]) {
        onSet?.(changes.map(({ id }) => id));
        const ready = changes.filter(({ id }) => rows.has(id));
        log.push(`rows ${ready.map(({ id }) => id).join(' ')}`);
        for (const { id, facts } of ready) {
          done.add(id);
          rows.set(id, { ...(rows.get(id) as EmbeddedImage), facts });
        }
        return ready.map(({ id }) => id);
      },
    }),
    loads: fake<LoadQueue>({ listUnfinished: async () => jobs as never[] }),
    originals: fake<MetadataStore['originals']>({}),
  });
  const vectors = fake<VectorStore>({
    isRemote: false,
    async upsert(index, written) {
      log.push(`points of ${index} ${written.map(({ id }) => id).join(' ')}`);
      for (const point of written) points.set(`${index} ${point.id}`, point);
    },
    flush: async (index) => void log.push(`flushed ${index}`),
    delete: async (index, ids) => void log.push(`removed from ${index} ${ids.join(' ')}`),
  });
  const used = fake<UsedImageModel>({
    preparer: {
      async inspect(bytes: Uint8Array) {
        const id = Number(Buffer.from(bytes).toString());
        await onInspect?.(id);
        if (id === 13) throw new ItemError('DECODE_FAILED', 'damaged');
        return { mimeType: 'image/png', width: 1, height: 1, exif: { camera: `camera ${id}` } };
      },
      prepare: async () => await Promise.reject(new Error('no pixels are needed')),
      revisionOf: () => '',
    },
    close: async () => void log.push('closed'),
  });
  const controller = new AbortController();
  const pass = new FactsPass(
    {
      store,
      vectors,
      models: fake<ImageModels>({ own: fake<ImageModel>({ use: () => used }) }),
      readOriginals: () => ({
        async read({ id }) {
          if (unreadable.includes(id)) throw new ItemError('READ_FAILED', 'no answer');
          return gone.includes(id) ? null : Buffer.from(String(id));
        },
      }),
    },
    controller.signal,
  );
  return { pass, log, rows, done, spaces, points, stop: (reason: Error) => controller.abort(reason) };
}

test('writes the points, until they outlive a crash, and then the rows', async () => {
  const { pass, log, rows, points } = setUp();
  await pass.run();
  expect(log).toEqual(['points of w3_1_4 1 2 3', 'flushed w3_1_4', 'rows 1 2 3', 'closed']);
  for (const [id, image] of rows) {
    expect(image.facts).toEqual({ ...NO_FACTS, camera: `camera ${id}` });
    expect(points.get(`w3_1_4 ${id}`)?.attributes).toEqual(imageAttributes(image));
  }
  await pass.run();
  expect(log).toHaveLength(4);
});

test('originals that are gone or damaged are done, and those that cannot be read now are left', async () => {
  const { pass, rows, done } = setUp({ count: 13, gone: [2], unreadable: [3] });
  await pass.run();
  expect([2, 13].map((id) => rows.get(id)?.facts)).toEqual([NO_FACTS, NO_FACTS]);
  expect([...done].sort((a, b) => a - b)).toEqual([1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
});

test('the points of images that were deleted meanwhile are removed', async () => {
  const { pass, log, rows } = setUp({ onSet: () => void rows.delete(2) });
  await pass.run();
  expect(log).toEqual(['points of w3_1_4 1 2 3', 'flushed w3_1_4', 'rows 1 3', 'removed from w3_1_4 2', 'closed']);
});

test('points of a space that was added meanwhile follow the rows', async () => {
  const { pass, log, spaces, points, rows } = setUp({ onSet: () => void spaces.push({ ...SECOND, imageCount: 0 }) });
  await pass.run();
  expect(log).toEqual([
    'points of w3_1_4 1 2 3',
    'flushed w3_1_4',
    'rows 1 2 3',
    'points of w3_1_5 1 2 3',
    'flushed w3_1_5',
    'closed',
  ]);
  expect(points.get('w3_1_5 2')?.attributes).toEqual(imageAttributes(rows.get(2)!));
});

test('a point whose image the owner changed meanwhile is written again', async () => {
  const own = { tags: ['x'], attributes: [] };
  const { pass, log, points, rows } = setUp({ onSet: () => void rows.set(2, { ...rows.get(2)!, own }) });
  await pass.run();
  expect(log.slice(2)).toEqual(['rows 1 2 3', 'points of w3_1_4 2', 'flushed w3_1_4', 'closed']);
  expect(points.get('w3_1_4 2')?.attributes).toEqual(imageAttributes(rows.get(2)!));
});

test('other work waits for the image that is being read, and the rest goes on after it', async () => {
  const order: string[] = [];
  let work: Promise<void> = Promise.resolve();
  let hasPaused = false;
  const { pass, log, done } = setUp({
    count: 50,
    onInspect: (id) => {
      // It is read again after the pause.
      if (id !== 5 || hasPaused) return;
      hasPaused = true;
      work = pass.whilePaused(async () => {
        order.push(`${done.size} of 50`);
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`${done.size} of 50`);
      });
    },
  });
  await pass.run();
  await work;
  const [before, after] = order.map((line) => Number(line.split(' ')[0])) as [number, number];
  expect([before > 0, before < 10, after]).toEqual([true, true, before]);
  expect([done.size, log.filter((line) => line.startsWith('rows')).length]).toEqual([50, 2]);
});

test('ends with the signal, and changes nothing more', async () => {
  const { pass, log, stop } = setUp({ onInspect: () => stop(new Error('stopped')) });
  await pass.run();
  expect(log).toEqual(['closed']);
});
