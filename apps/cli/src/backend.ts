import type { LoadFailure, LoadProgress, LoadStatus, MissingAction, TextUnderstanding } from '@wentu/domain';

/** Runs the commands: on the data folder itself, or on the server that uses it. */
export interface Backend {
  collections(): Promise<CollectionView[]>;
  /** @param collection null: the server's default collection */
  search(text: string, collection: string | null, topK: number): Promise<SearchView>;
  /** Starts a load and yields its states until it ends. An abort cancels the load. */
  load(request: LoadRequest, signal: AbortSignal): AsyncGenerator<JobView>;
  failures(jobId: string, first: number): Promise<LoadFailure[]>;
  /** For images whose files were not found in a directory. @returns the number of these images */
  resolveMissing(collection: string, directory: string, action: MissingAction): Promise<number>;
  /** The original; null when it does not exist any more. */
  original(hit: HitView): Promise<Uint8Array | null>;
  drop(name: string): Promise<boolean>;
  /** Repairs one collection, or all. */
  repair(collection?: string): Promise<RepairView[]>;
  close(): Promise<void>;
}

export interface RepairView {
  readonly collection: string;
  readonly upserted: number;
  readonly removedFromIndex: number;
  readonly removedRows: number;
}

export interface CollectionView {
  readonly name: string;
  readonly imageCount: number;
  readonly model: string;
  readonly dimension: number;
}

export interface SearchView {
  readonly hits: readonly HitView[];
  readonly understanding: TextUnderstanding;
}

export interface HitView {
  readonly similarity: number;
  readonly distance: number;
  /** The global id of the image. */
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

export interface JobView extends LoadProgress {
  readonly id: string;
  readonly status: LoadStatus;
  readonly error: LoadFailure | null;
}
