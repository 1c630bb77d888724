export type LoadStatus = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

export interface LoadOptions {
  /** Which `{split}_imgs…` files of the directory to read. */
  readonly split?: string;
  /** The model that made a feature file, when no sidecar says so. */
  readonly featuresModel?: string;
  /** Copy originals into the store. By default folders stay by reference, everything else is copied. */
  readonly copyImages?: boolean;
  /** What names an image of a folder: its relative path, or the file name without extension. */
  readonly idFrom?: 'path' | 'stem';
  /** The directory holds files that somebody sent, and goes when the load has ended. */
  readonly isUpload?: boolean;
}

export interface LoadProgress {
  /** Items in the source; null while they are being counted. */
  readonly total: number | null;
  /** loaded + skipped + failed. */
  readonly processed: number;
  readonly loaded: number;
  /** Unchanged since an earlier load. */
  readonly skipped: number;
  readonly failed: number;
  /** Images taken out because their file has gone from the folder. */
  readonly removed: number;
  readonly imagesPerSecond: number | null;
}

export interface LoadJob extends LoadProgress {
  readonly id: number;
  readonly collection: string;
  readonly directory: string;
  readonly options: LoadOptions;
  readonly status: LoadStatus;
  readonly cancelRequested: boolean;
  /** Why the whole job failed. */
  readonly error: LoadFailure | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** One line of a load's ledger. */
export interface LoadFailure {
  readonly item: string;
  readonly code: string;
  readonly message: string;
}
