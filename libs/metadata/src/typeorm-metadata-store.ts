import {
  InvalidInputError,
  MAX_FAILURES,
  type ClaimedJob,
  type HeartbeatResult,
  type LoadFailure,
  type LoadJob,
  type LoadOptions,
  type LoadProgress,
  type MetadataStore,
} from '@wentu/domain';
import { In, IsNull, LessThan, Not, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { reserve } from './collection-store';
import { slices } from './database';
import { LoadFailureEntity, LoadJobEntity } from './entities/load-job.entity';
import { ImageStore } from './image-store';
import { textKey } from './keys';

/** A job is taken up again after at most this many crashes. */
const MAX_CRASHES = 3;
const MAX_DIRECTORY_LENGTH = 4_096;
const MAX_ITEM_LENGTH = 1_024;
const MAX_MESSAGE_LENGTH = 2_000;
const CRASHED: LoadFailure = {
  item: '',
  code: 'CRASHED',
  message: `the process died ${MAX_CRASHES + 1} times while it ran this load; look into the log, then load again`,
};

/** Loads: the queue, the leases and the ledgers. */
export class TypeOrmMetadataStore extends ImageStore implements MetadataStore {
  async ping(): Promise<void> {
    await this.database.query('SELECT 1');
  }

  async close(): Promise<void> {
    await this.database.close();
  }

  async findJob(id: number): Promise<LoadJob | null> {
    const [job] = await this.findJobs([id]);
    return job ?? null;
  }

  async findJobs(ids: readonly number[]): Promise<LoadJob[]> {
    return await this.database.transaction(async (manager) => {
      const rows = await manager.getRepository(LoadJobEntity).findBy({ id: In([...ids]) });
      return rows.map(toJob);
    });
  }

  async listJobs({ collection, first }: { collection?: string; first: number }): Promise<LoadJob[]> {
    if (first === 0) return [];
    return await this.database.transaction(async (manager) => {
      const where = collection === undefined ? {} : { collectionKey: textKey(collection) };
      return (await manager.getRepository(LoadJobEntity).find({ where, order: { id: 'DESC' }, take: first })).map(
        toJob,
      );
    });
  }

  async listFailures(jobId: number, first: number, offset: number): Promise<LoadFailure[]> {
    const sql = 'SELECT item, code, message FROM load_failure WHERE job_id = ? ORDER BY seq LIMIT ? OFFSET ?';
    const rows = await this.database.query<LoadFailure>(sql, [jobId, first, offset]);
    return rows.map(({ item, code, message }) => ({ item, code, message }));
  }

  async createJob({
    collection,
    directory,
    options,
  }: {
    collection: string;
    directory: string;
    options: LoadOptions;
  }): Promise<LoadJob> {
    if (directory.length > MAX_DIRECTORY_LENGTH) {
      throw new InvalidInputError(
        `the directory's path has ${directory.length} characters; at most ${MAX_DIRECTORY_LENGTH} are kept`,
      );
    }
    return await this.database.transaction(async (manager) => {
      const jobs = manager.getRepository(LoadJobEntity);
      const id = await reserve(manager, 'other', 1);
      await jobs.insert({
        id,
        collection,
        collectionKey: textKey(collection),
        directory,
        options: JSON.stringify(options),
        status: 'QUEUED',
        cancelRequested: 0,
        ...FRESH,
        crashes: 0,
        suspects: '[]',
        inFlight: '[]',
        createdAt: Date.now(),
      });
      return toJob(await jobs.findOneByOrFail({ id }));
    });
  }

  async claimJob(owner: string, leaseMs: number): Promise<ClaimedJob | null> {
    return await this.database.transaction(async (manager) => {
      const jobs = manager.getRepository(LoadJobEntity);
      for (;;) {
        const job = await nextJob(manager);
        if (!job) return null;
        const crashed = job.status === 'RUNNING';
        // A crash of a job that was to be cancelled leaves nothing to do.
        if (crashed && job.cancelRequested) {
          await jobs.update({ id: job.id }, { status: 'CANCELLED', finishedAt: Date.now(), leaseOwner: null });
          continue;
        }
        const crashes = job.crashes + (crashed ? 1 : 0);
        if (crashes > MAX_CRASHES) {
          const error = JSON.stringify({ ...CRASHED, item: job.directory });
          await jobs.update(
            { id: job.id },
            { status: 'FAILED', error, finishedAt: Date.now(), leaseOwner: null, crashes },
          );
          continue;
        }
        const suspects = crashed ? atEveryCrash(job) : parseList(job.suspects);
        const taken = await jobs.update(
          { id: job.id, status: job.status, leaseOwner: job.leaseOwner ?? IsNull() },
          {
            status: 'RUNNING',
            leaseOwner: owner,
            leaseExpiresAt: Date.now() + leaseMs,
            startedAt: Date.now(),
            ...FRESH,
            crashes,
            suspects: JSON.stringify(suspects),
            inFlight: '[]',
          },
        );
        // Another process was faster.
        if (taken.affected === 0) continue;
        await manager.delete(LoadFailureEntity, { jobId: job.id });
        return { job: toJob(await jobs.findOneByOrFail({ id: job.id })), crashes, suspects };
      }
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
      const beat = { ...toColumns(progress), leaseExpiresAt: Date.now() + leaseMs, inFlight: JSON.stringify(inFlight) };
      const { affected } = await jobs.update({ id: jobId, leaseOwner: owner, status: 'RUNNING' }, beat);
      if (affected === 0) return 'lost';
      return (await jobs.existsBy({ id: jobId, cancelRequested: 1 })) ? 'cancel' : 'ok';
    });
  }

  async addFailures(jobId: number, failures: readonly LoadFailure[]): Promise<void> {
    await this.database.transaction(async (manager) => {
      const job = await manager.getRepository(LoadJobEntity).findOneBy({ id: jobId });
      const kept = job?.keptFailures ?? MAX_FAILURES;
      const rows = failures.slice(0, MAX_FAILURES - kept).map(({ item, code, message }, i) => ({
        jobId,
        seq: kept + i,
        item: cut(item, MAX_ITEM_LENGTH),
        code,
        message: cut(message, MAX_MESSAGE_LENGTH),
      }));
      for (const slice of slices(rows, 200)) await manager.insert(LoadFailureEntity, [...slice]);
      await manager.update(LoadJobEntity, { id: jobId }, { keptFailures: kept + rows.length });
    });
  }

  async finishJob(
    jobId: number,
    owner: string,
    status: 'SUCCEEDED' | 'FAILED' | 'CANCELLED',
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
          error: error ? JSON.stringify({ ...error, message: cut(error.message, MAX_MESSAGE_LENGTH) }) : null,
          leaseOwner: null,
          leaseExpiresAt: null,
          inFlight: '[]',
          finishedAt: Date.now(),
        },
      );
    });
  }

  async releaseJob(jobId: number, owner: string): Promise<void> {
    await this.database.transaction(async (manager) => {
      const free = { status: 'QUEUED', leaseOwner: null, leaseExpiresAt: null, inFlight: '[]' } as const;
      await manager.update(LoadJobEntity, { id: jobId, leaseOwner: owner, status: 'RUNNING' }, free);
    });
  }

  async requestCancel(jobId: number): Promise<LoadJob | null> {
    return await this.database.transaction(async (manager) => {
      const jobs = manager.getRepository(LoadJobEntity);
      await jobs.update(
        { id: jobId, status: 'QUEUED' },
        { status: 'CANCELLED', cancelRequested: 1, finishedAt: Date.now() },
      );
      await jobs.update({ id: jobId, status: 'RUNNING' }, { cancelRequested: 1 });
      const job = await jobs.findOneBy({ id: jobId });
      return job && toJob(job);
    });
  }

  async expireLeases(): Promise<void> {
    await this.database.query('UPDATE load_job SET lease_expires_at = 0 WHERE status = ?', ['RUNNING']);
  }

  async pruneJobs(keep: number): Promise<void> {
    await this.database.transaction(async (manager) => {
      const jobs = manager.getRepository(LoadJobEntity);
      const old = await jobs.find({
        select: { id: true },
        where: { status: Not(In(['QUEUED', 'RUNNING'])) },
        order: { id: 'DESC' },
        skip: keep,
        take: 500,
      });
      const ids = In(old.map((job) => job.id));
      await manager.delete(LoadFailureEntity, { jobId: ids });
      await jobs.delete({ id: ids });
    });
  }
}

