import {
  MAX_SEARCH_LIMIT,
  noCollection,
  UnavailableError,
  WentuError,
  type Collection,
  type CollectionReader,
  type EmbeddedImage,
  type Freshness,
  type ImageReader,
  type ImageRow,
  type VectorHit,
  type VectorStore,
} from '@wentu/domain';
import { indexName } from './index-name';
import type { SearchPosition } from './search-cursor';
import { similarityAndDistance } from './vectors';

export interface SearchHit {
  /** Squared Euclidean distance of the unit vectors, in [0, 4]. */
  readonly distance: number;
  /** Cosine, in [−1, 1]. */
  readonly similarity: number;
  readonly image: ImageRow;
}

export interface RankedQuery {
  readonly collection: Collection;
  /** Vector that orders the hits: nearest first. */
  readonly ranking: Float32Array;
  /** Vector from which the distances and similarities of the hits are computed. */
  readonly shown: Float32Array;
  /** Row id of the query image, which is not a hit. Null when the query is not an image of the collection. */
  readonly self: number | null;
  readonly minSimilarity: number;
}

/** State of the rows before a search, and the writes that the answer of the index must include. */
export interface IndexSettlement {
  readonly unsettled: number;
  readonly newestId: number;
  readonly freshness: Freshness;
}

interface Wanted {
  readonly wanted: number;
  /** Number of candidates to request from the index, in addition to unfinished rows. */
  readonly most: number;
  readonly settlement: IndexSettlement;
  /**
   * Position in an earlier page. Only hits after it are returned, and no images that were added after the first page.
   */
  readonly from?: SearchPosition | null;
}

export interface RankedHit {
  readonly hit: SearchHit;
  /** Distance that orders the hits. */
  readonly rank: number;
}

export interface RankedHits {
  /** Nearest first, equal distances by row id. */
  readonly hits: readonly RankedHit[];
  /** Number of images that the index proposed, whether or not they are hits. */
  readonly candidates: number;
}

/** Smallest number of rows per read, unless fewer candidates are left. */
const SLICE = 64;
/**
 * Tolerance between distances of an index and distances computed from the rows in double precision. The real
 * differences are smaller.
 */
const ROUNDING = 1e-3;

/** The part of the metadata store that a search reads. */
interface RankedReader {
  readonly collections: Pick<CollectionReader, 'findById'>;
  readonly images: Pick<ImageReader, 'settlement' | 'getEmbedded' | 'findEmbedded'>;
}

/** The index proposes candidates. Their rows decide which are hits, their order and their distances. */
export class RankedSearch {
  private repairs = 0;

  constructor(
    private readonly reader: RankedReader,
    private readonly vectors: Pick<VectorStore, 'search'>,
  ) {}

  /** Call it after a repair, which changes the index without new rows. */
  noteRepair(): void {
    this.repairs++;
  }

  /** Returns at least `wanted` hits, if there are so many. */
  async find(
    query: RankedQuery,
    { wanted, most, settlement: { unsettled, freshness }, from = null }: Wanted,
    signal: AbortSignal | undefined,
  ): Promise<RankedHits> {
    const { collection, ranking, self } = query;
    const newestId = from?.newestId ?? Infinity;
    // Unfinished rows may be in the answer of the index but are not shown, so request that many more candidates.
    let limit = most + unsettled + (self === null ? 0 : 1);
    for (;;) {
      limit = Math.min(limit, MAX_SEARCH_LIMIT);
      const proposed = await this.ask(collection, ranking, limit, freshness, signal);
      const candidates = proposed.filter(({ id }) => id !== self && id <= newestId);
      const { hits, rows } = await this.rank(query, candidates, wanted, from);
      const isAll = proposed.length < limit || limit === MAX_SEARCH_LIMIT;
      // All further candidates are less similar, so they would add no hits.
      if (hits.length >= wanted || rows >= wanted || isAll) return { hits, candidates: candidates.length };
      limit *= 2;
    }
  }

