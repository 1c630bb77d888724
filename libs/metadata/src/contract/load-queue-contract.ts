import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_CRASHES, MAX_FAILURES, type ClaimedJob, type LoadJob } from '@wentu/domain';
import { NONE, SPACE, type Bench } from './bench';

/** The queue of load jobs, their leases and their ledgers. */
export function loadQueueContract(bench: Bench): void {
  describe('load jobs', () => {
    const job = (collection = 'c') =>
      bench.store.loads.create({ collection, directory: '/photos', options: { idFrom: 'stem' } });
    const claim = (owner: string, ...known: number[]) => bench.store.loads.claim(owner, 60_000, known);
    const REENCODE = { model: 'other', hideUnreadable: true };

    test('a re-encoding runs beside loads of its collection until it holds the collection', async () => {
      const { store } = bench;
      const { id: collectionId } = await store.collections.create({ name: 'c', ...SPACE });
      const load = async () => await store.loads.create({ collection: 'c', directory: '/photos', options: {} });
      const first = await load();
      const job = await store.loads.createReencode(collectionId, REENCODE);
      expect(job).toMatchObject({ kind: 'REENCODE', collection: 'c', collectionId, directory: '', options: {} });
      expect(job.reencode).toEqual(REENCODE);
      expect(first).toMatchObject({ kind: 'LOAD', reencode: null });
      const second = store.loads.createReencode(collectionId, REENCODE);
      await expect(second).rejects.toMatchObject({ code: 'CONFLICT' });
      await expect(store.loads.createReencode(999_999, REENCODE)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      // A claim returns jobs of its kind only.
      expect((await claim('me'))?.job.id).toBe(first.id);
      expect(await claim('me', first.id)).toBeNull();
      expect((await store.loads.claim('me', 60_000, [first.id], 'REENCODE'))?.job.id).toBe(job.id);
      expect(await store.loads.holdCollection(job.id, 'me')).toBe(false);
      await store.loads.finish(first.id, 'me', 'SUCCEEDED', NONE);
      await load();
      expect(await claim('other')).toBeNull();
      expect(await store.loads.holdCollection(job.id, 'me')).toBe(true);
      const stranger = store.loads.holdCollection(job.id, 'other');
      await expect(stranger).rejects.toMatchObject({ code: 'CONFLICT' });
      await store.loads.releaseCollection(job.id, 'other');
      expect(await claim('other')).toBeNull();
      await store.loads.releaseCollection(job.id, 'me');
      const waiting = (await claim('other'))?.job.id as number;
      expect(waiting).toBeGreaterThan(job.id);
      await store.loads.finish(waiting, 'other', 'SUCCEEDED', NONE);
      await load();
      expect(await store.loads.holdCollection(job.id, 'me')).toBe(true);
      expect(await claim('other')).toBeNull();
      // The next owner runs it beside loads again.
      await store.loads.expireLeases('me');
      expect(await store.loads.claim('other', 60_000, [], 'REENCODE')).toMatchObject({
        job: { id: job.id },
        crashes: 1,
      });
      const lost = store.loads.holdCollection(job.id, 'me');
      await expect(lost).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await claim('other', job.id)).not.toBeNull();
      await store.loads.finish(job.id, 'other', 'SUCCEEDED', NONE);
      const next = await store.loads.createReencode(collectionId, REENCODE);
      expect(next.status).toBe('QUEUED');
      expect(await store.images.settlement(collectionId)).toMatchObject({ reencodingId: next.id });
    });
    test('the newest load of each directory is found, by the id of the collection', async () => {
      const { store } = bench;
      const { id: collectionId } = await store.collections.create({ name: 'c', ...SPACE });
      const load = async (directory: string, collection = 'c') =>
        await store.loads.create({ collection, directory, options: { copyImages: true } });
      await load('/a');
      const [a, b] = [await load('/a'), await load('/图')];
      await load('/other');
      await load('/a', 'another');
      await store.loads.createReencode(collectionId, REENCODE);
      const newest = await store.loads.newestLoads(collectionId, ['/a', '/图', '/none', '']);
      expect(newest).toEqual(
        new Map([
          [a.directory, a],
          [b.directory, b],
        ]),
      );
      expect(await store.loads.newestLoads(999_999, ['/a'])).toEqual(new Map());
      expect(await store.loads.newestLoads(collectionId, [])).toEqual(new Map());
    });
    const expire = (): Promise<void> => bench.store.loads.expireLeases('');

    test('expires the leases of one home, and no others', async () => {
      const [first] = [await job('a'), await job('b')];
      await claim('home-1/x');
      await claim('home-10/x');
      await bench.store.loads.expireLeases('home-1/');
      await sleep(5);
      expect(await claim('me')).toMatchObject({ job: { id: first.id }, crashes: 1 });
      expect(await claim('me', first.id)).toBeNull();
    });

    test('a job is queued, is claimed, makes progress and ends', async () => {
      const made = await job();
      expect(made).toMatchObject({
        status: 'QUEUED',
        directory: '/photos',
        options: { idFrom: 'stem' },
        processed: 0,
        startedAt: null,
      });
      const claimed = await claim('me');
      expect(claimed).toMatchObject({ job: { id: made.id, status: 'RUNNING' }, crashes: 0, suspects: [] });
      const counts = {
        total: 10,
        loaded: 3,
        skipped: 1,
        failed: 1,
        processed: 5,
        replaced: 2,
        missing: 4,
        unreadFolders: 1,
      };
      const ignored = { notPicture: 9, junk: 8, excluded: 7, link: 6, unreadable: 5, unsettled: 6 };
      const progress = { ...NONE, ...counts, ignored, imagesPerSecond: 12.5 };
      expect(await bench.store.loads.heartbeat(made.id, 'me', 60_000, progress, ['x'])).toBe('ok');
      expect(await bench.store.loads.find(made.id)).toMatchObject(progress);
      await bench.store.loads.finish(made.id, 'me', 'PARTIAL', { ...progress, loaded: 8, processed: 10 });
      const done = await bench.store.loads.find(made.id);
      expect(done).toMatchObject({ status: 'PARTIAL', processed: 10, ignored, error: null });
      expect(done!.finishedAt!.getTime()).toBeGreaterThanOrEqual(done!.startedAt!.getTime());
      expect(await claim('me')).toBeNull();
    });

    test('only the oldest job of a collection runs; other collections do not wait', async () => {
      const [first, second, other] = [await job('a'), await job('a'), await job('b')];
      expect((await claim('me'))?.job.id).toBe(first.id);
      expect((await claim('me', first.id))?.job.id).toBe(other.id);
      expect(await claim('me', first.id, other.id)).toBeNull();
      await bench.store.loads.finish(first.id, 'me', 'SUCCEEDED', NONE);
      expect((await claim('me', other.id))?.job.id).toBe(second.id);
    });

    test('a claim whose reply was lost returns the same job again without counting a crash', async () => {
      const [first, second] = [await job('a'), await job('b')];
      await claim('me');
      expect(await claim('me')).toMatchObject({ job: { id: first.id, status: 'RUNNING' }, crashes: 0, suspects: [] });
      expect(await bench.store.loads.heartbeat(first.id, 'me', 60_000, { ...NONE, loaded: 1 }, ['a'])).toBe('ok');
      await bench.store.loads.addFailures(first.id, 'me', 0, [{ item: 'x', code: 'C', message: 'm' }]);
      // A late duplicate of the first claim does not change the running load.
      expect(await claim('me')).toMatchObject({ job: { id: first.id, loaded: 1 }, crashes: 0 });
      expect(await bench.store.loads.listFailures(first.id, 10, 0)).toHaveLength(1);
      expect((await claim('me', first.id))?.job.id).toBe(second.id);
      await expire();
      expect(await claim('me', first.id)).toMatchObject({ job: { id: second.id }, crashes: 0 });
      expect(await claim('other')).toMatchObject({ job: { id: first.id }, crashes: 1, suspects: ['a'] });
      expect(await claim('me', second.id)).toBeNull();
    });

    test('two processes never claim the same job', async () => {
      await Promise.all(Array.from({ length: 6 }, (_, i) => job(`c${i}`)));
      const other = await bench.connect();
      const claims: (ClaimedJob | null)[] = [];
      const ids = (): number[] => claims.flatMap((claimed) => (claimed ? [claimed.job.id] : []));
      for (let i = 0; i < 3; i++) claims.push(await claim('a', ...ids()), await other.loads.claim('b', 60_000, ids()));
      await other.close();
      expect(new Set(ids()).size).toBe(6);
      expect(ids()).toHaveLength(6);
    });

    test('an expired lease passes to another owner: the crash is counted and the items in flight are suspects', async () => {
      const { id } = await job();
      await claim('old');
      await bench.store.loads.heartbeat(id, 'old', 60_000, { ...NONE, loaded: 5, processed: 5 }, ['a', 'b', 'c']);
      await bench.store.loads.addFailures(id, 'old', 0, [{ item: 'x', code: 'C', message: 'm' }]);
      await expire();
      const again = await claim('new');
      expect(again).toMatchObject({ crashes: 1, suspects: ['a', 'b', 'c'], job: { loaded: 0, processed: 0 } });
      expect(await bench.store.loads.listFailures(id, 10, 0)).toEqual([]);
      expect(await bench.store.loads.heartbeat(id, 'old', 60_000, NONE, [])).toBe('lost');
      await bench.store.loads.addFailures(id, 'old', 1, [{ item: 'y', code: 'C', message: 'm' }]);
      expect(await bench.store.loads.listFailures(id, 10, 0)).toEqual([]);
      await bench.store.loads.heartbeat(id, 'new', 60_000, NONE, ['b']);
      await expire();
      expect(await claim('third')).toMatchObject({ crashes: 2, suspects: ['b'] });
    });

    /** @returns the counts of the crashed run */
    const crash = async (id: number, owner: string): Promise<Partial<LoadJob>> => {
      await bench.store.loads.heartbeat(id, owner, 60_000, { ...NONE, skipped: 5, failed: 1, processed: 6 }, []);
      await bench.store.loads.addFailures(id, owner, 0, [{ item: 'x', code: 'C', message: 'm' }]);
      await expire();
      const { skipped, failed, processed, startedAt } = (await bench.store.loads.find(id))!;
      return { skipped, failed, processed, startedAt };
    };

    test('a job runs again after three crashes; a further claim only ends it and keeps its counts', async () => {
      const { id } = await job();
      let counted: Partial<LoadJob> = {};
      for (let crashes = 0; crashes <= MAX_CRASHES; crashes++) {
        expect(await claim('me', id)).toMatchObject({ job: { id, skipped: 0 }, crashes });
        counted = await crash(id, 'me');
      }
      const crashes = MAX_CRASHES + 1;
      expect(await claim('me', id)).toMatchObject({ job: { id, status: 'RUNNING', ...counted }, crashes });
      expect(await bench.store.loads.listFailures(id, 10, 0)).toHaveLength(1);
    });

    test('a job runs again without a limit as long as each run loads an item', async () => {
      const { id } = await job();
      await claim('me', id);
      for (let run = 0; run <= MAX_CRASHES + 1; run++) {
        await bench.store.loads.heartbeat(id, 'me', 60_000, { ...NONE, loaded: 1, processed: 1 }, [`${run}`]);
        await expire();
        expect(await claim('me', id)).toMatchObject({ crashes: 1, suspects: [`${run}`], job: { loaded: 0 } });
      }
    });

    test('a crashed job with a cancel request is claimed only to be ended; the claim itself does not end it', async () => {
      const { id } = await job();
      await claim('old');
      await bench.store.loads.requestCancel(id);
      const counted = await crash(id, 'old');
      expect(await claim('new')).toMatchObject({ job: { id, status: 'RUNNING', cancelRequested: true, ...counted } });
      expect(await bench.store.loads.listFailures(id, 10, 0)).toHaveLength(1);
      expect(await bench.store.loads.heartbeat(id, 'old', 60_000, NONE, [])).toBe('lost');
    });

    test('a released job is queued again without counting a crash', async () => {
      const { id } = await job();
      await claim('me');
      await bench.store.loads.release(id, 'me');
      expect(await bench.store.loads.find(id)).toMatchObject({ status: 'QUEUED' });
      expect(await claim('me')).toMatchObject({ crashes: 0 });
    });

    test('a cancel ends a queued job at once and asks a running job to stop', async () => {
      const [running, waiting] = [await job(), await job()];
      await claim('me');
      expect(await bench.store.loads.requestCancel(waiting.id)).toMatchObject({
        status: 'CANCELLED',
        finishedAt: expect.any(Date) as Date,
      });
      expect(await bench.store.loads.requestCancel(running.id)).toMatchObject({
        status: 'RUNNING',
        cancelRequested: true,
      });
      expect(await bench.store.loads.heartbeat(running.id, 'me', 60_000, NONE, [])).toBe('cancel');
      await bench.store.loads.finish(running.id, 'me', 'CANCELLED', NONE);
      expect(await bench.store.loads.requestCancel(running.id)).toMatchObject({ status: 'CANCELLED' });
      expect(await bench.store.loads.requestCancel(999_999)).toBeNull();
    });

    test('finds and cancels all unfinished jobs of a collection, also more than 1,000', async () => {
      const [other, running] = [await job('other'), await job()];
      await claim('me');
      await claim('me', other.id);
      const waiting: number[] = [];
      for (let i = 0; i < 1_100; i++) waiting.push((await job()).id);
      const all = [running.id, ...waiting];
      expect((await bench.store.loads.listUnfinished({ collection: 'c' })).map(({ id }) => id)).toEqual(all);
      expect(await bench.store.loads.listUnfinished()).toHaveLength(all.length + 1);

      const cancelled = await bench.store.loads.requestCancelAll({ collection: 'c' });
      expect(cancelled.map(({ id }) => id)).toEqual(all);
      expect(cancelled.every(({ cancelRequested }) => cancelRequested)).toBe(true);
      expect(cancelled.map(({ status }) => status)).toEqual(['RUNNING', ...waiting.map(() => 'CANCELLED')]);
      expect(cancelled.at(-1)!.finishedAt).toEqual(expect.any(Date));
      expect((await bench.store.loads.listUnfinished({ collection: 'c' })).map(({ id }) => id)).toEqual([running.id]);
      expect(await bench.store.loads.heartbeat(running.id, 'me', 60_000, NONE, [])).toBe('cancel');
      expect(await bench.store.loads.find(other.id)).toMatchObject({ status: 'RUNNING', cancelRequested: false });
      expect(await bench.store.loads.requestCancelAll({ collection: 'nobody' })).toEqual([]);
    }, 60_000);

    test('cancelling all jobs leaves a job that has run before to the owner that claims it', async () => {
      const { id } = await job();
      await claim('me');
      await bench.store.loads.release(id, 'me');
      expect(await bench.store.loads.requestCancelAll({ collection: 'c' })).toMatchObject([
        { id, status: 'QUEUED', cancelRequested: true },
      ]);
      expect(await claim('me')).toMatchObject({ job: { id, cancelRequested: true } });
    });

    test('limits the number of queued jobs, also over two connections; running jobs do not count', async () => {
      await job('a');
      await claim('me');
      const other = await bench.connect();
      const queue = (store: typeof other) =>
        store.loads.create({ collection: 'b', directory: '/photos', options: {} }, 3);
      for (const store of [bench.store, other, bench.store]) await queue(store);
      for (const store of [bench.store, other])
        await expect(queue(store)).rejects.toMatchObject({
          code: 'LIMIT_EXCEEDED',
          message: expect.stringContaining('WENTU_MAX_QUEUED_LOADS') as string,
        });
      await other.close();
      expect(await bench.store.loads.listUnfinished()).toHaveLength(4);
    });

    test('a cancelled job that has run before is claimed only to be ended', async () => {
      const { id } = await job();
      await claim('me');
      await bench.store.loads.release(id, 'me');
      expect(await bench.store.loads.requestCancel(id)).toMatchObject({ status: 'QUEUED', cancelRequested: true });
      expect(await claim('me')).toMatchObject({ job: { id, cancelRequested: true }, crashes: 0 });
    });

    test('keeps at most 10,000 failures, in order', async () => {
      const { id } = await job();
      const failures = Array.from({ length: MAX_FAILURES - 1 }, (_, i) => ({
        item: `item ${i}`,
        code: 'BAD',
        message: 'm',
      }));
      await claim('me');
      await bench.store.loads.addFailures(id, 'me', 0, failures);
      await bench.store.loads.addFailures(id, 'me', MAX_FAILURES - 1, [
        {
          ...{ item: '𠮷'.repeat(2_000), code: 'BAD', message: 'x'.repeat(5_000) },
          detail: { key: 'LONG', params: { text: 'x'.repeat(5_000) } },
        },
        { item: 'one too many', code: 'BAD', message: 'm' },
      ]);
      expect((await bench.store.loads.listFailures(id, 2, 0)).map(({ item }) => item)).toEqual(['item 0', 'item 1']);
      const last = await bench.store.loads.listFailures(id, 10, MAX_FAILURES - 1);
      expect(last).toHaveLength(1);
      expect(last[0]!.item).toHaveLength(1_023);
      expect(last[0]!.message).toHaveLength(2_000);
      expect(last[0]!.detail).toBeNull();
      await bench.store.loads.addFailures(id, 'me', MAX_FAILURES + 1, failures.slice(0, 2));
      expect(await bench.store.loads.listFailures(id, 10, MAX_FAILURES - 1)).toEqual(last);
    });

    test('ledger lines whose reply was lost may be added again, with more lines after them', async () => {
      const { id } = await job();
      await claim('me');
      const detail = { key: 'FILE_TOO_LARGE', params: { fileBytes: 12, setting: '上限 "x"' } };
      const lines = ['a', 'b', 'c', 'd', 'e'].map((item) => ({
        ...{ item, code: 'BAD', message: 'm' },
        detail: item === 'b' ? null : detail,
      }));
      await bench.store.loads.addFailures(id, 'me', 0, lines.slice(0, 2));
      await bench.store.loads.addFailures(id, 'me', 0, lines.slice(0, 2));
      await bench.store.loads.addFailures(id, 'me', 2, lines.slice(2, 3));
      const other = await bench.connect();
      await Promise.all([0, 1].map(() => other.loads.addFailures(id, 'me', 2, lines.slice(2))));
      await other.close();
      expect(await bench.store.loads.listFailures(id, 10, 0)).toEqual(lines);
    });

    test('jobs are listed newest first and by collection; old jobs are pruned with their ledgers', async () => {
      const ids = [];
      for (const collection of ['a', 'b', 'a']) {
        const { id } = await job(collection);
        await claim('me');
        await bench.store.loads.addFailures(id, 'me', 0, [{ item: 'x', code: 'C', message: 'm' }]);
        await bench.store.loads.finish(id, 'me', 'SUCCEEDED', NONE);
        ids.push(id);
      }
      expect((await bench.store.loads.list({ first: 10 })).map(({ id }) => id)).toEqual([...ids].reverse());
      expect((await bench.store.loads.list({ collection: 'a', first: 10 })).map(({ id }) => id)).toEqual([
        ids[2],
        ids[0],
      ]);
      const older = await bench.store.loads.list({ first: 1, before: ids[2]! });
      expect(older.map(({ id }) => id)).toEqual([ids[1]]);
      expect(await bench.store.loads.list({ collection: 'a', first: 10, before: ids[0]! })).toEqual([]);
      await bench.store.loads.prune(1);
      expect((await bench.store.loads.list({ first: 10 })).map(({ id }) => id)).toEqual([ids[2]]);
      const [c, d] = [await bench.create('c'), await bench.create('d')];
      const [ofC] = [await job('c'), await job('d')];
      const among = async (...collectionIds: number[]): Promise<number[]> =>
        (await bench.store.loads.list({ collectionIds, first: 10 })).map(({ id }) => id);
      expect([await among(), await among(c), (await among(c, d)).length]).toEqual([[], [ofC.id], 2]);
      expect(await bench.store.loads.listFailures(ids[0]!, 10, 0)).toEqual([]);
      expect(await bench.store.loads.listFailures(ids[2]!, 10, 0)).toHaveLength(1);
    });

    test('a long ledger line is shortened with …, and an invalid directory is refused', async () => {
      const { id } = await job();
      await claim('me');
      await bench.store.loads.addFailures(id, 'me', 0, [
        { item: 'x' + '𠮷'.repeat(600), code: 'BAD', message: 'before\0after' },
      ]);
      const [line] = await bench.store.loads.listFailures(id, 1, 0);
      expect(line!.item).toMatch(/^x𠮷{100,511}…$/u);
      expect(line!.message).toBe('before\ufffdafter');
      for (const directory of ['', '/a\0b', '/'.repeat(4_097)]) {
        const made = bench.store.loads.create({ collection: 'c', directory, options: {} });
        await expect(made).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      }
    });

    test('pruning keeps the given number of finished jobs', async () => {
      for (let i = 0; i < 35; i++) {
        const { id } = await job(`c${i}`);
        await bench.store.loads.requestCancel(id);
      }
      const waiting = await job();
      await bench.store.loads.prune(3);
      expect((await bench.store.loads.list({ first: 100 })).map(({ collection }) => collection)).toEqual([
        'c',
        'c34',
        'c33',
        'c32',
      ]);
      expect(await bench.store.loads.find(waiting.id)).toMatchObject({ status: 'QUEUED' });
    });
  });
}
