import {
  NO_FACTS,
  type AuditLog,
  type AuditReader,
  type CollectionReader,
  type Collections,
  type Ids,
  type ImageAttributes,
  type ImageReader,
  type Images,
  type KeptOutImages,
  type KeptOutReader,
  type KeyReader,
  type Keys,
  type LoadJob,
  type LoadQueue,
  type LoadReader,
  type MetadataStore,
  type NewImage,
  type NewKey,
  type Originals,
  type SignIn,
  type SourceWatches,
  type WordLine,
  type Words,
  type WordsReader,
} from '@wentu/domain';
import { newEmbedding, newImage, NONE, SPACE } from '../contract/bench';

/** Ids of the rows in the tables before each call. */
export interface Fixture {
  readonly live: number;
  /** The active space of all collections; `second` is a second space of `live`. */
  readonly space: number;
  readonly second: number;
  readonly dropped: number;
  readonly pending: readonly number[];
  readonly ready: readonly number[];
  readonly tombstones: readonly number[];
  readonly free: number;
  /** A loose original of `live`. */
  readonly put: number;
  /** A collection that is being dropped and has no images any more. */
  readonly empty: number;
  readonly running: number;
  readonly queued: number;
  /** A running re-encoding that holds `live`. */
  readonly reencoding: number;
  /** A running re-encoding of another collection, which it does not hold. */
  readonly beside: number;
  /** A collection with both spaces. Of its READY rows, only the first has an embedding in the second space. */
  readonly kept: number;
  readonly keptRows: readonly number[];
  /** A source folder of `kept` that the owner of all leases watches. */
  readonly watched: number;
  /** Entries of stale points in `kept`. */
  readonly stale: readonly number[];
  /** An entry of an image `m` that is kept out of `kept`. */
  readonly keptOut: number;
  /** A key with a sign-in. */
  readonly key: number;
}

export interface WriterCase {
  call(store: MetadataStore, fixture: Fixture): Promise<unknown>;
  /** The call has several transactions, so a failed call may be partly done. A repeated call does the rest. */
  readonly inSlices?: true;
  /** The result of a repeated call after an earlier call was done without a reply. By default it changes nothing. */
  readonly twice?: 'conflict' | 'another';
}

const OWNER = 'owner';
const LINE = { item: 'x.png', code: 'DECODE_FAILED', message: 'no picture' };

/** The writing methods of each part of the store. */
interface Writers {
  readonly collections: Omit<Collections, keyof CollectionReader>;
  readonly images: Omit<Images, keyof ImageReader>;
  readonly attributes: Pick<ImageAttributes, 'admit' | 'change' | 'removeStale'>;
  readonly originals: Pick<Originals, 'put' | 'delete'>;
  readonly keptOut: Omit<KeptOutImages, keyof KeptOutReader>;
  readonly words: Omit<Words, keyof WordsReader>;
  readonly loads: Omit<LoadQueue, keyof LoadReader>;
  readonly keys: Omit<Keys, keyof KeyReader>;
  readonly audit: Omit<AuditLog, keyof AuditReader>;
  readonly ids: Ids;
  readonly watches: SourceWatches;
  readonly store: Pick<MetadataStore, 'reach'>;
}

