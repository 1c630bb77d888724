import type { Attributes } from './attributes';
import type { Filter } from './filter';

export interface VectorPoint {
  /** The metadata row's id: a positive safe integer. */
  readonly id: number;
  /** L2-normalised, of the index's dimension. */
  readonly vector: Float32Array;
  /** What filters read. */
  readonly attributes: Attributes;
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
  /** Only points whose attributes match are hits. Default: all points. */
  readonly filter?: Filter;
  /** Default `'strong'`. */
  readonly freshness?: Freshness;
}

export interface PairSearch {
  /** The smallest cosine of a pair, above 0, at most 1. */
  readonly minSimilarity: number;
  /** The `next` of the page before; null: a new search of all pairs. */
  readonly from: string | null;
}

/** A part of the pairs of near points. */
export interface PairPage {
  /** Two ids a pair, the smaller one first: `[2 · pairs]`. A pair may be in several pages. */
  readonly ids: Float64Array;
  /** The cosine of each pair, as the index computes it: `[pairs]`. */
  readonly similarities: Float32Array;
  /** Null: this is the last page. */
  readonly next: string | null;
  /** The share of the work that is done, 0 to 1. */
  readonly done: number;
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
   * Resolves when the points that were written before outlive this process and the machine. Until then a crash may
   * bring back an earlier state of them.
   */
  flush(index: string, signal?: AbortSignal): Promise<void>;
  /**
   * Returns one list per query, nearest first, equal distances by id. A list is shorter than the limit only when the
   * index has fewer matching points.
   * @throws InvalidInputError when the filter exceeds a limit
   */
  search(index: string, search: VectorSearch, signal?: AbortSignal): Promise<VectorHit[][]>;
  /**
   * Finds the pairs of points that are at least this similar, in pages of about a second of work; searches run between.
   * A point is in pairs with the nearest MAX_PAIRS_OF_POINT points at least, if they are similar enough. An approximate
   * index may miss a few pairs. A point that is written or deleted meanwhile may or may not be in pairs.
   * @throws InvalidInputError for another similarity; ConflictError when a later search of this index has replaced the
   * one of `from`, or the process has started again: begin with `from: null`
   */
  pairs(index: string, search: PairSearch, signal?: AbortSignal): Promise<PairPage>;
  /** Unknown ids are ignored. */
  delete(index: string, ids: readonly number[], signal?: AbortSignal): Promise<void>;
  /** Ids greater than `afterId`, ascending, at most `limit`. */
  listIds(index: string, afterId: number, limit: number, signal?: AbortSignal): Promise<number[]>;
  count(index: string, signal?: AbortSignal): Promise<number>;
  /**
   * The number of points that match. Null from a store for which that takes longer than a search for many hits.
   * @throws InvalidInputError when the filter exceeds a limit
   */
  countMatching(index: string, filter: Filter, signal?: AbortSignal): Promise<number | null>;
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

/** A point that is similar to more points is in pairs with the nearest of them. */
export const MAX_PAIRS_OF_POINT = 32;
