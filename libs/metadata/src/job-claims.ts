import { MAX_CRASHES, type ClaimedJob, type JobKind } from '@wentu/domain';
import { In, IsNull, LessThan, Not, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { lockRow, now } from './dialect';
import { LoadFailureEntity, LoadJobEntity } from './entities/load-job.entity';
import { FRESH, parseList, toJob } from './job-rows';

/** Returns a job that this owner holds but does not know, otherwise the oldest job that may run. */
export async function claimJob(
  manager: EntityManager,
  owner: string,
  leaseMs: number,
  known: readonly number[],
  kind: JobKind,
): Promise<ClaimedJob | null> {
  const jobs = manager.getRepository(LoadJobEntity);
  // Claims run one at a time, so that two claims never take jobs of one collection.
  await lockRow(manager, 'SELECT uuid FROM store_info');
  for (;;) {
    const at = await now(manager);
    const held = await jobs.findOneBy({ kind, status: 'RUNNING', leaseOwner: owner, id: Not(In(known)) });
    const job = held ?? (await nextJob(manager, at, kind));
    if (!job) return null;
    const crashed = job !== held && job.status === 'RUNNING';
    const crashes = crashed ? crashesOf(job) : job.crashes;
    const suspects = crashed ? atEveryCrash(job, crashes) : parseList(job.suspects);
    // A held job stays unchanged: this call may be a late duplicate of a call whose reply arrived. A job that only has
    // to end stays unchanged too.
    const begins = job !== held && job.cancelRequested === 0 && crashes <= MAX_CRASHES;
    // Another process may take the job first. The update then changes nothing, and the next job is tried.
    const asSeen = {
      id: job.id,
      status: job.status,
      leaseOwner: job.leaseOwner ?? IsNull(),
      leaseExpiresAt: job.leaseExpiresAt ?? IsNull(),
    };
    const taken = await jobs.update(asSeen, {
      status: 'RUNNING',
      leaseOwner: owner,
      leaseExpiresAt: at + leaseMs,
      crashes,
      suspects: JSON.stringify(suspects),
      ...(begins ? { startedAt: Date.now(), ...FRESH, inFlight: '[]', holdsCollection: kind === 'LOAD' ? 1 : 0 } : {}),
    });
    if (taken.affected === 0) continue;
    if (begins) await manager.delete(LoadFailureEntity, { jobId: job.id });
    return { job: toJob(await jobs.findOneByOrFail({ id: job.id })), crashes, suspects };
  }
}

/** The oldest job of this kind that may run: of loads at most one per collection, and none of a held collection. */
async function nextJob(manager: EntityManager, at: number, kind: JobKind): Promise<LoadJobEntity | null> {
  const jobs = manager.getRepository(LoadJobEntity);
  const expired: FindOptionsWhere<LoadJobEntity> = { kind, status: 'RUNNING', leaseExpiresAt: LessThan(at) };
  const dead = await jobs.findOne({ where: expired, order: { id: 'ASC' } });
  if (dead) return dead;
  // A collection has at most one unfinished re-encoding.
  if (kind === 'REENCODE') return await jobs.findOne({ where: { kind, status: 'QUEUED' }, order: { id: 'ASC' } });
  const select = { id: true, collectionKey: true, collectionId: true };
  const running = await jobs.find({ select, where: { status: 'RUNNING', holdsCollection: 1 } });
  // Both conditions are needed: between the two statements, a collection may be renamed (same id) or created (same
  // name).
  const waiting = { kind, status: 'QUEUED', collectionKey: Not(In(running.map((job) => job.collectionKey))) } as const;
  const busy = running.flatMap(({ collectionId }) => collectionId ?? []);
  const where = [
    { ...waiting, collectionId: IsNull() },
    { ...waiting, collectionId: Not(In(busy)) },
  ];
  return await jobs.findOne({ where, order: { id: 'ASC' } });
}

/**
 * Counts consecutive crashes without a loaded item. A load that makes progress is never given up, however often its
 * machine restarts.
 */
function crashesOf({ loaded, crashes }: LoadJobEntity): number {
  return loaded > 0 ? 1 : crashes + 1;
}

/**
 * Suspects after the first crash: the items in flight. After later crashes: the items that were in flight each time.
 */
function atEveryCrash(job: LoadJobEntity, crashes: number): string[] {
  const inFlight = parseList(job.inFlight);
  return crashes === 1 ? inFlight : parseList(job.suspects).filter((item) => inFlight.includes(item));
}
