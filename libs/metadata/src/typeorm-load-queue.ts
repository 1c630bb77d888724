import {
  LimitExceededError,
  MAX_FAILURES,
  sentence,
  type ClaimedJob,
  type EndStatus,
  type JobKind,
  type HeartbeatResult,
  type FailureDetail,
  type LoadFailure,
  type LoadJob,
  type LoadOptions,
  type LoadProgress,
  type LoadQueue,
  type LoadsOf,
  type ReencodeOptions,
} from '@wentu/domain';
import { In, LessThan, Not, type Repository } from 'typeorm';
import { liveCollection } from './collection-rows';
import { LIST_SLICE, slices, type Database } from './database';
import { lockRow, now } from './dialect';
import { CollectionEntity } from './entities/collection.entity';
import { LoadFailureEntity, LoadJobEntity } from './entities/load-job.entity';
import { reserve } from './ids';
import { lockCollection } from './image-changes';
import {
  cancelAll,
  checkHolds,
  checkNotReencoding,
  columnsOf,
  isLoading,
  requestCancel,
  UNFINISHED,
} from './job-changes';
import { claimJob } from './job-claims';
import { FRESH, toColumns, toJob } from './job-rows';
import { textKey } from './keys';
import { checkCollectionName, checkDirectory, cut } from './text-limits';

const MAX_ITEM_LENGTH = 1_024;
const MAX_MESSAGE_LENGTH = 2_000;
/** Jobs removed per transaction, each with up to MAX_FAILURES ledger lines. */
const PRUNE_SLICE = 10;

/** The queue of load jobs with their leases and ledgers. */
export class TypeOrmLoadQueue implements LoadQueue {
  constructor(private readonly database: Database) {}

  async find(id: number): Promise<LoadJob | null> {
    return await this.database.read(async (manager) => {
      const row = await manager.getRepository(LoadJobEntity).findOneBy({ id });
      return row && toJob(row);
    });
  }

  async list({ collection, collectionIds, first, before }: Parameters<LoadQueue['list']>[0]): Promise<LoadJob[]> {
    if (first === 0) return [];
    return await this.database.read(async (manager) => {
      const where = {
        ...(collection === undefined ? {} : { collectionKey: textKey(collection) }),
        ...(collectionIds === undefined ? {} : { collectionId: In([...collectionIds]) }),
        ...(before === undefined ? {} : { id: LessThan(before) }),
      };
      return (await manager.getRepository(LoadJobEntity).find({ where, order: { id: 'DESC' }, take: first })).map(
        toJob,
      );
    });
  }

  async listUnfinished(of?: LoadsOf): Promise<LoadJob[]> {
    return await this.database.read(async (manager) => {
      const where = { status: UNFINISHED, ...(of ? columnsOf(of) : {}) };
      return (await manager.getRepository(LoadJobEntity).find({ where, order: { id: 'ASC' } })).map(toJob);
    });
  }

  async newestLoads(collectionId: number, directories: readonly string[]): Promise<Map<string, LoadJob>> {
    const wanted = new Set(directories);
    const newest = new Map<string, LoadJob>();
    await this.database.read(async (manager) => {
      const jobs = manager.getRepository(LoadJobEntity);
      const where = { collectionId, kind: 'LOAD' } as const;
      const ids = new Map<string, number>();
      for (const { id, directory } of await jobs.find({ select: { id: true, directory: true }, where }))
        if (wanted.has(directory)) ids.set(directory, Math.max(id, ids.get(directory) ?? 0));
      for (const slice of slices([...ids.values()], LIST_SLICE))
        for (const row of await jobs.findBy({ id: In([...slice]) })) newest.set(row.directory, toJob(row));
    });
    return newest;
  }

  async listFailures(jobId: number, first: number, offset: number): Promise<LoadFailure[]> {
    if (first === 0) return [];
    const page = { where: { jobId }, order: { seq: 'ASC' }, take: first, skip: offset } as const;
    const rows = await this.database.read((manager) => manager.find(LoadFailureEntity, page));
    return rows.map(({ item, code, message, detail }) => ({
      ...{ item, code, message },
      detail: detail === null ? null : (JSON.parse(detail) as FailureDetail),
    }));
  }

