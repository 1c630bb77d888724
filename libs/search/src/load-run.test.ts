import { setTimeout as sleep } from 'node:timers/promises';
import {
  ItemError,
  NotFoundError,
  UnavailableError,
  type ChunkExecutor,
  type ChunkPicture,
  type ChunkResult,
  type ClaimedJob,
  type Collection,
  type Collections,
  type Dataset,
  type DatasetEntry,
  type Images,
  type LoadFailure,
  type LoadJob,
  type LoadQueue,
  type MetadataStore,
  type NewEmbedding,
  type NewImage,
  type NewOriginal,
  type Originals,
  type VectorStore,
} from '@wentu/domain';
import type { LoadLease } from './load-lease';
import { LoadRun, type LoadRunTools } from './load-run';
import { LoadTally } from './load-tally';
import { LocalChunkExecutor } from './local-chunk-executor';
import { fake } from './testing/fake';

const model = {
  name: 'm',
  space: 's',
  dimension: 2,
  imageSize: 1,
  contextLength: 52,
  logitScale: 4.6,
  preprocessing: 'p',
};
const collection: Collection = {
  id: 1,
  name: 'c',
  activeSpace: { id: 4, model: 'm', space: 's', dimension: 2 },
  imageCount: 0,
  sizeBytes: 0,
  createdAt: new Date(0),
};

const item = (name: string, content = name): DatasetEntry => ({
  item: name,
  imageId: name,
  read: async () => Buffer.from(content),
});

type Row = NewImage & Pick<NewEmbedding, 'fingerprint'>;

/** A row as a load of this source writes it. */
const row = (imageId: string): Row => ({
  id: 1,
  imageId,
  contentHash: 'c',
  fingerprint: 'f',
  mimeType: 'image/png',
  width: 1,
  height: 1,
  sizeBytes: 1,
  source: '/d',
  location: `/d#${imageId}`,
  original: { kind: 'copied' },
});