/** Every writing method. A method that is added to a port but not here does not compile. */
export const WRITER_CASES: {
  readonly [Part in keyof Writers]: { readonly [Method in keyof Writers[Part]]: WriterCase };
} = {
  collections: {
    create: { call: (store) => store.collections.create({ name: 'new', ...SPACE }), twice: 'conflict' },
    rename: { call: (store, { live }) => store.collections.rename(live, 'renamed') },
    addSpace: {
      call: (store, { live }) => store.collections.addSpace(live, { model: 'new', space: 'n', dimension: 8 }),
    },
    activateSpace: {
      call: (store, { live, second, reencoding }) =>
        store.collections.activateSpace(live, second, { jobId: reencoding, owner: OWNER, maxHidden: 0 }),
    },
    emptySpace: { call: (store, { kept, second }) => store.collections.emptySpace(kept, second), inSlices: true },
    removeSpace: { call: (store, { kept, second }) => store.collections.removeSpace(kept, second), inSlices: true },
    markDropping: { call: (store, { live }) => store.collections.markDropping(live) },
    removeImages: { call: (store, { dropped }) => store.collections.removeImages(dropped), inSlices: true },
    remove: { call: (store, { empty }) => store.collections.remove(empty) },
  },
  images: {
    insertPending: {
      call: (store, { live, space, second, free, put }) =>
        store.images.insertPending(
          live,
          [
            {
              ...newImage(free, 'n1'),
              preview: Buffer.from('jpeg'),
              given: { tags: ['t'], attributes: [{ name: 'p', kind: 'number', value: 1 }], key: 'k' },
            },
            {
              ...newImage(put, 'n2'),
              source: '/elsewhere',
              original: { kind: 'copied' },
            },
          ],
          [newEmbedding(free, space), newEmbedding(free, second), newEmbedding(put, space)],
        ),
    },
    settle: { call: (store, { live, pending }) => store.images.settle(live, pending) },
    addEmbeddings: {
      call: (store, { kept, second, keptRows }) =>
        store.images.addEmbeddings(
          kept,
          second,
          keptRows.map((id) => newEmbedding(id, second)),
        ),
    },
    relocate: {
      call: (store, { live, ready }) =>
        store.images.relocate(
          live,
          ready.map((id) => ({
            id,
            source: '/moved',
            location: '/moved/a',
            original: { kind: 'reference', path: '/moved/a', modifiedAtMs: 5 },
          })),
        ),
    },
    setFacts: {
      call: (store, { live, ready }) =>
        store.images.setFacts(
          live,
          ready.map((id) => ({ id, facts: { ...NO_FACTS, camera: 'A7' } })),
        ),
    },
    // The source with images stays; /empty is removed.
    removeSource: {
      call: async (store, { live }) => {
        for (const { id } of await store.images.listSources(live)) await store.images.removeSource(id);
      },
    },
    keep: { call: (store, { live, ready }) => store.images.keep(live, ready) },
    setDevices: { call: (store, { live }) => store.images.setDevices(live, '/photos', new Map([['/photos', '1:2']])) },
    tombstone: { call: (store, { live, ready }) => store.images.tombstone(live, ready) },
    removeRows: {
      call: (store, { live, pending, tombstones }) => store.images.removeRows(live, [...pending, ...tombstones]),
    },
  },
  attributes: {
    admit: { call: (store, { live }) => store.attributes.admit(live, ['own.number.q', 'own.date.q']) },
    change: {
      call: (store, { live }) =>
        store.attributes.change(live, [
          { imageId: 'a', addTags: ['t'], setAttributes: [{ name: 'p', kind: 'string', value: 'v' }], givenKey: 'g' },
          { imageId: 'b', tags: ['u'] },
        ]),
    },
    removeStale: { call: (store, { kept, stale }) => store.attributes.removeStale(kept, stale), twice: 'another' },
  },
  originals: {
    put: {
      call: (store, { live, put, free }) =>
        store.originals.put(
          live,
          [put, free].map((id) => ({ id, data: Buffer.from('other') })),
        ),
    },
    delete: { call: (store, { put }) => store.originals.delete([put]) },
  },
  keptOut: {
    add: { call: (store, { live, ready }) => store.keptOut.add(live, ready) },
    relocate: {
      call: (store, { kept, keptOut }) =>
        store.keptOut.relocate(kept, [{ id: keptOut, location: '/moved/m', path: '/moved/m' }]),
    },
    allow: { call: (store, { kept }) => store.keptOut.allow(kept, ['m']) },
  },
  words: {
    put: {
      call: (store, { live, ready }) =>
        store.words.put(live, 'second', [
          ...ready.slice(0, 1).map((id) => ({ id, lines: [line('出口 B2'), line('出')] })),
          ...ready.slice(1).map((id) => ({ id, lines: [] })),
        ]),
    },
  },
  loads: {
    create: {
      call: (store) => store.loads.create({ collection: 'later', directory: '/photos', options: {} }),
      twice: 'another',
    },
    createReencode: {
      call: (store, { kept }) => store.loads.createReencode(kept, { model: 'second', hideUnreadable: false }),
      twice: 'conflict',
    },
    holdCollection: { call: (store, { beside }) => store.loads.holdCollection(beside, OWNER) },
    releaseCollection: { call: (store, { reencoding }) => store.loads.releaseCollection(reencoding, OWNER) },
    claim: { call: (store, { running }) => store.loads.claim(OWNER, 60_000, [running]) },
    heartbeat: {
      call: (store, { running }) => store.loads.heartbeat(running, OWNER, 60_000, { ...NONE, loaded: 7 }, ['a']),
    },
    addFailures: { call: (store, { running }) => store.loads.addFailures(running, OWNER, 1, [LINE, LINE]) },
    finish: {
      call: (store, { running }) => store.loads.finish(running, OWNER, 'FAILED', { ...NONE, loaded: 9 }, LINE),
    },
    release: { call: (store, { running }) => store.loads.release(running, OWNER) },
    requestCancelAll: { call: (store) => store.loads.requestCancelAll({ collection: 'wait' }) },
    requestCancel: { call: (store, { queued }) => store.loads.requestCancel(queued) },
    expireLeases: { call: (store) => store.loads.expireLeases(OWNER) },
    prune: { call: (store) => store.loads.prune(1), inSlices: true },
  },
  keys: {
    add: { call: (store) => store.keys.add({ ...KEY, name: 'new' }), twice: 'conflict' },
    replaceSecret: {
      call: (store, { key }) => store.keys.replaceSecret(key, { prefix: 'new', secretHash: 'f'.repeat(64) }),
    },
    revoke: { call: (store, { key }) => store.keys.revoke(key) },
    noteUse: { call: (store, { key }) => store.keys.noteUse([key]) },
    addSignIn: { call: (store, { key }) => store.keys.addSignIn({ ...signInOf(key), tokenHash: 'e'.repeat(64) }) },
    removeSignIn: { call: (store, { key }) => store.keys.removeSignIn(signInOf(key).tokenHash) },
  },
  audit: {
    add: {
      call: (store) =>
        store.audit.add({ who: 'a', keyId: 1, action: 'collections.drop', target: 'c', outcome: 'STARTED' }),
      twice: 'another',
    },
  },
  ids: {
    reserve: { call: (store) => store.ids.reserve(3), twice: 'another' },
  },
  watches: {
    set: { call: (store, { watched }) => store.watches.set(watched, { copyImages: true }) },
    claim: { call: (store) => store.watches.claim(OWNER, 60_000) },
    report: { call: (store, { watched }) => store.watches.report(watched, OWNER, { state: 'EVENTS', problem: null }) },
    release: { call: (store) => store.watches.release(OWNER) },
  },
  store: {
    reach: { call: (store) => store.reach('default-made') },
  },
};

