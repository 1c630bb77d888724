/** What the commands work with: the data folder itself, or the server that holds it. */
export interface Backend {
  collections(): Promise<CollectionView[]>;
  search(text: string, collection: string, topK: number): Promise<HitView[]>;
  /** Starts a load and gives its states until it ends. Aborting cancels the load. */
  load(request: LoadRequest, signal: AbortSignal): AsyncGenerator<JobView>;
  failures(jobId: string, first: number): Promise<FailureView[]>;
  /** The original; null when it is gone. */
  original(hit: HitView): Promise<Uint8Array | null>;
  drop(name: string): Promise<boolean>;
  close(): Promise<void>;
}

export interface CollectionView {
  readonly name: string;
  readonly imageCount: number;
  readonly model: string;
  readonly dimension: number;
}

export interface HitView {
  readonly similarity: number;
  readonly distance: number;
  readonly id: string;
  readonly imageId: string;
  readonly mimeType: string;
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
}

export interface LoadRequest {
  readonly directory: string;
  readonly collection: string;
  readonly idFrom: 'path' | 'stem';
  readonly split?: string;
  readonly featuresModel?: string;
  readonly copyImages?: boolean;
}

export interface JobView {
  readonly id: string;
  readonly status: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  readonly total: number | null;
  readonly processed: number;
  readonly loaded: number;
  readonly skipped: number;
  readonly failed: number;
  readonly removed: number;
  readonly imagesPerSecond: number | null;
  readonly error: FailureView | null;
}

export interface FailureView {
  readonly item: string;
  readonly code: string;
  readonly message: string;
}