  async create(
    { collection, directory, options }: { collection: string; directory: string; options: LoadOptions },
    maxQueued = Infinity,
  ): Promise<LoadJob> {
    checkCollectionName(collection);
    checkDirectory(directory);
    return await this.database.transaction(async (manager) => {
      const jobs = manager.getRepository(LoadJobEntity);
      // Reserve first, because it takes a lock: meanwhile no collection is created or renamed and no other job is
      // queued.
      const id = await reserve(manager, 'other', 1);
      await checkQueue(jobs, maxQueued);
      const collectionKey = textKey(collection);
      const target = await manager.getRepository(CollectionEntity).findOneBy({ liveNameKey: collectionKey });
      await jobs.insert({
        id,
        collection,
        collectionKey,
        collectionId: target?.id ?? null,
        directory,
        options: JSON.stringify(options),
        ...queued(),
      });
      return toJob(await jobs.findOneByOrFail({ id }));
    });
  }

  async createReencode(collectionId: number, options: ReencodeOptions, maxQueued = Infinity): Promise<LoadJob> {
    return await this.database.transaction(async (manager) => {
      const jobs = manager.getRepository(LoadJobEntity);
      // The lock of the collection also keeps its spaces from being removed meanwhile.
      await lockCollection(manager, collectionId);
      const id = await reserve(manager, 'other', 1);
      const { name: collection } = await liveCollection(manager, collectionId);
      await checkNotReencoding(manager, collectionId);
      await checkQueue(jobs, maxQueued);
      await jobs.insert({
        ...{ id, collection, collectionKey: textKey(collection), collectionId, directory: '' },
        options: JSON.stringify(options),
        ...queued(),
        kind: 'REENCODE',
        holdsCollection: 0,
      });
      return toJob(await jobs.findOneByOrFail({ id }));
    });
  }

  async claim(
    owner: string,
    leaseMs: number,
    known: readonly number[],
    kind: JobKind = 'LOAD',
  ): Promise<ClaimedJob | null> {
    return await this.database.transaction((manager) => claimJob(manager, owner, leaseMs, known, kind));
  }

  async holdCollection(jobId: number, owner: string): Promise<boolean> {
    return await this.database.transaction(async (manager) => {
      // The lock of claims: a load that is claimed later sees that the collection is held.
      await lockRow(manager, 'SELECT uuid FROM store_info');
      const jobs = manager.getRepository(LoadJobEntity);
      await jobs.update({ id: jobId, leaseOwner: owner, status: 'RUNNING' }, { holdsCollection: 1 });
      await checkHolds(manager, jobId, owner);
      const { collectionId } = await jobs.findOneByOrFail({ id: jobId });
      return !(await isLoading(manager, collectionId as number));
    });
  }

  async releaseCollection(jobId: number, owner: string): Promise<void> {
    await this.database.transaction(async (manager) => {
      await manager.update(LoadJobEntity, { id: jobId, leaseOwner: owner, status: 'RUNNING' }, { holdsCollection: 0 });
    });
  }

  async heartbeat(
    jobId: number,
    owner: string,
    leaseMs: number,
    progress: LoadProgress,
    inFlight: readonly string[],
  ): Promise<HeartbeatResult> {
    return await this.database.transaction(async (manager) => {
      const jobs = manager.getRepository(LoadJobEntity);
      const leaseExpiresAt = (await now(manager)) + leaseMs;
      const beat = { ...toColumns(progress), leaseExpiresAt, inFlight: JSON.stringify(inFlight) };
      const { affected } = await jobs.update({ id: jobId, leaseOwner: owner, status: 'RUNNING' }, beat);
      if (affected === 0) return 'lost';
      return (await jobs.existsBy({ id: jobId, cancelRequested: 1 })) ? 'cancel' : 'ok';
    });
  }

