import type { EndStatus, LoadFailure, LoadJob, LoadOptions, LoadProgress } from './load';

/**
 * One with `cancelRequested`, or with more than MAX_CRASHES, is not to be run: its owner removes what the run that died
 * has left and then ends it. Its counts and its ledger are still those of that run.
 */
export interface ClaimedJob {
  readonly job: LoadJob;
  /** How often in a row the process died while running it, without anything loaded in between. */
  readonly crashes: number;
  /** Items that were in flight at each of these crashes. */
  readonly suspects: readonly string[];
}

export type HeartbeatResult = 'ok' | 'cancel' | 'lost';

/**
 * The loads of one collection, by its id, or those of one name. Only the name finds loads whose collection is not made
 * yet.
 */
export type LoadsOf = { readonly collectionId: number } | { readonly collection: string };

/** Jobs and their ledgers, as they are read. */
export interface LoadReader {
  find(id: number): Promise<LoadJob | null>;
  /**
   * Newest first. A page: for what must see every job that is not finished, `listUnfinished`.
   * @param filter `before`: only jobs with a smaller id
   */
  list(filter: { collection?: string; first: number; before?: number }): Promise<LoadJob[]>;
  /** All that are QUEUED or RUNNING, however many, of one collection or of all; oldest first. */
  listUnfinished(of?: LoadsOf): Promise<LoadJob[]>;
  /** In the order they were met. */
  listFailures(jobId: number, first: number, offset: number): Promise<LoadFailure[]>;
}

/** Loads that wait, run and have ended: jobs, leases and ledgers. Each change is one transaction. */
export interface LoadQueue extends LoadReader {
  /** A job of the collection that has this name now, or of the next one that gets it. */
  create(job: { collection: string; directory: string; options: LoadOptions }, maxQueued?: number): Promise<LoadJob>;
  claim(owner: string, leaseMs: number, known: readonly number[]): Promise<ClaimedJob | null>;
  /** Progress and lease; `inFlight` are the items to suspect if the process dies now. False when the lease is lost. */
  heartbeat(
    jobId: number,
    owner: string,
    leaseMs: number,
    progress: LoadProgress,
    inFlight: readonly string[],
  ): Promise<HeartbeatResult>;
  addFailures(jobId: number, owner: string, from: number, failures: readonly LoadFailure[]): Promise<void>;
  /** Ends a job that this owner runs. */
  finish(jobId: number, owner: string, status: EndStatus, progress: LoadProgress, error?: LoadFailure): Promise<void>;
  /** Puts a running job of this owner back to QUEUED (graceful shutdown): no crash is counted. */
  release(jobId: number, owner: string): Promise<void>;
  requestCancel(jobId: number): Promise<LoadJob | null>;
  /** The same for all jobs of a collection that are QUEUED or RUNNING. @returns those, as they are now, oldest first */
  requestCancelAll(of: LoadsOf): Promise<LoadJob[]>;
  /** Expires the leases of owners whose names begin so: for one who knows at its start that they are dead. */
  expireLeases(ownerPrefix: string): Promise<void>;
  /** Keeps the newest `keep` finished jobs and removes the others with their ledgers. */
  prune(keep: number): Promise<void>;
}

/** A job is taken up again after at most this many crashes. */
export const MAX_CRASHES = 3;
/** Most ledger entries kept for one job; all are counted. */
export const MAX_FAILURES = 10_000;
