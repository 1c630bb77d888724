import type { LoadJob, OpenDataset, WentuError } from '@wentu/domain';
import type { LoadRunTools } from './load-run';
import type { LocalExecutorTools } from './local-chunk-executor';
import type { Repaired } from './reconciler';
import type { SpaceTools } from './source-spaces';

export type LoadStores = Pick<LoadRunTools, 'store' | 'vectors'>;

export interface LoadServiceOptions
  extends Omit<LoadRunTools, 'executor' | 'repairIndex'>, Pick<LocalExecutorTools, 'decodeConcurrency'>, SpaceTools {
  readonly openDataset: OpenDataset;
  /**
   * Names, in at most 19 characters, the place that only one process at a time runs from: leases of earlier ones are
   * not waited for.
   */
  readonly home: string;
  /** Loads that run side by side, each in its own collection. */
  readonly maxRunning: number;
  /** Loads that may wait, of all collections together. */
  readonly maxQueued: number;
  /** Finished jobs that are remembered. */
  readonly keepJobs: number;
  /** After a load has ended for good, also one that never ran; again when it is cancelled once more. */
  onFinished(job: LoadJob): Promise<void>;
  /** For what nobody awaits. */
  onError(error: unknown): void;
  /** A server is away, and something waits for it. */
  readonly onWait: (error: WentuError) => void;
}

export interface RepairedCollection extends Repaired {
  readonly collection: string;
}
