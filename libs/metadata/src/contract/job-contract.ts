import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_FAILURES } from '@wentu/domain';
import { NONE, type Bench } from './bench';

/** Loads: the queue, the leases and the ledgers. */
export function jobContract(bench: Bench): void {
  describe('load jobs', () => {
    const job = (collection = 'c') =>
      bench.store.createJob({ collection, directory: '/photos', options: { idFrom: 'stem' } });
    const expire = (): Promise<void> => bench.store.expireLeases('');

    test('leases of one home are expired, those of others are not', async () => {
      const [first] = [await job('a'), await job('b')];
      await bench.store.claimJob('home-1/x', 60_000);
      await bench.store.claimJob('home-10/x', 60_000);
      await bench.store.expireLeases('home-1/');
      await sleep(5);
      expect(await bench.store.claimJob('me', 60_000)).toMatchObject({ job: { id: first.id }, crashes: 1 });
      expect(await bench.store.claimJob('me', 60_000)).toBeNull();
    });

    test('waits in the queue, is claimed, makes progress and ends', async () => {
      const made = await job();
      expect(made).toMatchObject({
        status: 'QUEUED',
        directory: '/photos',
        options: { idFrom: 'stem' },
        processed: 0,
        startedAt: null,
      });
      const claimed = await bench.store.claimJob('me', 60_000);
      expect(claimed).toMatchObject({ job: { id: made.id, status: 'RUNNING' }, crashes: 0, suspects: [] });
      const progress = { ...NONE, total: 10, loaded: 3, skipped: 1, failed: 1, processed: 5, imagesPerSecond: 12.5 };
      expect(await bench.store.heartbeat(made.id, 'me', 60_000, progress, ['x'])).toBe('ok');
      expect(await bench.store.findJob(made.id)).toMatchObject(progress);
      await bench.store.finishJob(made.id, 'me', 'SUCCEEDED', { ...progress, loaded: 8, processed: 10 });
      const done = await bench.store.findJob(made.id);
      expect(done).toMatchObject({ status: 'SUCCEEDED', processed: 10, error: null });
      expect(done!.finishedAt!.getTime()).toBeGreaterThanOrEqual(done!.startedAt!.getTime());
      expect(await bench.store.claimJob('me', 60_000)).toBeNull();
    });

    test('one runs a collection, the oldest first; other collections do not wait', async () => {
      const [first, second, other] = [await job('a'), await job('a'), await job('b')];
      expect((await bench.store.claimJob('me', 60_000))?.job.id).toBe(first.id);
      expect((await bench.store.claimJob('me', 60_000))?.job.id).toBe(other.id);
      expect(await bench.store.claimJob('me', 60_000)).toBeNull();
      await bench.store.finishJob(first.id, 'me', 'SUCCEEDED', NONE);
      expect((await bench.store.claimJob('me', 60_000))?.job.id).toBe(second.id);
    });

    test('two processes never claim the same job', async () => {
      await Promise.all(Array.from({ length: 6 }, (_, i) => job(`c${i}`)));
      const other = await bench.connect();
      const claims = [];
      for (let i = 0; i < 3; i++)
        claims.push(await bench.store.claimJob('a', 60_000), await other.claimJob('b', 60_000));
      await other.close();
      const ids = claims.flatMap((claim) => (claim ? [claim.job.id] : []));
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toHaveLength(6);
    });

    test('an expired lease is taken over, its crash counted, whoever was in flight suspected', async () => {
      const { id } = await job();
      await bench.store.claimJob('old', 60_000);
      await bench.store.heartbeat(id, 'old', 60_000, { ...NONE, loaded: 5, processed: 5 }, ['a', 'b', 'c']);
      await bench.store.addFailures(id, [{ item: 'x', code: 'C', message: 'm' }]);
      await expire();
      const again = await bench.store.claimJob('new', 60_000);
      expect(again).toMatchObject({ crashes: 1, suspects: ['a', 'b', 'c'], job: { loaded: 0, processed: 0 } });
      expect(await bench.store.listFailures(id, 10, 0)).toEqual([]);
      expect(await bench.store.heartbeat(id, 'old', 60_000, NONE, [])).toBe('lost');
      await bench.store.heartbeat(id, 'new', 60_000, NONE, ['b']);
      await expire();
      expect(await bench.store.claimJob('third', 60_000)).toMatchObject({ crashes: 2, suspects: ['b'] });
    });

    test('is taken up again three times, then it is the failure', async () => {
      const { id } = await job();
      for (let run = 0; run < 4; run++) {
        expect((await bench.store.claimJob('me', 60_000))?.job.id).toBe(id);
        await expire();
      }
      expect(await bench.store.claimJob('me', 60_000)).toBeNull();
      expect(await bench.store.findJob(id)).toMatchObject({ status: 'FAILED', error: { code: 'CRASHED' } });
    });

    test('a released job waits again and counts no crash', async () => {
      const { id } = await job();
      await bench.store.claimJob('me', 60_000);
      await bench.store.releaseJob(id, 'me');
      expect(await bench.store.findJob(id)).toMatchObject({ status: 'QUEUED' });
      expect(await bench.store.claimJob('me', 60_000)).toMatchObject({ crashes: 0 });
    });

    test('cancelling ends a waiting job at once and asks a running one to stop', async () => {
      const [running, waiting] = [await job(), await job()];
      await bench.store.claimJob('me', 60_000);
      expect(await bench.store.requestCancel(waiting.id)).toMatchObject({
        status: 'CANCELLED',
        finishedAt: expect.any(Date) as Date,
      });
      expect(await bench.store.requestCancel(running.id)).toMatchObject({ status: 'RUNNING', cancelRequested: true });
      expect(await bench.store.heartbeat(running.id, 'me', 60_000, NONE, [])).toBe('cancel');
      await bench.store.finishJob(running.id, 'me', 'CANCELLED', NONE);
      expect(await bench.store.requestCancel(running.id)).toMatchObject({ status: 'CANCELLED' });
      expect(await bench.store.requestCancel(999_999)).toBeNull();
    });

    test('keeps at most 10,000 failures, in the order they were met', async () => {
      const { id } = await job();
      const failures = Array.from({ length: MAX_FAILURES - 1 }, (_, i) => ({
        item: `item ${i}`,
        code: 'BAD',
        message: 'm',
      }));
      await bench.store.addFailures(id, failures);
      await bench.store.addFailures(id, [
        { item: '𠮷'.repeat(2_000), code: 'BAD', message: 'x'.repeat(5_000) },
        { item: 'one too many', code: 'BAD', message: 'm' },
      ]);
      expect((await bench.store.listFailures(id, 2, 0)).map(({ item }) => item)).toEqual(['item 0', 'item 1']);
      const last = await bench.store.listFailures(id, 10, MAX_FAILURES - 1);
      expect(last).toHaveLength(1);
      expect(last[0]!.message).toHaveLength(2_000);
      expect(last[0]!.message).toHaveLength(2_000);
    });

    test('jobs are listed newest first and by collection; old ones are pruned with their ledgers', async () => {
      const ids = [];
      for (const collection of ['a', 'b', 'a']) {
        const { id } = await job(collection);
        await bench.store.claimJob('me', 60_000);
        await bench.store.addFailures(id, [{ item: 'x', code: 'C', message: 'm' }]);
        await bench.store.finishJob(id, 'me', 'SUCCEEDED', NONE);
        ids.push(id);
      }
      expect((await bench.store.listJobs({ first: 10 })).map(({ id }) => id)).toEqual([...ids].reverse());
      expect((await bench.store.listJobs({ collection: 'a', first: 10 })).map(({ id }) => id)).toEqual([
        ids[2],
        ids[0],
      ]);
      await bench.store.pruneJobs(1);
      expect((await bench.store.listJobs({ first: 10 })).map(({ id }) => id)).toEqual([ids[2]]);
      expect(await bench.store.listFailures(ids[0]!, 10, 0)).toEqual([]);
      expect(await bench.store.listFailures(ids[2]!, 10, 0)).toHaveLength(1);
    });

    test('a directory or a line of the ledger comes back whole, shortened with … or not at all', async () => {
      const { id } = await job();
      await bench.store.addFailures(id, [{ item: 'x' + '𠮷'.repeat(600), code: 'BAD', message: 'before\0after' }]);
      const [line] = await bench.store.listFailures(id, 1, 0);
      expect(line!.item).toMatch(/^x𠮷{100,511}…$/u);
      expect(line!.message).toBe('before\ufffdafter');
      for (const directory of ['', '/a\0b', '/'.repeat(4_097)]) {
        const made = bench.store.createJob({ collection: 'c', directory, options: {} });
        await expect(made).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      }
    });

    test('pruning leaves as many as it was asked to, however many there were', async () => {
      for (let i = 0; i < 35; i++) {
        const { id } = await job(`c${i}`);
        await bench.store.requestCancel(id);
      }
      const waiting = await job();
      await bench.store.pruneJobs(3);
      expect((await bench.store.listJobs({ first: 100 })).map(({ collection }) => collection)).toEqual([
        'c',
        'c34',
        'c33',
        'c32',
      ]);
      expect(await bench.store.findJob(waiting.id)).toMatchObject({ status: 'QUEUED' });
    });
  });
}
