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

/** As a load of this source leaves it. */
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

/** Fakes at the ports that note in which order they were called. */
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
      log.push(`rows gone ${ids.join(' ')}`);
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
    delete: async (ids: readonly number[]) => void log.push(`originals gone ${ids.join(' ')}`),
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
    delete: async (_index: string, ids: readonly number[]) => void log.push(`index gone ${ids.join(' ')}`),
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

test('originals are put before rows are committed, these before the index knows them, and they are READY only after', async () => {
  const { run, log, tally } = setUp([item('a'), item('b')]);
  await run();
  expect(log).toEqual(['put 1 2', 'pending a b', 'indexed 1 2', 'ready 1 2']);
  expect(tally.progress()).toMatchObject({ total: 2, processed: 2, loaded: 2, skipped: 0, failed: 0 });
});

test('what an older version decoded in another way is encoded again, and nothing else', async () => {
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
    'index gone 1',
    'rows gone 1',
    'originals gone 1',
  ]);
  expect(after.tally.progress()).toMatchObject({ loaded: 1, skipped: 1 });
});

test('a version that is replaced leaves the index before its row goes', async () => {
  const { run, log, ready, tally } = setUp([item('a', 'new')]);
  ready.set('a', { ...row('a'), id: 99, fingerprint: 'old' });
  await run();
  expect(log).toEqual([
    'put 1',
    'pending a',
    'indexed 1',
    'ready 1',
    'index gone 99',
    'rows gone 99',
    'originals gone 99',
  ]);
  expect(tally.progress()).toMatchObject({ loaded: 1, replaced: 1 });
});

test('a picture of another source keeps its name, and the new one gets a mark', async () => {
  const { run, log, ready, tally } = setUp([item('x/a.jpg', 'new')]);
  ready.set('x/a.jpg', { ...row('x/a.jpg'), location: '/e#x/a.jpg', source: '/e', fingerprint: 'other' });
  await run();
  expect([...ready.keys()]).toEqual(['x/a.jpg', expect.stringMatching(/^x\/a-[0-9a-f]{8}\.jpg$/)]);
  expect(log.filter((line) => line.includes('gone'))).toEqual([]);
  expect(tally.progress()).toMatchObject({ loaded: 1, replaced: 0 });
});

test('a name with a mark is no longer than an imageId may be', async () => {
  const names = ['x'.repeat(508) + '.jpg', 'x.' + 'y'.repeat(510)];
  const { run, ready } = setUp(names.map((name) => item(name, `new ${name}`)));
  for (const name of names)
    ready.set(name, { ...row(name), location: `/e#${name}`, source: '/e', fingerprint: 'other' });
  await run();
  const marked = [...ready.keys()].filter((id) => /-[0-9a-f]{8}(\.jpg)?$/.test(id));
  expect(marked.map(({ length }) => length)).toEqual([512, 512]);
});

test('two pictures of one name in one source both live, also when they come in different batches', async () => {
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

test('a load of which nothing comes has failed, and makes no collection', async () => {
  const { run, tally, make } = setUp([item('a', 'broken'), item('b', 'broken')], {}, { existing: null });
  await expect(run()).rejects.toMatchObject({
    code: 'ALL_FAILED',
    message: expect.stringMatching(/2 items.* a \(DECODE_FAILED\)/) as string,
  });
  expect(tally.isPartial).toBe(true);
  expect(make).toEqual([]);
});

test('the collection is made with the first picture', async () => {
  const { run, make, ready } = setUp([item('a', 'broken'), item('b')], {}, { existing: null });
  await run();
  expect(make).toEqual(['made']);
  expect([...ready.keys()]).toEqual(['b']);
});

test('a broken picture is a line of the ledger; the rest of its batch is loaded', async () => {
  const bad: DatasetEntry = { item: 'row 9', error: new ItemError('BAD_ROW', 'no tab') };
  const { run, ledger, ready, tally } = setUp([item('a'), item('b', 'broken'), bad, item('c')]);
  await run();
  expect([...ready.keys()]).toEqual(['a', 'c']);
  expect(ledger.map((line) => `${line.item} ${line.code}`).sort()).toEqual(['b DECODE_FAILED', 'row 9 BAD_ROW']);
  expect(tally.progress()).toMatchObject({ processed: 4, loaded: 2, failed: 2 });
});

test('lines of the ledger that may not be there are written again, and say which they are', async () => {
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

test('the same source again is skipped whole', async () => {
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

test('items are named in flight before they are decoded, a batch at a time', async () => {
  const { run, inFlight } = setUp(['a', 'b', 'c', 'd'].map((name) => item(name)));
  await run();
  expect(inFlight).toEqual([['a', 'b', 'c'], ['d']]);
});

test('after one crash each suspect goes alone, so that another crash names the one', async () => {
  const suspects = ['b', 'c'];
  const { run, inFlight, ready } = setUp(
    ['a', 'b', 'c', 'd'].map((name) => item(name)),
    { crashes: 1, suspects },
  );
  await run();
  expect(inFlight).toEqual([['a'], ['b'], ['c'], ['d']]);
  expect([...ready.keys()]).toEqual(['a', 'b', 'c', 'd']);
});

test('decoders that are gone end the run; no picture is called broken for it', async () => {
  const { run, ledger, ready } = setUp([item('a'), item('b', 'away'), item('c', 'broken')]);
  await expect(run()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect([...ready.keys()]).toEqual([]);
  expect(ledger.map((line) => line.item)).not.toContain('b');
});

test('an original too large to be copied is refused, with what to do', async () => {
  const { run, ledger } = setUp([item('a', 'x'.repeat(1_001)), item('b')]);
  await run();
  expect(ledger).toEqual([
    expect.objectContaining({
      code: 'TOO_LARGE',
      message: expect.stringContaining('WENTU_MAX_COPIED_BYTES') as string,
    }),
  ]);
});

test('an index that its server has lost is made again, and the load goes on', async () => {
  const { run, log, ready } = setUp([item('a')], {}, { lost: true });
  await run();
  expect(log).toEqual(['put 1', 'pending a', 'mended', 'indexed 1', 'ready 1']);
  expect([...ready.keys()]).toEqual(['a']);
});

/** Its chunks end when the test says so: `end` takes the first item of one. */
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

  /** Resolves when the chunk runs. */
  async begun(name: string): Promise<void> {
    if (!this.gates.has(name)) await new Promise<void>((go) => this.waiting.set(name, go));
  }

  end(...names: readonly string[]): void {
    for (const name of names) this.gates.get(name)!();
  }
}

test('several chunks are in flight; rows come in the order of the source, whichever chunk ends first', async () => {
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
  // The third begins when the first has ended, not the second: at most so many chunks are kept.
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

test('while a suspect is executed, no other chunk is', async () => {
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

test('a load that is stopped begins no further chunk, and waits for those in flight', async () => {
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
