export interface VectorPoint {
  /** The metadata row's id: a positive safe integer. */
  readonly id: number;
  /** L2-normalised, of the index's dimension. */
  readonly vector: Float32Array;
}

export interface VectorHit {
  readonly id: number;
  /** Squared Euclidean distance as the index computes it. Callers compute it again from the stored embeddings. */
  readonly distance: number;
}

/**
 * How recent the points of a search must be.
 * - `'strong'`: the search sees every write that any process finished before the search began.
 * - `{ version }`: the version changes with each write that searches must see. A store may answer from an older
 *   snapshot if it learned of this version before it took the snapshot.
 */
export type Freshness = 'strong' | { readonly version: string };

export interface VectorSearch {
  /** Unit vectors of the index's dimension. */
  readonly queries: readonly Float32Array[];
  /** Largest number of hits per query: 1..MAX_SEARCH_LIMIT. */
  readonly limit: number;
  /** Default `'strong'`. */
  readonly freshness?: Freshness;
}

/**
 * Nearest-neighbour index over unit vectors of one dimension. Indexes are derived from the metadata rows and can be
 * rebuilt from them. Every method rejects with NotFoundError for an index that was never created with `ensure`, except
 * `drop`, which is idempotent.
 */
export interface VectorStore {
  /** Creates the index if it does not exist. IndexMismatchError when it exists with another dimension. */
  ensure(index: string, dimension: number, signal?: AbortSignal): Promise<void>;
  /**
   * Writes points, or replaces points of the same id. After it resolves, a search on this store sees the points.
   * @throws InvalidInputError when a vector has another dimension
   */
  upsert(index: string, points: readonly VectorPoint[], signal?: AbortSignal): Promise<void>;
  /**
   * Returns one list per query, nearest first, equal distances by id. A list is shorter than the limit only when the
   * index has fewer points.
   */
  search(index: string, search: VectorSearch, signal?: AbortSignal): Promise<VectorHit[][]>;
  /** Unknown ids are ignored. */
  delete(index: string, ids: readonly number[], signal?: AbortSignal): Promise<void>;
  /** Ids greater than `afterId`, ascending, at most `limit`. */
  listIds(index: string, afterId: number, limit: number, signal?: AbortSignal): Promise<number[]>;
  count(index: string, signal?: AbortSignal): Promise<number>;
  drop(index: string, signal?: AbortSignal): Promise<void>;
  /** Resolves when the index engine answers; UnavailableError otherwise. */
  ping(): Promise<void>;
  /**
   * Whether the store is a server that other processes use too and that may be unavailable for a while. Its calls then
   * throw UnavailableError, and succeed again when the server is back. An index that is not remote gives correct
   * answers only after it was compared with the rows.
   */
  readonly isRemote: boolean;
  close(): Promise<void>;
}

/** Largest number of hits that one search of an index may request. */
export const MAX_SEARCH_LIMIT = 16_384;
