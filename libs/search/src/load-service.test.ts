import { setTimeout as sleep } from 'node:timers/promises';
import type { HeartbeatResult } from '@wentu/domain';
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

/** Fakes at the ports: one job, whose source cannot be opened. */
function setUp(heartbeat: () => Promise<HeartbeatResult>) {
  const log: string[] = [];
  let waiting = true;
  const note =
    <T>(name: string, value: T) =>
    async (): Promise<T> => {
      log.push(name);
      return value;
    };
  const store = {
    isRemote: true,
    expireLeases: note('expired', undefined),
    listDropping: async () => [],
    listCollections: async () => [],
    findCollection: async () => ({ id: 1, name: 'c', model: 'm', space: 's', dimension: 2 }),
    async claimJob() {
      if (!waiting) return null;
      waiting = false;
      return { job: { id: 7, collection: 'c', directory: '/d', options: {} }, crashes: 0, suspects: [] };
    },
    heartbeat,
    reserveIds: async () => 1,
    pageIdsInState: note('looked for leftovers', []),
    finishJob: note('finished', undefined),
    pruneJobs: async () => undefined,
  };
  const options = {
    store,
    vectors: { isRemote: true, durable: true },
    encoder: { model },
    openDataset: async () => {
      throw new Error('no source');
    },
    home: 'h',
    maxRunning: 1,
    keepJobs: 10,
    onError: () => undefined,
    onWait: () => undefined,
  } as unknown as LoadServiceOptions;
  return { service: new LoadService(options), log };
}

test('a load that has ended is cleared up after and finished', async () => {
  const { service, log } = setUp(async () => 'ok');
  await service.open();
  await sleep(50);
  await service.close();
  expect(log).toEqual(['expired', 'looked for leftovers', 'looked for leftovers', 'finished']);
});

test('what is in flight is left alone when somebody else has taken the load over', async () => {
  const { service, log } = setUp(async () => 'lost');
  await service.open();
  await sleep(50);
  await service.close();
  expect(log).toEqual(['expired']);
});
