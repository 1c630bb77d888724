import { MAX_FAILURES, type LoadProgress, type MetadataStore, type NewImage } from '@wentu/domain';

export interface OpenedStore {
  readonly store: MetadataStore;
  /** A second connection to the same data, as another process would have. */
  connect(): Promise<MetadataStore>;
  cleanup(): Promise<void>;
}

const SPACE = { model: 'm', space: 's', dimension: 4 };
const NONE: LoadProgress = {
  total: null,
  processed: 0,
  loaded: 0,
  skipped: 0,
  failed: 0,
  removed: 0,
  imagesPerSecond: null,
};

/** What every metadata store promises. Runs on a real engine. */
export function metadataStoreContract(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name} keeps the metadata store's contract`, () => {
    let opened: OpenedStore;
    let store: MetadataStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.cleanup());

    async function images(
      collectionId: number,
      imageIds: readonly string[],
      more: Partial<NewImage> = {},
    ): Promise<number[]> {
      const first = await store.reserveIds(imageIds.length);
      const rows = imageIds.map((imageId, i): NewImage => ({
        id: first + i,
        imageId,
        contentHash: 'c'.repeat(64),
        fingerprint: 'f'.repeat(64),
        mimeType: 'image/png',
        width: 3,
        height: 2,
        sizeBytes: 7,
        source: '/photos',
        original: { kind: 'reference', path: `/photos/${imageId}`, modifiedAtMs: 1_700_000_000_000.25 },
        embedding: Float32Array.of(first + i, 0.5, -0.25, 1),
        ...more,
      }));
      await store.insertPending(collectionId, rows);
      return rows.map((row) => row.id);
    }
    async function readyImages(
      collectionId: number,
      imageIds: readonly string[],
      more: Partial<NewImage> = {},
    ): Promise<number[]> {
      const ids = await images(collectionId, imageIds, more);
      await store.settle(collectionId, ids);
      return ids;
    }
    const create = async (collection = 'c'): Promise<number> =>
      (await store.createCollection({ name: collection, ...SPACE })).id;
    const count = async (id: number): Promise<number | undefined> => (await store.findCollectionById(id))?.imageCount;

    describe('store and ids', () => {
      test('the store id is a UUID that stays', async () => {
        const id = await store.storeId();
        expect(id).toMatch(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
        const other = await opened.connect();
        expect(await other.storeId()).toBe(id);
        await other.close();
      });

      test('blocks of ids never overlap, over two connections either', async () => {
        const other = await opened.connect();
        const firsts: number[] = [];
        for (const one of [store, other, store, other]) firsts.push(await one.reserveIds(10));
        await other.close();
        const all = firsts.flatMap((first) => Array.from({ length: 10 }, (_, i) => first + i));
        expect(new Set(all).size).toBe(40);
        expect(Math.min(...all)).toBeGreaterThan(0);
      });

      test('answers a ping', async () => {
        await expect(store.ping()).resolves.toBeUndefined();
      });
    });

    describe('collections', () => {
      test('is found by its name and its id, and listed', async () => {
        const made = await store.createCollection({ name: '家庭相册 🐶', ...SPACE });
        expect(made).toMatchObject({ name: '家庭相册 🐶', ...SPACE, imageCount: 0 });
        expect(await store.findCollection('家庭相册 🐶')).toEqual(made);
        expect(await store.findCollectionById(made.id)).toEqual(made);
        expect(await store.listCollections()).toEqual([made]);
        expect(await store.findCollection('nope')).toBeNull();
      });

      test('a name is taken once; names that differ in case, accent or a space are others', async () => {
        for (const other of ['Cafe', 'cafe', 'café', 'cafe ', '𠮷']) await create(other);
        await expect(create('café')).rejects.toMatchObject({ code: 'CONFLICT' });
        expect(await store.listCollections()).toHaveLength(5);
      });

      test('one that is being dropped is seen by nobody and leaves its name free', async () => {
        const old = await create();
        await readyImages(old, ['a']);
        await store.markDropping(old);
        expect(await store.findCollection('c')).toBeNull();
        expect(await store.findCollectionById(old)).toBeNull();
        expect((await store.listDropping()).map(({ id }) => id)).toEqual([old]);
        expect(await create()).not.toBe(old);
        await store.removeCollection(old);
        expect(await store.listDropping()).toEqual([]);
      });

      test('removing one takes its rows, previews and originals, and no others', async () => {
        const [a, b] = [await create('a'), await create('b')];
        const [gone] = await readyImages(a, ['x'], { preview: Uint8Array.of(1) });
        const [kept] = await readyImages(b, ['x'], { preview: Uint8Array.of(2) });
        await store.markDropping(a);
        await store.removeCollection(a);
        expect(await store.getImages([gone!, kept!])).toHaveLength(1);
        expect(await store.readPreview(gone!)).toBeNull();
        expect(await store.readPreview(kept!)).toEqual(expect.objectContaining({ length: 1 }));
      });
    });

    describe('images', () => {
      test('a pending image is no image yet; settled it is, exactly as given', async () => {
        const collection = await create();
        const [id] = await images(collection, ['目录/狗.png']);
        expect(await store.findImage(collection, '目录/狗.png')).toBeNull();
        expect(await count(collection)).toBe(0);
        expect(await store.countUnsettled(collection)).toBe(1);
        expect(await store.settle(collection, [id!])).toEqual([]);
        expect(await store.findImage(collection, '目录/狗.png')).toMatchObject({
          id,
          collectionId: collection,
          imageId: '目录/狗.png',
          state: 'READY',
          mimeType: 'image/png',
          width: 3,
          height: 2,
          sizeBytes: 7,
          original: { kind: 'reference', path: '/photos/目录/狗.png', modifiedAtMs: 1_700_000_000_000.25 },
        });
        const [row] = await store.getImages([id!]);
        expect([...row!.embedding]).toEqual([id, 0.5, -0.25, 1]);
        expect(await count(collection)).toBe(1);
        expect(await store.countUnsettled(collection)).toBe(0);
      });

      test('a new version takes the place of the old one in one step', async () => {
        const collection = await create();
        const [old] = await readyImages(collection, ['a']);
        const [next] = await images(collection, ['a']);
        expect((await store.findImage(collection, 'a'))?.id).toBe(old);
        expect(await store.settle(collection, [next!])).toEqual([old]);
        expect((await store.findImage(collection, 'a'))?.id).toBe(next);
        expect(await store.pageIdsInState(collection, 'TOMBSTONE', 0, 10)).toEqual([old]);
        expect(await count(collection)).toBe(1);
      });

      test('of two versions settled together the later one stays', async () => {
        const collection = await create();
        const [first] = await images(collection, ['a']);
        const [second] = await images(collection, ['a']);
        expect(await store.settle(collection, [second!, first!])).toEqual([first]);
        expect((await store.findImage(collection, 'a'))?.id).toBe(second);
        expect(await count(collection)).toBe(1);
      });

      test('settling twice, or what is not there, changes nothing', async () => {
        const collection = await create();
        const ids = await readyImages(collection, ['a']);
        expect(await store.settle(collection, [...ids, 999_999])).toEqual([]);
        expect(await count(collection)).toBe(1);
      });

      test('a failed insert leaves no row of its batch', async () => {
        const collection = await create();
        const [id] = await readyImages(collection, ['a']);
        const [row] = await store.getImages([id!]);
        const twice = { ...row!, fingerprint: 'f', source: '/s', original: { kind: 'copied' } as const };
        await expect(
          store.insertPending(collection, [{ ...twice, id: 888_888, imageId: 'b' }, twice]),
        ).rejects.toMatchObject({ code: 'UNAVAILABLE' });
        expect(await store.getImages([888_888])).toEqual([]);
      });

      test('tombstoned images are gone for readers, and removed rows leave nothing behind', async () => {
        const collection = await create();
        const [a, b] = await readyImages(collection, ['a', 'b'], {
          original: { kind: 'copied' },
          data: Uint8Array.of(9, 8, 7),
        });
        expect(await store.tombstone(collection, [a!, 777])).toEqual([a]);
        expect(await store.tombstone(collection, [a!])).toEqual([]);
        expect((await store.findImages(collection, ['a', 'b'])).map(({ id }) => id)).toEqual([b]);
        expect(await count(collection)).toBe(1);
        await store.removeRows(collection, [a!, b!]);
        expect((await store.getImages([a!, b!])).map(({ id }) => id)).toEqual([b]);
        expect(await store.readOriginal(a!)).toBeNull();
        expect([...(await store.readOriginal(b!))!]).toEqual([9, 8, 7]);
      });

      test('ids of images are compared to the letter: case, accents, spaces, 512 code points', async () => {
        const collection = await create();
        const ids = ['a', 'A', 'á', 'a ', ' a', '𠮷'.repeat(512), '7000000000123456789', '7000000000123456788'];
        await readyImages(collection, ids);
        for (const id of ids) expect((await store.findImage(collection, id))?.imageId).toBe(id);
        expect(await count(collection)).toBe(ids.length);
      });

      test('large originals come back byte for byte', async () => {
        const collection = await create();
        const data = new Uint8Array(5 * 1024 * 1024).map((_, i) => (i * 31) & 255);
        const [id] = await readyImages(collection, ['big'], { original: { kind: 'copied' }, data });
        expect(Buffer.compare((await store.readOriginal(id!))!, data)).toBe(0);
      });

      test('pages go by id and hold what they should', async () => {
        const collection = await create();
        const ids = await readyImages(collection, ['a', 'b', 'c', 'd', 'e']);
        await store.tombstone(collection, [ids[1]!]);
        await readyImages(await create('other'), ['z']);
        expect((await store.pageImages(collection, ids[0]!, 2)).map(({ id }) => id)).toEqual([ids[2], ids[3]]);
        const page = await store.pageEmbeddings(collection, 0, 3);
        expect(page.ids).toEqual([ids[0], ids[2], ids[3]]);
        expect([...page.vectors]).toEqual([ids[0], ids[2], ids[3]].flatMap((id) => [id, 0.5, -0.25, 1]));
        expect(await store.pageEmbeddings(collection, ids[4]!, 3)).toMatchObject({ ids: [] });
        expect((await store.pageSource(collection, '/photos', 0, 10)).map(({ imageId }) => imageId)).toEqual([
          'a',
          'c',
          'd',
          'e',
        ]);
        expect(await store.pageSource(collection, '/elsewhere', 0, 10)).toEqual([]);
      });

      test('known versions say how and whence, and references can follow a move', async () => {
        const collection = await create();
        const [id] = await readyImages(collection, ['a', 'b']);
        const known = await store.findVersions(collection, ['a', 'nope']);
        expect([...known.keys()]).toEqual(['a']);
        const moved = { kind: 'reference', path: '/new/a', modifiedAtMs: 5 } as const;
        expect(known.get('a')).toMatchObject({
          id,
          fingerprint: 'f'.repeat(64),
          source: '/photos',
          original: { path: '/photos/a' },
        });
        await store.relocate(collection, [{ id: id!, source: '/new', original: moved }]);
        expect((await store.findVersions(collection, ['a'])).get('a')).toMatchObject({
          source: '/new',
          original: moved,
        });
        expect(await store.pageSource(collection, '/photos', 0, 10)).toHaveLength(1);
      });

      test('takes lists longer than a statement takes parameters', async () => {
        const collection = await create();
        const names = Array.from({ length: 1_201 }, (_, i) => `image ${i}`);
        const ids = await readyImages(collection, names);
        expect(await store.getImages(ids)).toHaveLength(1_201);
        expect(await store.findImages(collection, names)).toHaveLength(1_201);
        expect(await store.tombstone(collection, ids)).toHaveLength(1_201);
        await store.removeRows(collection, ids);
        expect(await store.getImages(ids)).toEqual([]);
      });
    });

    describe('load jobs', () => {
      const job = (collection = 'c') =>
        store.createJob({ collection, directory: '/photos', options: { idFrom: 'stem' } });
      const expire = (): Promise<void> => store.expireLeases();

      test('waits in the queue, is claimed, makes progress and ends', async () => {
        const made = await job();
        expect(made).toMatchObject({
          status: 'QUEUED',
          directory: '/photos',
          options: { idFrom: 'stem' },
          processed: 0,
          startedAt: null,
        });
        const claimed = await store.claimJob('me', 60_000);
        expect(claimed).toMatchObject({ job: { id: made.id, status: 'RUNNING' }, crashes: 0, suspects: [] });
        const progress = { ...NONE, total: 10, loaded: 3, skipped: 1, failed: 1, processed: 5, imagesPerSecond: 12.5 };
        expect(await store.heartbeat(made.id, 'me', 60_000, progress, ['x'])).toBe('ok');
        expect(await store.findJob(made.id)).toMatchObject(progress);
        await store.finishJob(made.id, 'me', 'SUCCEEDED', { ...progress, loaded: 8, processed: 10 });
        const done = await store.findJob(made.id);
        expect(done).toMatchObject({ status: 'SUCCEEDED', processed: 10, error: null });
        expect(done!.finishedAt!.getTime()).toBeGreaterThanOrEqual(done!.startedAt!.getTime());
        expect(await store.claimJob('me', 60_000)).toBeNull();
      });

      test('one runs a collection, the oldest first; other collections do not wait', async () => {
        const [first, second, other] = [await job('a'), await job('a'), await job('b')];
        expect((await store.claimJob('me', 60_000))?.job.id).toBe(first.id);
        expect((await store.claimJob('me', 60_000))?.job.id).toBe(other.id);
        expect(await store.claimJob('me', 60_000)).toBeNull();
        await store.finishJob(first.id, 'me', 'SUCCEEDED', NONE);
        expect((await store.claimJob('me', 60_000))?.job.id).toBe(second.id);
      });

      test('two processes never claim the same job', async () => {
        await Promise.all(Array.from({ length: 6 }, (_, i) => job(`c${i}`)));
        const other = await opened.connect();
        const claims = [];
        for (let i = 0; i < 3; i++) claims.push(await store.claimJob('a', 60_000), await other.claimJob('b', 60_000));
        await other.close();
        const ids = claims.flatMap((claim) => (claim ? [claim.job.id] : []));
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids).toHaveLength(6);
      });

      test('an expired lease is taken over, its crash counted, whoever was in flight suspected', async () => {
        const { id } = await job();
        await store.claimJob('old', 60_000);
        await store.heartbeat(id, 'old', 60_000, { ...NONE, loaded: 5, processed: 5 }, ['a', 'b', 'c']);
        await store.addFailures(id, [{ item: 'x', code: 'C', message: 'm' }]);
        await expire();
        const again = await store.claimJob('new', 60_000);
        expect(again).toMatchObject({ crashes: 1, suspects: ['a', 'b', 'c'], job: { loaded: 0, processed: 0 } });
        expect(await store.listFailures(id, 10, 0)).toEqual([]);
        expect(await store.heartbeat(id, 'old', 60_000, NONE, [])).toBe('lost');
        await store.heartbeat(id, 'new', 60_000, NONE, ['b']);
        await expire();
        expect(await store.claimJob('third', 60_000)).toMatchObject({ crashes: 2, suspects: ['b'] });
      });

      test('is taken up again three times, then it is the failure', async () => {
        const { id } = await job();
        for (let run = 0; run < 4; run++) {
          expect((await store.claimJob('me', 60_000))?.job.id).toBe(id);
          await expire();
        }
        expect(await store.claimJob('me', 60_000)).toBeNull();
        expect(await store.findJob(id)).toMatchObject({ status: 'FAILED', error: { code: 'CRASHED' } });
      });

      test('a released job waits again and counts no crash', async () => {
        const { id } = await job();
        await store.claimJob('me', 60_000);
        await store.releaseJob(id, 'me');
        expect(await store.findJob(id)).toMatchObject({ status: 'QUEUED' });
        expect(await store.claimJob('me', 60_000)).toMatchObject({ crashes: 0 });
      });

      test('cancelling ends a waiting job at once and asks a running one to stop', async () => {
        const [running, waiting] = [await job(), await job()];
        await store.claimJob('me', 60_000);
        expect(await store.requestCancel(waiting.id)).toMatchObject({
          status: 'CANCELLED',
          finishedAt: expect.any(Date) as Date,
        });
        expect(await store.requestCancel(running.id)).toMatchObject({ status: 'RUNNING', cancelRequested: true });
        expect(await store.heartbeat(running.id, 'me', 60_000, NONE, [])).toBe('cancel');
        await store.finishJob(running.id, 'me', 'CANCELLED', NONE);
        expect(await store.requestCancel(running.id)).toMatchObject({ status: 'CANCELLED' });
        expect(await store.requestCancel(999_999)).toBeNull();
      });

      test('keeps at most 10,000 failures, in the order they were met', async () => {
        const { id } = await job();
        const failures = Array.from({ length: MAX_FAILURES - 1 }, (_, i) => ({
          item: `item ${i}`,
          code: 'BAD',
          message: 'm',
        }));
        await store.addFailures(id, failures);
        await store.addFailures(id, [
          { item: '𠮷'.repeat(2_000), code: 'BAD', message: 'x'.repeat(5_000) },
          { item: 'one too many', code: 'BAD', message: 'm' },
        ]);
        expect((await store.listFailures(id, 2, 0)).map(({ item }) => item)).toEqual(['item 0', 'item 1']);
        const last = await store.listFailures(id, 10, MAX_FAILURES - 1);
        expect(last).toHaveLength(1);
        expect(last[0]!.message).toHaveLength(2_000);
      });

      test('jobs are listed newest first and by collection; old ones are pruned with their ledgers', async () => {
        const ids = [];
        for (const collection of ['a', 'b', 'a']) {
          const { id } = await job(collection);
          await store.claimJob('me', 60_000);
          await store.addFailures(id, [{ item: 'x', code: 'C', message: 'm' }]);
          await store.finishJob(id, 'me', 'SUCCEEDED', NONE);
          ids.push(id);
        }
        expect((await store.listJobs({ first: 10 })).map(({ id }) => id)).toEqual([...ids].reverse());
        expect((await store.listJobs({ collection: 'a', first: 10 })).map(({ id }) => id)).toEqual([ids[2], ids[0]]);
        await store.pruneJobs(1);
        expect((await store.listJobs({ first: 10 })).map(({ id }) => id)).toEqual([ids[2]]);
        expect(await store.listFailures(ids[0]!, 10, 0)).toEqual([]);
        expect(await store.listFailures(ids[2]!, 10, 0)).toHaveLength(1);
      });
    });

    test('another connection sees what is committed, and only that', async () => {
      const collection = await create();
      const other = await opened.connect();
      const ids = await images(collection, ['a']);
      expect(await other.findImage(collection, 'a')).toBeNull();
      await store.settle(collection, ids);
      expect(await other.findImage(collection, 'a')).toMatchObject({ id: ids[0] });
      await other.close();
    });
  });
}
