import { setTimeout as sleep } from 'node:timers/promises';
import { type ClaimedJob, type HeartbeatResult, type LoadJob, type LoadProgress } from '@wentu/domain';
import { LoadService, type LoadServiceOptions } from './load-service';

const model = {
  name: 'm',
  space: 's',
  dimension: 2,
  imageSize: 1,
  contextLength: 52,
  logitScale: 4.6,
  preprocessing: 'p',
};

const JOB = { id: 7, collection: 'c', directory: '/d', options: {}, loaded: 0, cancelRequested: false };

interface Given {
  readonly heartbeat?: () => Promise<HeartbeatResult>;
  readonly claim?: { readonly job?: Partial<LoadJob>; readonly crashes?: number };
  /** What `requestCancel` answers. */
  readonly status?: LoadJob['status'];
  readonly finish?: () => Promise<void>;
  readonly onFinished?: () => Promise<void>;
}

/** Fakes at the ports: one job, whose source cannot be opened. */
function setUp({ heartbeat, claim, status, finish, onFinished }: Given = {}) {
  const log: string[] = [];
  const known: number[][] = [];
  let waiting = true;
  const note =
    <T>(name: string, value: T) =>
    async (): Promise<T> => {
      log.push(name);
      return value;
    };
  const claimed = { crashes: 0, suspects: [], ...claim, job: { ...JOB, ...claim?.job } } as unknown as ClaimedJob;
  const store = {
    isRemote: true,
    expireLeases: note('expired', undefined),
    listDropping: async () => [],
    listCollections: async () => [],
    findCollection: async () => ({ id: 1, name: 'c', model: 'm', space: 's', dimension: 2 }),
    async claimJob(_owner: string, _leaseMs: number, ids: readonly number[]) {
      known.push([...ids]);
      if (!waiting) return null;
      waiting = false;
      return claimed;
    },
    heartbeat: heartbeat ?? (async () => 'ok'),
    reserveIds: async () => 1,
    pageIdsInState: note('looked for leftovers', []),
    async finishJob(id: number, _owner: string, end: string, { loaded }: LoadProgress, error?: { code: string }) {
      await finish?.();
      log.push([`finished ${id}`, end, `${loaded} loaded`, ...(error ? [error.code] : [])].join(' '));
    },
    requestCancel: async (id: number) => ({ ...JOB, id, status }),
    pruneJobs: async () => undefined,
  };
  const options = {
    store,
    vectors: { isRemote: true },
    encoder: { model },
    async openDataset() {
      log.push('opened');
      throw new Error('no source');
    },
    home: 'h',
    maxRunning: 2,
    keepJobs: 10,
    async onFinished({ id }: LoadJob) {
      log.push(`forgotten ${id}`);
      await onFinished?.();
    },
    onError: (error: Error) => void log.push(error.message),
    onWait: () => undefined,
  } as unknown as LoadServiceOptions;
  return { service: new LoadService(options), log, known };
}

async function run({ service }: ReturnType<typeof setUp>): Promise<void> {
  await service.open();
  await sleep(50);
  await service.close();
}

const LEFTOVERS = ['looked for leftovers', 'looked for leftovers'];

test('a load that has ended is cleared up after and finished', async () => {
  const bench = setUp();
  await run(bench);
  const end = ['no source', 'finished 7 FAILED 0 loaded INTERNAL', 'forgotten 7'];
  expect(bench.log).toEqual(['expired', 'opened', ...LEFTOVERS, ...end]);
});

test('what is in flight is left alone when somebody else has taken the load over', async () => {
  const bench = setUp({ heartbeat: async () => 'lost' });
  await run(bench);
  expect(bench.log).toEqual(['expired', 'opened']);
});

test('a load that died and was to be cancelled is not run: it is cleared up after, then cancelled with its counts', async () => {
  const bench = setUp({ claim: { job: { cancelRequested: true, loaded: 5 }, crashes: 1 } });
  await run(bench);
  expect(bench.log).toEqual(['expired', ...LEFTOVERS, 'finished 7 CANCELLED 5 loaded', 'forgotten 7']);
});

test('a load whose process died too often is not run: it is cleared up after, then fails with its counts', async () => {
  const bench = setUp({ claim: { job: { loaded: 5 }, crashes: 4 } });
  await run(bench);
  expect(bench.log).toEqual(['expired', ...LEFTOVERS, 'finished 7 FAILED 5 loaded CRASHED', 'forgotten 7']);
});

test('a claim says which loads are known: those that run, and one whose end could not be written', async () => {
  const bench = setUp({
    finish: async () => {
      throw new Error('a bug');
    },
  });
  await run(bench);
  expect(bench.log.at(-1)).toBe('a bug');
  expect(bench.known.slice(0, 2)).toEqual([[], [7]]);
  expect(bench.known.at(-1)).toEqual([7]);
  expect(bench.known.length).toBeGreaterThan(2);
});

test('a load that is cancelled while it waits has ended: what was kept for it goes', async () => {
  const onFinished = async (): Promise<void> => {
    throw new Error('the folder cannot be removed');
  };
  const { service, log } = setUp({ status: 'CANCELLED', onFinished });
  expect(await service.cancel(8)).toMatchObject({ id: 8, status: 'CANCELLED' });
  expect(log).toEqual(['forgotten 8', 'the folder cannot be removed']);
});

test('what is kept for a load stays when that is cancelled and has not ended', async () => {
  for (const status of ['QUEUED', 'RUNNING'] as const) {
    const { service, log } = setUp({ status });
    await service.cancel(8);
    expect(log).toEqual([]);
  }
});