/** Fakes at the ports that log their calls in order. */
function setUp(
  entries: readonly DatasetEntry[],
  claim: Partial<ClaimedJob> = {},
  {
    lost = false,
    refusals = 0,
    existing = collection,
    revision = '',
    executor,
  }: {
    readonly lost?: boolean;
    readonly refusals?: number;
    readonly existing?: Collection | null;
    readonly revision?: string;
    readonly executor?: ChunkExecutor;
  } = {},
) {
  let [isLost, refusing] = [lost, refusals];
  const log: string[] = [];
  const ready = new Map<string, Row>();
  const pending = new Map<number, Row>();
  const ledger: LoadFailure[] = [];
  let nextId = 1;
  const images = fake<Images>({
    async findVersions(
      _id: number,
      _spaceId: number,
      wanted: { locations: readonly string[]; imageIds: readonly string[] },
    ) {
      const versions = [...ready.values()].map((image) => ({ ...image, hasLocation: true, isKept: false }));
      return {
        byLocation: new Map(
          versions.filter((v) => wanted.locations.includes(v.location!)).map((v) => [v.location!, v]),
        ),
        byImageId: new Map(versions.filter((v) => wanted.imageIds.includes(v.imageId)).map((v) => [v.imageId, v])),
      };
    },
    async insertPending(_id: number, images: readonly NewImage[], embeddings: readonly NewEmbedding[]) {
      const of = new Map(embeddings.map((embedding) => [embedding.imageRowId, embedding]));
      for (const image of images) pending.set(image.id, { ...image, fingerprint: of.get(image.id)!.fingerprint });
      log.push(`pending ${images.map(({ imageId }) => imageId).join(' ')}`);
    },
    async settle(_id: number, ids: readonly number[]) {
      log.push(`ready ${ids.join(' ')}`);
      return ids.flatMap((id) => {
        const image = pending.get(id)!;
        const old = ready.get(image.imageId);
        ready.set(image.imageId, image);
        return old ? [old.id] : [];
      });
    },
    async removeRows(_id: number, ids: readonly number[]) {
      log.push(`rows removed ${ids.join(' ')}`);
      return [...ids];
    },
  });
  const loads = fake<LoadQueue>({
    async addFailures(_id: number, owner: string, from: number, failures: readonly LoadFailure[]) {
      log.push(`lines of ${owner} from ${from}: ${failures.map((line) => line.item).join(' ')}`);
      if (refusing-- > 0) throw new UnavailableError('no answer');
      ledger.push(...failures.slice(ledger.length - from));
    },
  });
  const originals = fake<Originals>({
    async put(_id: number, put: readonly NewOriginal[]) {
      log.push(`put ${put.map(({ id }) => id).join(' ')}`);
    },
    delete: async (ids: readonly number[]) => void log.push(`originals removed ${ids.join(' ')}`),
  });
  const store = fake<MetadataStore>({
    images,
    originals,
    loads,
    collections: fake<Collections>({ listSpaces: async () => [collection.activeSpace] }),
    ids: { reserve: async (count) => (nextId += count) - count },
  });
  const vectors = fake<VectorStore>({
    async upsert(index: string, points: readonly { id: number }[]) {
      expect(index).toBe('w2_1_4');
      if (isLost) throw new NotFoundError('no index');
      log.push(`indexed ${points.map(({ id }) => id).join(' ')}`);
    },
    delete: async (_index: string, ids: readonly number[]) => void log.push(`index removed ${ids.join(' ')}`),
  });
  const inFlight: string[][] = [];
  const cleared: string[][] = [];
  const controller = new AbortController();
  const tools: LoadRunTools = {
    store,
    vectors,
    executor:
      executor ??
      new LocalChunkExecutor({
        preparer: {
          async prepare(bytes: Uint8Array) {
            if (String(bytes) === 'broken') throw new ItemError('DECODE_FAILED', 'no picture');
            if (String(bytes) === 'away') throw new UnavailableError('the picture worker has ended');
            return { pixels: new Uint8Array(3), mimeType: 'image/png', width: 1, height: 1 };
          },
          inspect: async () => ({ mimeType: 'image/png', width: 1, height: 1 }),
          revisionOf: (bytes: Uint8Array) => (String(bytes) === 'tiled' ? revision : ''),
        },
        encoder: { model, encodeImages: async (images: readonly unknown[]) => images.map(() => Float32Array.of(1, 0)) },
        decodeConcurrency: 2,
      }),
    batchSize: 3,
    maxCopiedBytes: 1_000,
    repairIndex: async () => {
      log.push('mended');
      isLost = false;
    },
  };
  const dataset = {
    kind: 'tsv',
    directory: '/d',
    count: async () => entries.length,
    async *entries() {
      yield* entries;
    },
    close: async () => undefined,
  } satisfies Dataset;
  const lease = fake<LoadLease>({
    owner: 'me',
    signal: controller.signal,
    async suspect(items: readonly string[]) {
      controller.signal.throwIfAborted();
      inFlight.push([...items]);
    },
    clear: (items: readonly string[]) => void cleared.push([...items]),
  });
  const job = fake<LoadJob>({ id: 7, options: {} });
  const claimed: ClaimedJob = { job, crashes: 0, suspects: [], ...claim };
  const tally = new LoadTally();
  const make: string[] = [];
  const target = {
    space: 's',
    collection: existing,
    async make() {
      make.push('made');
      this.collection = collection;
      return collection;
    },
  };
  const load = new LoadRun(tools, target, dataset, claimed, lease, tally);
  return {
    run: () => load.run(),
    load,
    log,
    ready,
    ledger,
    inFlight,
    cleared,
    stop: (reason: Error) => controller.abort(reason),
    tally,
    make,
  };
}

