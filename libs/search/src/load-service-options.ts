import type { LoadJob, OpenDataset, OriginalReader, StoredPictures, WentuError } from '@wentu/domain';
import type { ImageModels } from './image-models';
import type { LoadRunTools } from './load-run';
import type { LocalExecutorTools } from './local-chunk-executor';
import type { Repaired } from './reconciler';

export type LoadStores = Pick<LoadRunTools, 'store' | 'vectors'>;

export interface LoadServiceOptions
  extends Omit<LoadRunTools, 'executor' | 'repairIndex' | 'attributes'>, Pick<LocalExecutorTools, 'decodeConcurrency'> {
  readonly models: ImageModels;
  readonly openDataset: OpenDataset;
  /** Reads originals for re-encodings, copied originals from `stored`. */
  readonly readOriginals: (stored: StoredPictures) => Pick<OriginalReader, 'read'>;
  /**
   * Names the place where at most one process runs at a time, in at most 19 characters. Leases of earlier processes of
   * this home expire at once.
   */
  readonly home: string;
  /** Largest number of loads that run at the same time, each in its own collection. */
  readonly maxRunning: number;
  /** Largest number of queued loads of all collections together. */
  readonly maxQueued: number;
  /** Number of finished jobs to keep. */
  readonly keepJobs: number;
  /**
   * Called after a load has ended permanently, even if it never ran. It is called again when an ended load is cancelled
   * again.
   */
  onFinished(job: LoadJob): Promise<void>;
  /** Receives errors of work that no caller awaits. */
  onError(error: unknown): void;
  /** Called when a call begins to wait for an unavailable server or a full disk. */
  readonly onWait: (error: WentuError) => void;
}

export interface RepairedCollection extends Repaired {
  readonly collection: string;
}