  async addFailures(jobId: number, owner: string, from: number, failures: readonly LoadFailure[]): Promise<void> {
    await this.database.transaction(async (manager) => {
      await lockRow(manager, 'SELECT id FROM load_job WHERE id = ?', [jobId]);
      const running = { id: jobId, leaseOwner: owner, status: 'RUNNING' } as const;
      const kept = (await manager.getRepository(LoadJobEntity).findOneBy(running))?.keptFailures ?? MAX_FAILURES;
      const added = failures.slice(Math.max(0, kept - from)).slice(0, MAX_FAILURES - kept);
      if (added.length === 0) return;
      const rows = added.map((failure, i) => {
        const { detail, ...line } = shorten(failure);
        return { jobId, seq: kept + i, ...line, detail: detail ? JSON.stringify(detail) : null };
      });
      for (const slice of slices(rows, 200)) await manager.insert(LoadFailureEntity, [...slice]);
      await manager.update(LoadJobEntity, { id: jobId }, { keptFailures: kept + rows.length });
    });
  }

  async finish(
    jobId: number,
    owner: string,
    status: EndStatus,
    progress: LoadProgress,
    error?: LoadFailure,
  ): Promise<void> {
    await this.database.transaction(async (manager) => {
      await manager.update(
        LoadJobEntity,
        { id: jobId, leaseOwner: owner, status: 'RUNNING' },
        {
          ...toColumns(progress),
          status,
          error: error ? JSON.stringify(shorten(error)) : null,
          leaseOwner: null,
          leaseExpiresAt: null,
          inFlight: '[]',
          finishedAt: Date.now(),
        },
      );
    });
  }

  async release(jobId: number, owner: string): Promise<void> {
    await this.database.transaction(async (manager) => {
      const free = { status: 'QUEUED', leaseOwner: null, leaseExpiresAt: null, inFlight: '[]' } as const;
      await manager.update(LoadJobEntity, { id: jobId, leaseOwner: owner, status: 'RUNNING' }, free);
    });
  }

  async requestCancel(jobId: number): Promise<LoadJob | null> {
    return await this.database.transaction(async (manager) => {
      const jobs = manager.getRepository(LoadJobEntity);
      await requestCancel(jobs, jobId);
      const job = await jobs.findOneBy({ id: jobId });
      return job && toJob(job);
    });
  }

  async requestCancelAll(of: LoadsOf): Promise<LoadJob[]> {
    return await this.database.transaction((manager) => cancelAll(manager, of));
  }

  async expireLeases(ownerPrefix: string): Promise<void> {
    await this.database.transaction(async (manager) => {
      await manager
        .createQueryBuilder()
        .update(LoadJobEntity)
        .set({ leaseExpiresAt: 0 })
        .where("status = 'RUNNING' AND SUBSTR(lease_owner, 1, :length) = :prefix", {
          length: ownerPrefix.length,
          prefix: ownerPrefix,
        })
        .execute();
    });
  }

  async prune(keep: number): Promise<void> {
    while ((await this.pruneSlice(keep)) === PRUNE_SLICE);
  }

  private async pruneSlice(keep: number): Promise<number> {
    return await this.database.transaction(async (manager) => {
      const jobs = manager.getRepository(LoadJobEntity);
      const old = await jobs.find({
        select: { id: true },
        where: { status: Not(UNFINISHED) },
        order: { id: 'DESC' },
        skip: keep,
        take: PRUNE_SLICE,
      });
      const ids = In(old.map((job) => job.id));
      await manager.delete(LoadFailureEntity, { jobId: ids });
      await jobs.delete({ id: ids });
      return old.length;
    });
  }
}

/** The other columns of a new job. */
function queued() {
  const nothing = { crashes: 0, suspects: '[]', inFlight: '[]', cancelRequested: 0 };
  return { ...FRESH, ...nothing, status: 'QUEUED', createdAt: Date.now() } as const;
}

/** @throws LimitExceededError */
async function checkQueue(jobs: Repository<LoadJobEntity>, maxQueued: number): Promise<void> {
  if (maxQueued === Infinity || (await jobs.countBy({ status: 'QUEUED' })) < maxQueued) return;
  throw new LimitExceededError(sentence('LOADS_QUEUED', { max: maxQueued }));
}

/** A detail that is too long is left out: its message says the same. */
function shorten({ item, code, message, detail }: LoadFailure): LoadFailure {
  const isShort = detail && JSON.stringify(detail).length <= MAX_MESSAGE_LENGTH;
  return {
    ...{ item: cut(item, MAX_ITEM_LENGTH), code, message: cut(message, MAX_MESSAGE_LENGTH) },
    detail: isShort ? detail : null,
  };
}