test('writes originals, then PENDING rows, then index entries, and then makes the rows READY', async () => {
  const { run, log, tally } = setUp([item('a'), item('b')]);
  await run();
  expect(log).toEqual(['put 1 2', 'pending a b', 'indexed 1 2', 'ready 1 2']);
  expect(tally.progress()).toMatchObject({ total: 2, processed: 2, loaded: 2, skipped: 0, failed: 0 });
});

test('encodes again only the pictures that an older version decoded differently', async () => {
  const contents = [item('a', 'tiled'), item('b', 'plain')];
  const before = setUp(contents);
  await before.run();
  const after = setUp(contents, {}, { revision: 'tiff-2' });
  for (const [id, image] of before.ready) after.ready.set(id, image);
  await after.run();
  expect(after.log).toEqual([
    'put 1',
    'pending a',
    'indexed 1',
    'ready 1',
    'index removed 1',
    'rows removed 1',
    'originals removed 1',
  ]);
  expect(after.tally.progress()).toMatchObject({ loaded: 1, skipped: 1 });
});

test('removes a replaced version from the index before its row', async () => {
  const { run, log, ready, tally } = setUp([item('a', 'new')]);
  ready.set('a', { ...row('a'), id: 99, fingerprint: 'old' });
  await run();
  expect(log).toEqual([
    'put 1',
    'pending a',
    'indexed 1',
    'ready 1',
    'index removed 99',
    'rows removed 99',
    'originals removed 99',
  ]);
  expect(tally.progress()).toMatchObject({ loaded: 1, replaced: 1 });
});

test('adds a mark to the name of a new picture when a picture of another source has that name', async () => {
  const { run, log, ready, tally } = setUp([item('x/a.jpg', 'new')]);
  ready.set('x/a.jpg', { ...row('x/a.jpg'), location: '/e#x/a.jpg', source: '/e', fingerprint: 'other' });
  await run();
  expect([...ready.keys()]).toEqual(['x/a.jpg', expect.stringMatching(/^x\/a-[0-9a-f]{8}\.jpg$/)]);
  expect(log.filter((line) => line.includes('removed'))).toEqual([]);
  expect(tally.progress()).toMatchObject({ loaded: 1, replaced: 0 });
});

test('a name with a mark is not longer than the longest imageId', async () => {
  const names = ['x'.repeat(508) + '.jpg', 'x.' + 'y'.repeat(510)];
  const { run, ready } = setUp(names.map((name) => item(name, `new ${name}`)));
  for (const name of names)
    ready.set(name, { ...row(name), location: `/e#${name}`, source: '/e', fingerprint: 'other' });
  await run();
  const marked = [...ready.keys()].filter((id) => /-[0-9a-f]{8}(\.jpg)?$/.test(id));
  expect(marked.map(({ length }) => length)).toEqual([512, 512]);
});

test('loads two pictures of the same name from one source, also in different batches', async () => {
  const placed = (n: number): DatasetEntry => ({
    ...item('1', `bytes ${n}`),
    item: `${n}/1.jpg`,
    location: `/d/${n}/1.jpg`,
  });
  const { run, ready } = setUp([1, 2, 3, 4, 5].map(placed));
  await run();
  expect([...ready.values()].map(({ location }) => location).sort()).toEqual(
    [1, 2, 3, 4, 5].map((n) => `/d/${n}/1.jpg`),
  );
  const names = [...ready.keys()];
  const again = setUp([1, 2, 3, 4, 5].map(placed).reverse());
  for (const [id, image] of ready) again.ready.set(id, image);
  await again.run();
  expect(again.tally.progress()).toMatchObject({ loaded: 0, skipped: 5 });
  expect([...again.ready.keys()]).toEqual(names);
});

test('a load without any loaded item fails and creates no collection', async () => {
  const { run, tally, make } = setUp([item('a', 'broken'), item('b', 'broken')], {}, { existing: null });
  await expect(run()).rejects.toMatchObject({
    code: 'ALL_FAILED',
    message: expect.stringMatching(/2 items.* a \(DECODE_FAILED\)/) as string,
  });
  expect(tally.isPartial).toBe(true);
  expect(make).toEqual([]);
});

