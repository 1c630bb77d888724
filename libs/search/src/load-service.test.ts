import { setTimeout as sleep } from 'node:timers/promises';
import {
  NOTHING_IGNORED,
  type ClaimedJob,
  type Collections,
  type HeartbeatResult,
  type ImageAttributes,
  type Images,
  type KeptOutImages,
  type LoadJob,
  type LoadQueue,
  type MetadataStore,
  type Originals,
  type VectorStore,
} from '@wentu/domain';
import type { ImageModel, ImageModels } from './image-models';
import { LoadService } from './load-service';
import type { LoadServiceOptions } from './load-service-options';
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

const JOB: LoadJob = {
  ...{
    id: 7,
    collection: 'c',
    collectionId: 1,
    directory: '/d',
    options: {},
    kind: 'LOAD',
    reencode: null,
    status: 'RUNNING',
    cancelRequested: false,
    error: null,
  },
  ...{ createdAt: new Date(0), startedAt: new Date(0), finishedAt: null },
  ...{ total: null, processed: 0, loaded: 0, skipped: 0, failed: 0, keptOut: 0, replaced: 0, removed: 0, missing: 0 },
  ...{ unreadFolders: 0, ignored: NOTHING_IGNORED, imagesPerSecond: null },
};
const COLLECTION = {
  ...{ id: 1, name: 'c', imageCount: 0, sizeBytes: 0, createdAt: new Date(0) },
  activeSpace: { id: 4, model: 'm', space: 's', dimension: 2 },
};

interface Given {
  readonly heartbeat?: () => Promise<HeartbeatResult>;
  readonly claim?: { readonly job?: Partial<LoadJob>; readonly crashes?: number };
  /** The result of `requestCancel`. */
  readonly status?: LoadJob['status'];
  readonly finish?: () => Promise<void>;
  readonly onFinished?: () => Promise<void>;
}

/** Fakes at the ports: one job, whose source cannot be opened. */
function setUp({ heartbeat, claim, status, finish, onFinished }: Given = {}) {
  const log: string[] = [];
  const known: number[][] = [];
  let waiting = true;
  const claimed: ClaimedJob = { crashes: 0, suspects: [], ...claim, job: { ...JOB, ...claim?.job } };
  const store = fake<MetadataStore>({
    isRemote: true,
    collections: fake<Collections>({
      listDropping: async () => [],
      list: async () => [],
      findById: async () => COLLECTION,
    }),
    images: fake<Images>({
      async pageIdsInState() {
        log.push('looked for leftovers');
        return [];
      },
    }),
    originals: fake<Originals>({ listLoose: async () => [] }),
    attributes: fake<ImageAttributes>({}),
    keptOut: fake<KeptOutImages>({}),
    ids: { reserve: async () => 1 },
    loads: fake<LoadQueue>({
      async expireLeases() {
        log.push('expired');
      },
      async claim(_owner, _leaseMs, ids) {
        known.push([...ids]);
        if (!waiting) return null;
        waiting = false;
        return claimed;
      },
      heartbeat: heartbeat ?? (async () => 'ok'),
      async finish(id, _owner, end, { loaded }, error) {
        await finish?.();
        log.push([`finished ${id}`, end, `${loaded} loaded`, ...(error ? [error.code] : [])].join(' '));
      },
      find: async () => claimed.job,
      requestCancel: async (id) => ({ ...JOB, id, status: status ?? JOB.status }),
      prune: async () => undefined,
    }),
  });
  const options: LoadServiceOptions = {
    store,
    vectors: fake<VectorStore>({ isRemote: true }),
    models: fake<ImageModels>({ own: fake<ImageModel>({ info: model }) }),
    batchSize: 3,
    decodeConcurrency: 2,
    maxCopiedBytes: 1_000,
    async openDataset() {
      log.push('opened');
      throw new Error('no source');
    },
    readOriginals: () => ({ read: async () => null }),
    home: 'h',
    maxRunning: 2,
    maxQueued: 10,
    keepJobs: 10,
    async onFinished({ id }) {
      log.push(`forgotten ${id}`);
      await onFinished?.();
    },
    onError: (error) => void log.push((error as Error).message),
    onWait: () => undefined,
  };
  return { service: new LoadService(options), log, known };
}

/** Whether the service has claimed a load and knows none any more. */
const hasEnded = ({ known }: ReturnType<typeof setUp>): boolean => known.length > 1 && known.at(-1)?.length === 0;

async function run(bench: ReturnType<typeof setUp>, isOver = hasEnded): Promise<void> {
  await bench.service.open();
  while (!isOver(bench)) await sleep(1);
  await bench.service.close();
}

const LEFTOVERS = ['looked for leftovers', 'looked for leftovers'];

test('removes the unfinished rows of an ended load and finishes it', async () => {
  const bench = setUp();
  await run(bench);
  const end = ['no source', 'finished 7 FAILED 0 loaded INTERNAL', 'forgotten 7'];
  expect(bench.log).toEqual(['expired', 'opened', ...LEFTOVERS, ...end]);
});

test('removes no unfinished rows when another process has the load', async () => {
  const bench = setUp({ heartbeat: async () => 'lost' });
  await run(bench);
  expect(bench.log).toEqual(['expired', 'opened']);
});

test('does not run a crashed load with a cancel request: removes its unfinished rows and cancels it with its counts', async () => {
  const bench = setUp({ claim: { job: { cancelRequested: true, loaded: 5 }, crashes: 1 } });
  await run(bench);
  expect(bench.log).toEqual(['expired', ...LEFTOVERS, 'finished 7 CANCELLED 5 loaded', 'forgotten 7']);
});

test('does not run a load after too many crashes: removes its unfinished rows and fails it with its counts', async () => {
  const bench = setUp({ claim: { job: { loaded: 5 }, crashes: 4 } });
  await run(bench);
  expect(bench.log).toEqual(['expired', ...LEFTOVERS, 'finished 7 FAILED 5 loaded CRASHED', 'forgotten 7']);
});

test('a claim passes the known loads: running loads, and a load whose end could not be written', async () => {
  const bench = setUp({
    finish: async () => {
      throw new Error('a bug');
    },
  });
  await run(bench, ({ known, log }) => known.length > 2 && log.includes('a bug'));
  expect(bench.log.at(-1)).toBe('a bug');
  expect(bench.known.slice(0, 2)).toEqual([[], [7]]);
  expect(bench.known.at(-1)).toEqual([7]);
  expect(bench.known.length).toBeGreaterThan(2);
});

test('calls onFinished for a queued load that is cancelled, and its failure does not fail the cancel', async () => {
  const onFinished = async (): Promise<void> => {
    throw new Error('the folder cannot be removed');
  };
  const { service, log } = setUp({ status: 'CANCELLED', onFinished });
  expect(await service.cancel(8)).toMatchObject({ id: 8, status: 'CANCELLED' });
  expect(log).toEqual(['forgotten 8', 'the folder cannot be removed']);
});

test('does not call onFinished for a cancelled load that has not ended', async () => {
  for (const status of ['QUEUED', 'RUNNING'] as const) {
    const { service, log } = setUp({ status });
    await service.cancel(8);
    expect(log).toEqual([]);
  }
});
