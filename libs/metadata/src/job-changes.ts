import { ConflictError, type LoadJob, type LoadsOf } from '@wentu/domain';
import { In, IsNull, type EntityManager, type FindOptionsWhere, type Repository } from 'typeorm';
import { LIST_SLICE, slices } from './database';
import { lockRow } from './dialect';
import { LoadJobEntity } from './entities/load-job.entity';
import { toJob } from './job-rows';
import { textKey } from './keys';

export const UNFINISHED = In(['QUEUED', 'RUNNING']);

export function columnsOf(of: LoadsOf): FindOptionsWhere<LoadJobEntity> {
  return 'collectionId' in of ? { collectionId: of.collectionId } : { collectionKey: textKey(of.collection) };
}

/** Cancels jobs that have never run at once, and asks the others to stop. @param ids one id, or at most LIST_SLICE */
export async function requestCancel(jobs: Repository<LoadJobEntity>, ...ids: readonly number[]): Promise<void> {
  const id = In([...ids]);
  const cancelledNow = { status: 'CANCELLED', cancelRequested: 1, finishedAt: Date.now() } as const;
  await jobs.update({ id, status: 'QUEUED', startedAt: IsNull() }, cancelledNow);
  await jobs.update({ id, status: UNFINISHED }, { cancelRequested: 1 });
}

/** @returns the jobs that were unfinished, with their new state, oldest first */
export async function cancelAll(manager: EntityManager, of: LoadsOf): Promise<LoadJob[]> {
  const jobs = manager.getRepository(LoadJobEntity);
  const unfinished = { ...columnsOf(of), status: UNFINISHED };
  const ids = (await jobs.find({ select: { id: true }, where: unfinished, order: { id: 'ASC' } })).map(({ id }) => id);
  const cancelled: LoadJob[] = [];
  for (const slice of slices(ids, LIST_SLICE)) {
    await requestCancel(jobs, ...slice);
    cancelled.push(...(await jobs.find({ where: { id: In([...slice]) }, order: { id: 'ASC' } })).map(toJob));
  }
  return cancelled;
}

/** Assigns a new collection to the unfinished loads of its name. */
export async function giveCollection(
  manager: EntityManager,
  collectionKey: string,
  collectionId: number,
): Promise<void> {
  await manager.update(LoadJobEntity, { collectionKey, collectionId: IsNull(), status: UNFINISHED }, { collectionId });
}

/** Locks the job until the transaction ends. @throws ConflictError when this owner does not hold the collection */
export async function checkHolds(manager: EntityManager, jobId: number, owner: string): Promise<void> {
  await lockRow(manager, 'SELECT id FROM load_job WHERE id = ?', [jobId]);
  const held = { id: jobId, leaseOwner: owner, status: 'RUNNING', holdsCollection: 1, cancelRequested: 0 } as const;
  if (await manager.getRepository(LoadJobEntity).existsBy(held)) return;
  throw new ConflictError(`${owner} does not hold the collection of job ${jobId} any more; nothing was switched`);
}

/** @throws ConflictError while a re-encoding of the collection has not ended */
export async function checkNotReencoding(manager: EntityManager, collectionId: number): Promise<void> {
  const jobs = manager.getRepository(LoadJobEntity);
  const found = await jobs.findOneBy({ collectionId, kind: 'REENCODE', status: UNFINISHED });
  if (!found) return;
  throw new ConflictError(
    `the re-encoding ${found.id} of collection ${JSON.stringify(found.collection)} has not ended; wait until it has ended, or cancel it`,
  );
}

/** Whether a load of the collection runs. */
export async function isLoading(manager: EntityManager, collectionId: number): Promise<boolean> {
  return await manager.getRepository(LoadJobEntity).existsBy({ collectionId, kind: 'LOAD', status: 'RUNNING' });
}
