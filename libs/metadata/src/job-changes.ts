import type { LoadJob, LoadsOf } from '@wentu/domain';
import { In, IsNull, type EntityManager, type FindOptionsWhere, type Repository } from 'typeorm';
import { LIST_SLICE, slices } from './database';
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