test('creates the collection with the first picture', async () => {
  const { run, make, ready } = setUp([item('a', 'broken'), item('b')], {}, { existing: null });
  await run();
  expect(make).toEqual(['made']);
  expect([...ready.keys()]).toEqual(['b']);
});

test('writes a broken picture to the ledger and loads the rest of its batch', async () => {
  const bad: DatasetEntry = { item: 'row 9', error: new ItemError('BAD_ROW', 'no tab') };
  const { run, ledger, ready, tally } = setUp([item('a'), item('b', 'broken'), bad, item('c')]);
  await run();
  expect([...ready.keys()]).toEqual(['a', 'c']);
  expect(ledger.map((line) => `${line.item} ${line.code}`).sort()).toEqual(['b DECODE_FAILED', 'row 9 BAD_ROW']);
  expect(tally.progress()).toMatchObject({ processed: 4, loaded: 2, failed: 2 });
});

test('writes unconfirmed ledger lines again, with their position', async () => {
  const bad = ['x', 'y'].map((name) => ({ item: name, error: new ItemError('BAD_ROW', 'no tab') }));
  const { load, ledger, log, tally } = setUp([...bad, item('b', 'broken')], {}, { refusals: 1 });
  await expect(load.run()).rejects.toThrow('no answer');
  tally.fail('late', new Error('unreadable'));
  await load.writeFailures();
  await load.writeFailures();
  expect(log.at(-1)).toBe('lines of me from 0: x y b late');
  expect(ledger.map((line) => line.item)).toEqual(['x', 'y', 'b', 'late']);
  tally.fail('later', new Error('unreadable'));
  await load.writeFailures();
  expect(log.at(-1)).toBe('lines of me from 4: later');
});

test('skips all pictures when the same source is loaded again', async () => {
  const { run, log, ready, tally } = setUp([item('a'), item('b')]);
  await run();
  const again = setUp([item('a'), item('b')]);
  for (const [id, image] of ready) again.ready.set(id, image);
  await again.run();
  expect(again.log).toEqual([]);
  expect(again.tally.progress()).toMatchObject({ processed: 2, loaded: 0, skipped: 2 });
  expect(tally.progress().loaded).toBe(2);
  expect(log).not.toEqual([]);
});

test('writes the items in flight before they are decoded, one batch at a time', async () => {
  const { run, inFlight } = setUp(['a', 'b', 'c', 'd'].map((name) => item(name)));
  await run();
  expect(inFlight).toEqual([['a', 'b', 'c'], ['d']]);
});

test('after a crash, each suspect is a chunk of its own, so that another crash identifies it', async () => {
  const suspects = ['b', 'c'];
  const { run, inFlight, ready } = setUp(
    ['a', 'b', 'c', 'd'].map((name) => item(name)),
    { crashes: 1, suspects },
  );
  await run();
  expect(inFlight).toEqual([['a'], ['b'], ['c'], ['d']]);
  expect([...ready.keys()]).toEqual(['a', 'b', 'c', 'd']);
});