/** Counts of a job that begins, for the first time or again. */
const FRESH = {
  total: null,
  loaded: 0,
  skipped: 0,
  failed: 0,
  removed: 0,
  imagesPerSecond: null,
  keptFailures: 0,
  error: null,
  finishedAt: null,
};

/** The oldest job that may run: one a collection, the others wait. */
async function nextJob(manager: EntityManager): Promise<LoadJobEntity | null> {
  const jobs = manager.getRepository(LoadJobEntity);
  const expired: FindOptionsWhere<LoadJobEntity> = { status: 'RUNNING', leaseExpiresAt: LessThan(Date.now()) };
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

function parseList(json: string): string[] {
  return JSON.parse(json) as string[];
}

function toColumns({ total, loaded, skipped, failed, removed, imagesPerSecond }: LoadProgress) {
  return { total, loaded, skipped, failed, removed, imagesPerSecond };
}

function toJob(row: LoadJobEntity): LoadJob {
  const { id, collection, directory, status, total, loaded, skipped, failed, removed, imagesPerSecond } = row;
  return {
    id,
    collection,
    directory,
    status,
    total,
    loaded,
    skipped,
    failed,
    removed,
    imagesPerSecond,
    processed: loaded + skipped + failed,
    options: JSON.parse(row.options) as LoadOptions,
    cancelRequested: row.cancelRequested === 1,
    error: row.error === null ? null : (JSON.parse(row.error) as LoadFailure),
    createdAt: new Date(row.createdAt),
    startedAt: row.startedAt === null ? null : new Date(row.startedAt),
    finishedAt: row.finishedAt === null ? null : new Date(row.finishedAt),
  };
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
