import type { WentuErrorCode } from './errors';

/** The result of a search for duplicates, as it is stored. */
export interface StoredDuplicates {
  readonly collectionId: number;
  /** UUID of the database: ids of another database mean other images. */
  readonly storeId: string;
  /** Name of the model whose embeddings were compared. */
  readonly model: string;
  /** The smallest cosine of two images that count as near. */
  readonly minSimilarity: number;
  /** Number of READY images when the search began. */
  readonly imageCount: number;
  /** The largest id of a READY row when the search began. Later images were not compared. */
  readonly newestId: number;
  readonly finishedAtMs: number;
  /** Row ids of each group, ascending. A group has at least two, and an image is in one group at most. */
  readonly groups: readonly (readonly number[])[];
}

/** Keeps the last result for each collection. Results are derived data: they can be lost, and then are found again. */
export interface DuplicateResults {
  /** @returns null without a result, or when it cannot be read */
  read(collectionId: number): Promise<StoredDuplicates | null>;
  /** Replaces the result of a collection. After a crash either result is there, complete. */
  write(result: StoredDuplicates): Promise<void>;
  /** Removes the results of all other collections. */
  keepOnly(collectionIds: readonly number[]): Promise<void>;
}

/** What is known about the duplicates of a collection. */
export interface DuplicateState {
  /** The search that runs or waits for its turn; null without one. */
  readonly running: {
    readonly startedAt: Date;
    /** The share of the work that is done, 0 to 1. */
    readonly done: number;
  } | null;
  /** Why the last search ended without a result; null after a search with a result, and before the first. */
  readonly failure: { readonly code: WentuErrorCode | 'CANCELLED' | 'INTERNAL'; readonly message: string } | null;
  /** The last complete search; null before the first. */
  readonly result:
    | (Pick<StoredDuplicates, 'model' | 'minSimilarity' | 'imageCount' | 'newestId'> & { readonly finishedAt: Date })
    | null;
}

/** Images that show the same picture. */
export interface DuplicateGroup {
  /**
   * Number of images when the group was found. Together with `key` it orders the groups, so deletions keep the order.
   */
  readonly foundCount: number;
  /** The smallest row id when the group was found; unique among the groups of a result. */
  readonly key: number;
  /** Row ids of the images that still exist, at least two; the best one first: most pixels, most bytes, oldest. */
  readonly ids: readonly number[];
  /** Bytes of all of them except the best one. */
  readonly spareBytes: number;
}

/** The place of a group in the list. */
export type DuplicatePosition = Pick<DuplicateGroup, 'foundCount' | 'key'>;

export interface DuplicateGroups {
  /** Largest first. */
  readonly groups: readonly DuplicateGroup[];
  /** Number of groups in all pages. */
  readonly total: number;
  /** Bytes of all images except the best one of each group, in all pages. */
  readonly spareBytes: number;
}

/** Finds the duplicates of collections, one collection at a time, and keeps the results. */
export interface DuplicateFinder {
  /** Begins a search, unless one of this collection runs or waits. @throws NotFoundError, LimitExceededError */
  start(collectionId: number): Promise<DuplicateState>;
  /** Ends the search of the collection, if there is one. The result of an earlier search stays. */
  cancel(collectionId: number): Promise<DuplicateState>;
  state(collectionId: number): Promise<DuplicateState>;
  /** Groups after a position, without images that were deleted or changed since. Empty before the first search. */
  groups(collectionId: number, after: DuplicatePosition | null, limit: number): Promise<DuplicateGroups>;
}