test('ends the run when the decoders have ended, and reports no broken picture', async () => {
  const { run, ledger, ready } = setUp([item('a'), item('b', 'away'), item('c', 'broken')]);
  await expect(run()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect([...ready.keys()]).toEqual([]);
  expect(ledger.map((line) => line.item)).not.toContain('b');
});

test('refuses an original that is too large to copy, with a remedy', async () => {
  const { run, ledger } = setUp([item('a', 'x'.repeat(1_001)), item('b')]);
  await run();
  expect(ledger).toEqual([
    expect.objectContaining({
      code: 'TOO_LARGE',
      message: expect.stringContaining('WENTU_MAX_COPIED_BYTES') as string,
    }),
  ]);
});

test('rebuilds an index that its server has lost, and continues the load', async () => {
  const { run, log, ready } = setUp([item('a')], {}, { lost: true });
  await run();
  expect(log).toEqual(['put 1', 'pending a', 'mended', 'indexed 1', 'ready 1']);
  expect([...ready.keys()]).toEqual(['a']);
});

/** An executor whose chunks end when the test calls `end` with the first item of a chunk. */
class GatedExecutor implements ChunkExecutor {
  readonly running: string[] = [];
  readonly most: number[] = [];
  private readonly gates = new Map<string, () => void>();
  private readonly waiting = new Map<string, () => void>();

  constructor(readonly chunksInFlight: number) {}

  stepsOf(): string {
    return 'p';
  }

  async execute(pictures: readonly ChunkPicture[]): Promise<ChunkResult[]> {
    const name = String(pictures[0]!.bytes);
    this.running.push(name);
    this.most.push(this.running.length);
    const gate = new Promise<void>((open) => this.gates.set(name, open));
    this.waiting.get(name)?.();
    await gate;
    this.running.splice(this.running.indexOf(name), 1);
    return pictures.map(({ bytes }) =>
      String(bytes).startsWith('broken')
        ? { failure: { code: 'DECODE_FAILED', message: 'no picture' } }
        : { header: { mimeType: 'image/png', width: 1, height: 1 }, vector: Float32Array.of(1, 0) },
    );
  }

  /** Resolves when the chunk is being executed. */
  async begun(name: string): Promise<void> {
    if (!this.gates.has(name)) await new Promise<void>((go) => this.waiting.set(name, go));
  }

  end(...names: readonly string[]): void {
    for (const name of names) this.gates.get(name)!();
  }
}

test('executes several chunks at once, and writes rows in the order of the source', async () => {
  const executor = new GatedExecutor(2);
  const names = ['a', 'b', 'c', 'd', 'broken e', 'f', 'g', 'broken h', 'i', 'j'];
  const bench = setUp(
    names.map((name) => item(name)),
    {},
    { executor },
  );
  const running = bench.run();
  await executor.begun('a');
  await executor.begun('d');
  executor.end('d');
  // The third chunk begins after the first has ended, not after the second: the number of held chunks is limited.
  await sleep(5);
  expect(executor.running).toEqual(['a']);
  expect(bench.log).toEqual([]);
  executor.end('a');
  await executor.begun('g');
  await executor.begun('j');
  executor.end('j', 'g');
  await running;
  expect(Math.max(...executor.most)).toBe(2);
  expect(bench.log.filter((line) => line.startsWith('pending'))).toEqual([
    'pending a b c',
    'pending d f',
    'pending g i',
    'pending j',
  ]);
  expect([...bench.ready.values()].map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(bench.ledger.map((line) => line.item)).toEqual(['broken e', 'broken h']);
  expect(bench.cleared).toEqual(expect.arrayContaining([['a', 'b', 'c'], ['j']]));
});

test('executes no other chunk while it executes a suspect', async () => {
  const executor = new GatedExecutor(3);
  const { run, ready } = setUp(
    ['a', 'b', 'c', 'd', 'e'].map((name) => item(name)),
    { crashes: 1, suspects: ['c'] },
    { executor },
  );
  const running = run();
  for (const [name, beside] of [
    ['a', ['a']],
    ['c', ['c']],
    ['d', ['d']],
  ] as const) {
    await executor.begun(name);
    await sleep(5);
    expect(executor.running).toEqual(beside);
    executor.end(name);
  }
  await running;
  expect([...ready.keys()]).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('a stopped load begins no further chunk, and waits for the chunks in flight', async () => {
  const executor = new GatedExecutor(2);
  const bench = setUp(
    ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => item(name)),
    {},
    { executor },
  );
  const running = bench.run();
  running.catch(() => undefined);
  await executor.begun('a');
  await executor.begun('d');
  bench.stop(new Error('stopped'));
  executor.end('a', 'd');
  await expect(running).rejects.toThrow('stopped');
  expect(executor.running).toEqual([]);
  expect(bench.log).toEqual([]);
});