  /**
   * Reads rows of candidates until the `wanted` nearest hits are certain, and orders the hits by the distances of their
   * rows.
   */
  private async rank(
    { collection, ranking, shown, self, minSimilarity }: RankedQuery,
    candidates: readonly VectorHit[],
    wanted: number,
    from: SearchPosition | null,
  ): Promise<{ hits: RankedHit[]; rows: number }> {
    const hits = new Map<number, RankedHit>();
    const begin = from === null ? 0 : candidates.findIndex(({ distance }) => distance >= from.distance - ROUNDING);
    let at = begin === -1 ? candidates.length : begin;
    const seen = new Set<number>();
    let ordered: RankedHit[] = [];
    while (at < candidates.length) {
      const last = ordered[wanted - 1];
      if (last && last.rank + ROUNDING < (candidates[at] as VectorHit).distance) break;
      const slice = candidates.slice(at, at + Math.max(SLICE, wanted - ordered.length));
      at += slice.length;
      const rows = await this.currentRows(
        collection,
        slice.map(({ id }) => id),
      );
      for (const { vector, ...image } of rows) {
        const hit = { ...similarityAndDistance(shown, vector), image };
        // Both vectors are the same unless the search has a text to avoid.
        const rank = ranking === shown ? hit.distance : similarityAndDistance(ranking, vector).distance;
        const isNew = image.id <= (from?.newestId ?? Infinity) && (from === null || isAfter(rank, image.id, from));
        if (!isNew || image.id === self) continue;
        seen.add(image.id);
        if (hit.similarity >= minSimilarity) hits.set(image.id, { rank, hit });
      }
      ordered = [...hits.values()].sort((a, b) => a.rank - b.rank || a.hit.image.id - b.hit.image.id);
    }
    return { hits: ordered, rows: seen.size };
  }

  private async ask(
    collection: Collection,
    query: Float32Array,
    limit: number,
    freshness: Freshness,
    signal: AbortSignal | undefined,
  ): Promise<VectorHit[]> {
    try {
      const index = indexName(collection.id, collection.activeSpace.id);
      const search = { queries: [query], limit, freshness };
      const [found = []] = await this.vectors.search(index, search, signal);
      return found;
    } catch (error) {
      if (!(error instanceof WentuError && error.code === 'NOT_FOUND')) throw error;
      // The collection is being dropped, or it was created a moment ago and has no index yet.
      const found = await this.reader.collections.findById(collection.id);
      if (!found) throw noCollection(collection.name);
      if (found.imageCount === 0) return [];
      throw new UnavailableError(
        `collection ${JSON.stringify(collection.name)} has images but no index; ` +
          'run wentu repair, or start the server again, to rebuild the index',
        { cause: error },
      );
    }
  }

  /**
   * Call it before the search of the index. A new version of an image has a larger id, and its row becomes READY only
   * after its entry was written. So the id of the newest READY row changes with the writes of every process. Repairs by
   * other processes do not change it.
   */
  async settlementOf({ id }: Collection): Promise<IndexSettlement> {
    const { unsettled, newestId } = await this.reader.images.settlement(id);
    return { unsettled, newestId, freshness: { version: `${newestId}.${this.repairs}` } };
  }

  /**
   * READY rows of these ids. For a version that was replaced after the index answered, it returns the row of its
   * replacement.
   */
  private async currentRows({ id, activeSpace }: Collection, ids: readonly number[]): Promise<EmbeddedImage[]> {
    const rows = (await this.reader.images.getEmbedded(activeSpace.id, ids)).filter((row) => row.collectionId === id);
    const current = new Map(rows.filter((row) => row.state === 'READY').map((row) => [row.id, row]));
    const replaced = rows.filter((row) => row.state === 'TOMBSTONE').map((row) => row.imageId);
    if (replaced.length > 0) {
      for (const row of await this.reader.images.findEmbedded(id, activeSpace.id, replaced)) current.set(row.id, row);
    }
    return [...current.values()];
  }
}

function isAfter(rank: number, id: number, from: SearchPosition): boolean {
  return rank > from.distance || (rank === from.distance && id > from.id);
}
