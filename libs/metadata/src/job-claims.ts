import type { ClaimedJob, LoadFailure } from '@wentu/domain';
import { In, IsNull, LessThan, Not, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { lockRow, now } from './dialect';
import { LoadFailureEntity, LoadJobEntity } from './entities/load-job.entity';
import { FRESH, parseList, toJob } from './job-rows';

/** A job is taken up again after at most this many crashes. */
const MAX_CRASHES = 3;
const CRASHED: LoadFailure = {
  item: '',
  code: 'CRASHED',
  message: `the process died ${MAX_CRASHES + 1} times while it ran this load; look into the log, then load again`,
};

/** Takes the oldest job that may run; on the way, ends those that crashed too often or were to be cancelled. */
export async function claimJob(manager: EntityManager, owner: string, leaseMs: number): Promise<ClaimedJob | null> {
  const jobs = manager.getRepository(LoadJobEntity);
  // One claim at a time: between looking for busy collections and taking a job, another could take one of the same collection.
  await lockRow(manager, 'SELECT uuid FROM store_info');
  for (;;) {
    const at = await now(manager);
    const job = await nextJob(manager, at);
    if (!job) return null;
    const crashed = job.status === 'RUNNING';
    // Another process may be faster; then none of the updates below does anything, and the next job is looked at.
    const asSeen = {
      id: job.id,
      status: job.status,
      leaseOwner: job.leaseOwner ?? IsNull(),
      leaseExpiresAt: job.leaseExpiresAt ?? IsNull(),
    };
    // A crash of a job that was to be cancelled leaves nothing to do.
    if (crashed && job.cancelRequested) {
      await jobs.update(asSeen, { status: 'CANCELLED', finishedAt: Date.now(), leaseOwner: null });
      continue;
    }
    const crashes = job.crashes + (crashed ? 1 : 0);
    if (crashes > MAX_CRASHES) {
      const error = JSON.stringify({ ...CRASHED, item: job.directory });
      await jobs.update(asSeen, { status: 'FAILED', error, finishedAt: Date.now(), leaseOwner: null, crashes });
      continue;
    }
    const suspects = crashed ? atEveryCrash(job) : parseList(job.suspects);
    const taken = await jobs.update(asSeen, {
      status: 'RUNNING',
      leaseOwner: owner,
      leaseExpiresAt: at + leaseMs,
      startedAt: Date.now(),
      ...FRESH,
      crashes,
      suspects: JSON.stringify(suspects),
      inFlight: '[]',
    });
    if (taken.affected === 0) continue;
    await manager.delete(LoadFailureEntity, { jobId: job.id });
    return { job: toJob(await jobs.findOneByOrFail({ id: job.id })), crashes, suspects };
  }
}

/** The oldest job that may run: one a collection, the others wait. */
async function nextJob(manager: EntityManager, at: number): Promise<LoadJobEntity | null> {
  const jobs = manager.getRepository(LoadJobEntity);
  const expired: FindOptionsWhere<LoadJobEntity> = { status: 'RUNNING', leaseExpiresAt: LessThan(at) };
  const dead = await jobs.findOne({ where: expired, order: { id: 'ASC' } });
  if (dead) return dead;
  const running = await jobs.find({ select: { id: true, collectionKey: true }, where: { status: 'RUNNING' } });
  const busy = [...new Set(running.map((job) => job.collectionKey))];
  return await jobs.findOne({ where: { status: 'QUEUED', collectionKey: Not(In(busy)) }, order: { id: 'ASC' } });
}

/** After the first crash whatever was in flight; after later ones only what was in flight each time. */
function atEveryCrash(job: LoadJobEntity): string[] {
  const inFlight = parseList(job.inFlight);
  return job.crashes === 0 ? inFlight : parseList(job.suspects).filter((item) => inFlight.includes(item));
}