function line(text: string): WordLine {
  const corner = { x: 0.25, y: 0.5 };
  return { text, confidence: 0.5, box: [corner, corner, corner, corner] };
}

const KEY: NewKey = {
  ...{ name: 'key', kind: 'KEY', role: 'WRITE', collectionIds: [1], prefix: 'p', createdBy: null, expiresAt: null },
  secretHash: 'a'.repeat(64),
};

function signInOf(keyId: number): SignIn {
  const expiresAt = new Date(Date.UTC(2100, 0));
  return { tokenHash: 'b'.repeat(64), keyId, keyMark: 'c'.repeat(64), expiresAt };
}

/** Fills an empty store with rows in every state, with and without dependent rows, and with jobs in every state. */
export async function fillStore(store: MetadataStore): Promise<Fixture> {
  const { id: live, activeSpace } = await store.collections.create({ name: 'live', ...SPACE });
  const space = activeSpace.id;
  const second = (await store.collections.addSpace(live, { ...SPACE, model: 'second' })).id;
  const dropped = (await store.collections.create({ name: 'dropped', ...SPACE })).id;
  const first = await store.ids.reserve(20);
  const image = (offset: number, name: string): NewImage => ({
    ...newImage(first + offset, name),
    preview: Buffer.from('p'),
  });
  const insert = async (id: number, images: ReturnType<typeof image>[], spaces: readonly number[]) =>
    await store.images.insertPending(
      id,
      images,
      images.flatMap((row) => spaces.map((spaceId) => newEmbedding(row.id, spaceId))),
    );
  const both = [space, second];
  await insert(live, [image(0, 'a'), image(1, 'b'), image(2, 'gone')], both);
  await store.images.settle(live, [first, first + 1, first + 2]);
  const words = (id: number): { id: number; lines: WordLine[] } => ({ id, lines: [line('入口')] });
  await store.words.put(live, 'first', [words(first), words(first + 2)]);
  await store.images.tombstone(live, [first + 2]);
  // The first image is a new version of an existing image.
  await insert(live, [image(3, 'a'), image(4, 'c')], both);
  await insert(dropped, [image(5, 'd'), image(6, 'e')], [space]);
  await store.images.settle(dropped, [first + 5]);
  await store.words.put(dropped, 'first', [words(first + 5)]);
  await store.originals.put(dropped, [{ id: first + 7, data: Buffer.from('png') }]);
  await insert(dropped, [{ ...image(7, 'f'), original: { kind: 'copied' } }], [space]);
  await store.originals.put(live, [{ id: first + 11, data: Buffer.from('png') }]);
  await store.collections.markDropping(dropped);
  const empty = (await store.collections.create({ name: 'empty', ...SPACE })).id;
  await store.collections.markDropping(empty);
  for (const collection of ['f1', 'f2', 'run']) {
    const { id } = await store.loads.create({ collection, directory: '/photos', options: {} });
    await store.loads.claim(OWNER, 600_000, []);
    await store.loads.addFailures(id, OWNER, 0, [LINE]);
    if (collection !== 'run') await store.loads.finish(id, OWNER, 'SUCCEEDED', NONE);
  }
  const [running] = await store.loads.list({ collection: 'run', first: 1 });
  const queue = async (collection: string): Promise<LoadJob> =>
    await store.loads.create({ collection, directory: '/photos', options: {} });
  const queued = await queue('wait');
  // One load of a collection that a case renames or drops, and one of a collection that a case creates.
  for (const collection of ['live', 'new']) await queue(collection);
  const kept = (await store.collections.create({ name: 'kept', ...SPACE })).id;
  await store.collections.addSpace(kept, { ...SPACE, model: 'second' });
  const keptRows = [first + 12, first + 13];
  await store.images.insertPending(
    kept,
    [image(12, 'k'), image(13, 'l')],
    [newEmbedding(first + 12, space), newEmbedding(first + 12, second), newEmbedding(first + 13, space)],
  );
  await store.images.settle(kept, keptRows);
  await insert(kept, [image(14, 'm')], [space]);
  await store.images.settle(kept, [first + 14]);
  await store.keptOut.add(kept, [first + 14]);
  const [entry] = await store.keptOut.page(kept, null, 1);
  const { stale } = await store.attributes.change(kept, [{ imageId: 'k', tags: ['t'] }]);
  const reencoding = (await store.loads.createReencode(live, { model: 'second', hideUnreadable: false })).id;
  await store.loads.claim(OWNER, 600_000, [], 'REENCODE');
  await store.loads.holdCollection(reencoding, OWNER);
  const [source] = await store.images.listSources(kept);
  const watched = source?.id ?? 0;
  await store.watches.set(watched, {});
  await store.watches.claim(OWNER, 600_000);
  // A folder that no process watches yet.
  for (const { id } of await store.images.listSources(live)) await store.watches.set(id, {});
  await store.images.setDevices(live, '/empty', new Map());
  const { id: spare } = await store.collections.create({ name: 'spare', ...SPACE });
  const beside = (await store.loads.createReencode(spare, { model: 'second', hideUnreadable: false })).id;
  await store.loads.claim(OWNER, 600_000, [reencoding], 'REENCODE');
  const { id: key } = await store.keys.add(KEY);
  await store.keys.addSignIn(signInOf(key));
  return {
    watched,
    key,
    live,
    space,
    second,
    dropped,
    pending: [first + 3, first + 4],
    ready: [first, first + 1],
    tombstones: [first + 2],
    free: first + 10,
    put: first + 11,
    empty,
    running: (running as { id: number }).id,
    queued: queued.id,
    ...{ reencoding, beside, kept, keptRows, keptOut: (entry as { id: number }).id },
    stale: stale.map(({ id }) => id),
  };
}
