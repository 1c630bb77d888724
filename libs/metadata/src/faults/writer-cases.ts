import type { MetadataStore, MetadataWriter } from '@wentu/domain';
import { newEmbedding, newImage, NONE, SPACE } from '../contract/bench';

/** What the tables hold before each call. */
export interface Fixture {
  readonly live: number;
  /** The active space of all, and a further one of `live`. */
  readonly space: number;
  readonly second: number;
  readonly dropped: number;
  readonly pending: readonly number[];
  readonly ready: readonly number[];
  readonly tombstones: readonly number[];
  readonly free: number;
  readonly running: number;
  readonly queued: number;
}

export interface WriterCase {
  call(store: MetadataStore, fixture: Fixture): Promise<unknown>;
  /** More than one transaction: a call that failed may have done some of it, and the next one does the rest. */
  readonly inSlices?: true;
  /**
   * What the same call says and leaves when an earlier one was done without an answer. By default it changes nothing
   * more.
   */
  readonly twice?: 'conflict' | 'another';
}

const OWNER = 'owner';
const LINE = { item: 'x.png', code: 'DECODE_FAILED', message: 'no picture' };

/** Every method that writes; one that is added to the port is missing here at once. */
export const WRITER_CASES: { readonly [Method in keyof MetadataWriter]: WriterCase } = {
  createCollection: { call: (store) => store.createCollection({ name: 'new', ...SPACE }), twice: 'conflict' },
  renameCollection: { call: (store, { live }) => store.renameCollection(live, 'renamed') },
  addSpace: { call: (store, { live }) => store.addSpace(live, { model: 'new', space: 'n', dimension: 8 }) },
  activateSpace: { call: (store, { live, second }) => store.activateSpace(live, second) },
  markDropping: { call: (store, { live }) => store.markDropping(live) },
  removeCollection: { call: (store, { dropped }) => store.removeCollection(dropped), inSlices: true },
  reserveIds: { call: (store) => store.reserveIds(3), twice: 'another' },
  insertPending: {
    call: (store, { live, space, second, free }) =>
      store.insertPending(
        live,
        [
          { ...newImage(free, 'n1'), preview: Buffer.from('jpeg') },
          { ...newImage(free + 1, 'n2'), source: '/elsewhere', original: { kind: 'copied' }, data: Buffer.from('png') },
        ],
        [newEmbedding(free, space), newEmbedding(free, second), newEmbedding(free + 1, space)],
      ),
  },
  settle: { call: (store, { live, pending }) => store.settle(live, pending) },
  relocate: {
    call: (store, { live, ready }) =>
      store.relocate(
        live,
        ready.map((id) => ({
          id,
          source: '/moved',
          location: '/moved/a',
          original: { kind: 'reference', path: '/moved/a', modifiedAtMs: 5 },
        })),
      ),
  },
  keep: { call: (store, { live, ready }) => store.keep(live, ready) },
  setDevices: { call: (store, { live }) => store.setDevices(live, '/photos', new Map([['/photos', '1:2']])) },
  tombstone: { call: (store, { live, ready }) => store.tombstone(live, ready) },
  removeRows: { call: (store, { live, pending, tombstones }) => store.removeRows(live, [...pending, ...tombstones]) },
  createJob: {
    call: (store) => store.createJob({ collection: 'later', directory: '/photos', options: {} }),
    twice: 'another',
  },
  claimJob: { call: (store, { running }) => store.claimJob(OWNER, 60_000, [running]) },
  heartbeat: { call: (store, { running }) => store.heartbeat(running, OWNER, 60_000, { ...NONE, loaded: 7 }, ['a']) },
  addFailures: { call: (store, { running }) => store.addFailures(running, OWNER, 1, [LINE, LINE]) },
  finishJob: {
    call: (store, { running }) => store.finishJob(running, OWNER, 'FAILED', { ...NONE, loaded: 9 }, LINE),
  },
  releaseJob: { call: (store, { running }) => store.releaseJob(running, OWNER) },
  requestCancelAll: { call: (store) => store.requestCancelAll('wait') },
  reach: { call: (store) => store.reach('default-made') },
  requestCancel: { call: (store, { queued }) => store.requestCancel(queued) },
  expireLeases: { call: (store) => store.expireLeases(OWNER) },
  pruneJobs: { call: (store) => store.pruneJobs(1), inSlices: true },
};

/** Fills an empty store: rows in every state, with and without what hangs on them, and jobs in every state. */
export async function fillStore(store: MetadataStore): Promise<Fixture> {
  const { id: live, activeSpace } = await store.createCollection({ name: 'live', ...SPACE });
  const space = activeSpace.id;
  const second = (await store.addSpace(live, { ...SPACE, model: 'second' })).id;
  const dropped = (await store.createCollection({ name: 'dropped', ...SPACE })).id;
  const first = await store.reserveIds(20);
  const image = (offset: number, name: string) => ({ ...newImage(first + offset, name), preview: Buffer.from('p') });
  const insert = async (id: number, images: ReturnType<typeof image>[], spaces: readonly number[]) =>
    await store.insertPending(
      id,
      images,
      images.flatMap((row) => spaces.map((spaceId) => newEmbedding(row.id, spaceId))),
    );
  const both = [space, second];
  await insert(live, [image(0, 'a'), image(1, 'b'), image(2, 'gone')], both);
  await store.settle(live, [first, first + 1, first + 2]);
  await store.tombstone(live, [first + 2]);
  // The first one replaces a picture that is there.
  await insert(live, [image(3, 'a'), image(4, 'c')], both);
  await insert(dropped, [image(5, 'd'), image(6, 'e')], [space]);
  await store.settle(dropped, [first + 5]);
  await store.markDropping(dropped);
  for (const collection of ['f1', 'f2', 'run']) {
    const { id } = await store.createJob({ collection, directory: '/photos', options: {} });
    await store.claimJob(OWNER, 600_000, []);
    await store.addFailures(id, OWNER, 0, [LINE]);
    if (collection !== 'run') await store.finishJob(id, OWNER, 'SUCCEEDED', NONE);
  }
  const [running] = await store.listJobs({ collection: 'run', first: 1 });
  const queued = await store.createJob({ collection: 'wait', directory: '/photos', options: {} });
  return {
    live,
    space,
    second,
    dropped,
    pending: [first + 3, first + 4],
    ready: [first, first + 1],
    tombstones: [first + 2],
    free: first + 10,
    running: (running as { id: number }).id,
    queued: queued.id,
  };
}
