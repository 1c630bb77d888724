import { MAX_CRASHES, type ClaimedJob } from '@wentu/domain';
import { In, IsNull, LessThan, Not, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { lockRow, now } from './dialect';
import { LoadFailureEntity, LoadJobEntity } from './entities/load-job.entity';
import { FRESH, parseList, toJob } from './job-rows';

/** What this owner holds and does not know of, otherwise the oldest job that may run. */
export async function claimJob(
  manager: EntityManager,
  owner: string,
  leaseMs: number,
  known: readonly number[],
): Promise<ClaimedJob | null> {
  const jobs = manager.getRepository(LoadJobEntity);
  // One claim at a time: between looking for busy collections and taking a job, another could take one of the same
  // collection.
  await lockRow(manager, 'SELECT uuid FROM store_info');
  for (;;) {
    const at = await now(manager);
    const held = await jobs.findOneBy({ status: 'RUNNING', leaseOwner: owner, id: Not(In(known)) });
    const job = held ?? (await nextJob(manager, at));
    if (!job) return null;
    const crashed = job !== held && job.status === 'RUNNING';
    const crashes = crashed ? crashesOf(job) : job.crashes;
    const suspects = crashed ? atEveryCrash(job, crashes) : parseList(job.suspects);
    // What is held stays as it is: this call may be the late twin of one whose answer came. So does what is only to be
    // ended.
    const begins = job !== held && job.cancelRequested === 0 && crashes <= MAX_CRASHES;
    // Another process may be faster; then the update does nothing, and the next job is looked at.
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
      ...(begins ? { startedAt: Date.now(), ...FRESH, inFlight: '[]' } : {}),
    });
    if (taken.affected === 0) continue;
    if (begins) await manager.delete(LoadFailureEntity, { jobId: job.id });
    return { job: toJob(await jobs.findOneByOrFail({ id: job.id })), crashes, suspects };
  }
}

/** The oldest job that may run: one a collection, the others wait. */
async function nextJob(manager: EntityManager, at: number): Promise<LoadJobEntity | null> {
  const jobs = manager.getRepository(LoadJobEntity);
  const expired: FindOptionsWhere<LoadJobEntity> = { status: 'RUNNING', leaseExpiresAt: LessThan(at) };
  const dead = await jobs.findOne({ where: expired, order: { id: 'ASC' } });
  if (dead) return dead;
  const select = { id: true, collectionKey: true, collectionId: true };
  const running = await jobs.find({ select, where: { status: 'RUNNING' } });
  // Between the two statements a collection may be renamed (its id stays) or made (its name stays).
  const waiting = { status: 'QUEUED', collectionKey: Not(In(running.map((job) => job.collectionKey))) } as const;
  const busy = running.flatMap(({ collectionId }) => collectionId ?? []);
  const where = [
    { ...waiting, collectionId: IsNull() },
    { ...waiting, collectionId: Not(In(busy)) },
  ];
  return await jobs.findOne({ where, order: { id: 'ASC' } });
}

/**
 * In a row without anything loaded in between: a load that gets on is not given up, however often its machine is
 * restarted.
 */
function crashesOf({ loaded, crashes }: LoadJobEntity): number {
  return loaded > 0 ? 1 : crashes + 1;
}

/** After the first crash what was in flight; after later ones only what was in flight each time. */
function atEveryCrash(job: LoadJobEntity, crashes: number): string[] {
  const inFlight = parseList(job.inFlight);
  return crashes === 1 ? inFlight : parseList(job.suspects).filter((item) => inFlight.includes(item));
}
