import type { EndStatus, JobKind, LoadFailure, LoadJob, LoadOptions, LoadProgress, ReencodeOptions } from './load';

/**
 * A job that an owner has claimed. With `cancelRequested`, or with more than MAX_CRASHES crashes, the job must not run
 * again: its owner removes the remains of the crashed run and ends the job. The counts and the ledger are those of that
 * run.
 */
export interface ClaimedJob {
  readonly job: LoadJob;
  /** Consecutive crashes of the process during this job, without any loaded item in between. */
  readonly crashes: number;
  /** Items that were in flight at each of these crashes. */
  readonly suspects: readonly string[];
}

export type HeartbeatResult = 'ok' | 'cancel' | 'lost';

/** Loads of one collection by its id, or by a name. Only the name finds loads whose collection does not exist yet. */
export type LoadsOf = { readonly collectionId: number } | { readonly collection: string };

/** Read access to jobs and their ledgers. */
export interface LoadReader {
  find(id: number): Promise<LoadJob | null>;
  /**
   * One page of jobs, newest first. Use `listUnfinished` to see every unfinished job.
   * @param filter `before`: only jobs with a smaller id
   */
  list(filter: {
    collection?: string;
    collectionIds?: readonly number[];
    first: number;
    before?: number;
  }): Promise<LoadJob[]>;
  /** All QUEUED and RUNNING jobs of one collection or of all collections, without a limit, oldest first. */
  listUnfinished(of?: LoadsOf): Promise<LoadJob[]>;
  /** The newest kept load of each of these directories into a collection. Directories without one are left out. */
  newestLoads(collectionId: number, directories: readonly string[]): Promise<Map<string, LoadJob>>;
  /** Lines of the ledger, in the order in which the items failed. */
  listFailures(jobId: number, first: number, offset: number): Promise<LoadFailure[]>;
}

/** Read and write access to jobs, their leases and their ledgers. Each change is one transaction. */
export interface LoadQueue extends LoadReader {
  /** Creates a job for the collection that has this name now, or for the next collection that gets this name. */
  create(job: { collection: string; directory: string; options: LoadOptions }, maxQueued?: number): Promise<LoadJob>;
  /**
   * Creates a re-encoding of a collection.
   * @throws ConflictError when the collection has an unfinished re-encoding; NotFoundError when it does not exist
   */
  createReencode(collectionId: number, options: ReencodeOptions, maxQueued?: number): Promise<LoadJob>;
  /**
   * Leases a job of this kind to this owner: the oldest load of a collection that no job holds, or the oldest
   * re-encoding. A running load holds its collection. A re-encoding runs beside loads until it holds the collection.
   * @param kind default LOAD
   * @param known ids of the jobs that the owner knows it holds. A job leased to it that is missing here (the reply was
   * lost) is returned first
   * @returns null when no job may run
   */
  claim(owner: string, leaseMs: number, known: readonly number[], kind?: JobKind): Promise<ClaimedJob | null>;
  /**
   * From now on no load of the collection of this re-encoding is claimed, until the job ends or is claimed again.
   * @returns whether the job holds its collection: false while a load of it still runs
   * @throws ConflictError when this owner does not run the job any more
   */
  holdCollection(jobId: number, owner: string): Promise<boolean>;
  /** Ends the hold of a re-encoding that goes on: loads of its collection are claimed again. */
  releaseCollection(jobId: number, owner: string): Promise<void>;
  /**
   * Writes the progress and extends the lease.
   * @param inFlight items to suspect if the process dies now
   * @returns `cancel` when a cancel was requested, `lost` when this owner no longer has the job
   */
  heartbeat(
    jobId: number,
    owner: string,
    leaseMs: number,
    progress: LoadProgress,
    inFlight: readonly string[],
  ): Promise<HeartbeatResult>;
  /**
   * Appends lines to the ledger. Lines that an earlier call wrote are not written again.
   * @param from number of the lines before these
   */
  addFailures(jobId: number, owner: string, from: number, failures: readonly LoadFailure[]): Promise<void>;
  /** Ends a job that this owner runs. */
  finish(jobId: number, owner: string, status: EndStatus, progress: LoadProgress, error?: LoadFailure): Promise<void>;
  /** Puts a running job of this owner back to QUEUED (graceful shutdown): no crash is counted. */
  release(jobId: number, owner: string): Promise<void>;
  requestCancel(jobId: number): Promise<LoadJob | null>;
  /**
   * Requests the cancel of all QUEUED and RUNNING jobs of a collection.
   * @returns these jobs with their new state, oldest first
   */
  requestCancelAll(of: LoadsOf): Promise<LoadJob[]>;
  /**
   * Expires the leases of all owners whose names begin with the prefix. A process calls it at its start, when these
   * owners are certainly dead.
   */
  expireLeases(ownerPrefix: string): Promise<void>;
  /** Keeps the newest `keep` finished jobs and removes the others with their ledgers. */
  prune(keep: number): Promise<void>;
}

/** A job is run again after at most this many crashes. */
export const MAX_CRASHES = 3;
/** Largest number of ledger lines that are stored for one job. The counts include all failures. */
export const MAX_FAILURES = 10_000;
