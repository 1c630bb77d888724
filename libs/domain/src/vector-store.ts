export interface VectorPoint {
  /** The metadata row's id: a positive safe integer. */
  readonly id: number;
  /** L2-normalised, of the index's dimension. */
  readonly vector: Float32Array;
}

export interface VectorHit {
  readonly id: number;
  /** Squared Euclidean distance as the index saw it; callers rescore from the stored embeddings. */
  readonly distance: number;
}

/**
 * How new the points must be that a search sees.
 * - `'strong'`: every write that any process finished before the search began.
 * - `{ version }`: the same, as far as `version` tells: it changes with each write that has to be found. A store may
 * answer
 *   from an older snapshot when it has known this version for longer than the snapshot is old.
 */
export type Freshness = 'strong' | { readonly version: string };

export interface VectorSearch {
  /** Unit vectors of the index's dimension. */
  readonly queries: readonly Float32Array[];
  /** Most hits for each query: 1..MAX_SEARCH_LIMIT. */
  readonly limit: number;
  /** Default `'strong'`. */
  readonly freshness?: Freshness;
}

/**
 * Nearest-neighbour index over unit vectors of one dimension; derived from the metadata rows, rebuildable from them.
 * Every method of an index that was never ensured rejects with NotFoundError, except `drop`, which is idempotent.
 */
export interface VectorStore {
  /** Makes the index if it does not exist. IndexMismatchError when it exists with another dimension. */
  ensure(index: string, dimension: number, signal?: AbortSignal): Promise<void>;
  /**
   * Writes or replaces by id. When it resolves, a search on this store sees the points. InvalidInputError on a wrong
   * dimension.
   */
  upsert(index: string, points: readonly VectorPoint[], signal?: AbortSignal): Promise<void>;
  /**
   * One list a query, nearest first, equal distances by id. Fewer hits than the limit only when the index holds fewer.
   */
  search(index: string, search: VectorSearch, signal?: AbortSignal): Promise<VectorHit[][]>;
  /** Ids that are not there are ignored. */
  delete(index: string, ids: readonly number[], signal?: AbortSignal): Promise<void>;
  /** Ids greater than `afterId`, ascending, at most `limit`. */
  listIds(index: string, afterId: number, limit: number, signal?: AbortSignal): Promise<number[]>;
  count(index: string, signal?: AbortSignal): Promise<number>;
  drop(index: string, signal?: AbortSignal): Promise<void>;
  /** Resolves when the index engine answers; UnavailableError otherwise. */
  ping(): Promise<void>;
  /**
   * Whether it is a server, which other processes use too, and which may be away for a while; calls are
   * UnavailableErrors then, and work again when it is back. An index that is not remote answers as it should after it
   * was compared with the rows.
   */
  readonly isRemote: boolean;
  close(): Promise<void>;
}

/** Most hits that one search of an index may ask for. */
export const MAX_SEARCH_LIMIT = 16_384;
