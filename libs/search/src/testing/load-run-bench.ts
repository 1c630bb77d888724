import {
  ItemError,
  MAX_OWN_NAMES,
  NO_FACTS,
  NO_OWN,
  NotFoundError,
  UnavailableError,
  type ChunkExecutor,
  type ClaimedJob,
  type Collection,
  type Collections,
  type Dataset,
  type DatasetEntry,
  type ImageAttributes,
  type Images,
  type KeptOutImages,
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
import type { LoadLease } from '../load-lease';
import { LoadRun, type LoadRunTools } from '../load-run';
import { LoadTally } from '../load-tally';
import { LocalChunkExecutor } from '../local-chunk-executor';
import { fake } from './fake';

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

export const item = (name: string, content = name): DatasetEntry => ({
  item: name,
  imageId: name,
  read: async () => Buffer.from(content),
});

export type Row = NewImage & Pick<NewEmbedding, 'fingerprint'>;

/** A row as a load of this source writes it. */
export const row = (imageId: string): Row => ({
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
  facts: NO_FACTS,
});

/** Fakes at the ports that log their calls in order. */
export function setUp(
  entries: readonly DatasetEntry[],
  claim: Partial<ClaimedJob> = {},
  {
    lost = false,
    refusals = 0,
    existing = collection,
    revision = '',
    kind = 'tsv',
    executor,
  }: {
    readonly lost?: boolean;
    readonly refusals?: number;
    readonly existing?: Collection | null;
    readonly revision?: string;
    readonly executor?: ChunkExecutor;
    readonly kind?: Dataset['kind'];
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
      const versions = [...ready.values()].map((image) => ({
        ...{ ...image, hasLocation: true, isKept: false },
        givenKey: image.given?.key ?? null,
      }));
      return {
        byLocation: new Map(
          versions.flatMap((v) => (v.location && wanted.locations.includes(v.location) ? [[v.location, v]] : [])),
        ),
        byImageId: new Map(versions.filter((v) => wanted.imageIds.includes(v.imageId)).map((v) => [v.imageId, v])),
      };
    },
    async insertPending(_id: number, images: readonly NewImage[], embeddings: readonly NewEmbedding[]) {
      const of = new Map(embeddings.map((embedding) => [embedding.imageRowId, embedding]));
      for (const image of images)
        pending.set(image.id, { ...image, fingerprint: (of.get(image.id) as NewEmbedding).fingerprint });
      log.push(`pending ${images.map(({ imageId }) => imageId).join(' ')}`);
      return new Map(images.flatMap(({ id, given }) => (given ? [[id, { ...NO_OWN, ...given }]] : [])));
    },
    async settle(_id: number, ids: readonly number[]) {
      log.push(`ready ${ids.join(' ')}`);
      return ids.flatMap((id) => {
        const image = pending.get(id) as Row;
        const old = ready.get(image.imageId);
        ready.set(image.imageId, image);
        return old ? [old.id] : [];
      });
    },
    findContents: async (_id, _space, hashes) =>
      [...ready.values()].filter(({ contentHash }) => hashes.includes(contentHash)),
    getEmbedded: async (_space, ids) =>
      [...ready.values()].flatMap((image) =>
        ids.includes(image.id)
          ? [{ ...image, collectionId: 1, state: 'READY' as const, own: NO_OWN, vector: Float32Array.of(1, 0) }]
          : [],
      ),
    async relocate(_id, moves) {
      log.push(`moved ${moves.map(({ id, imageId }) => `${id} ${imageId ?? ''}`).join(' ')}`);
      for (const { id, imageId, ...place } of moves)
        for (const [name, image] of [...ready]) {
          if (image.id !== id) continue;
          ready.delete(name);
          ready.set(imageId ?? name, { ...image, ...place, imageId: imageId ?? name });
        }
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
    attributes: fake<ImageAttributes>({ admit: async (_id, names) => new Set(names.slice(0, MAX_OWN_NAMES)) }),
    keptOut: fake<KeptOutImages>({ count: async () => 0, findContents: async () => [] }),
    loads,
    collections: fake<Collections>({ listSpaces: async () => [{ ...collection.activeSpace, imageCount: 0 }] }),
    ids: { reserve: async (count) => (nextId += count) - count },
  });
  const vectors = fake<VectorStore>({
    async upsert(index: string, points: readonly { id: number }[]) {
      if (index !== 'w3_1_4') throw new Error(`unexpected index ${index}`);
      if (isLost) throw new NotFoundError('no index');
      log.push(`indexed ${points.map(({ id }) => id).join(' ')}`);
    },
    flush: async () => void log.push('flushed'),
    delete: async (_index: string, ids: readonly number[]) => void log.push(`index removed ${ids.join(' ')}`),
  });
  const inFlight: string[][] = [];
  const cleared: string[][] = [];
  const controller = new AbortController();
  const tools: LoadRunTools = {
    store,
    vectors,
    attributes: {
      async changeIn(_id, changes) {
        log.push(`attributes ${changes.map(({ imageId, tags = [] }) => `${imageId}=${tags.join()}`).join(' ')}`);
        for (const { imageId, tags = [], givenKey = '' } of changes) {
          const image = ready.get(imageId);
          if (image) ready.set(imageId, { ...image, given: { tags, key: givenKey } });
        }
        return changes.map(({ imageId }) => ({ imageId, status: 'DONE', message: null }));
      },
      followRows: async () => undefined,
    },
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
    kind,
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
