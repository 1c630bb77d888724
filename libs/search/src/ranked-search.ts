import {
  imageAttributes,
  indexFilter,
  matches,
  MAX_SEARCH_LIMIT,
  needsRows,
  noCollection,
  UnavailableError,
  WentuError,
  sentence,
  type Collection,
  type CollectionReader,
  type EmbeddedImage,
  type Freshness,
  type ImageFilter,
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
  /** Cosine with the wanted terms of the query, in [−1, 1]. */
  readonly similarity: number;
  /** Cosine with the whole query, in [−1, 1], which orders the hits. Without unwanted terms it is the similarity. */
  readonly score: number;
  readonly image: ImageRow;
}

export interface RankedQuery {
  readonly collection: Collection;
  /** Vector that orders the hits: nearest first. */
  readonly ranking: Float32Array;
  /** Vector of the wanted terms, from which distances and similarities are computed. */
  readonly shown: Float32Array;
  /** The images in the query, which are not hits: row ids, and the ids of their collections. */
  readonly selves: ReadonlyMap<number, number>;
  readonly minSimilarity: number;
  /** Only images whose attributes match are hits. Null: all images. */
  readonly filter: ImageFilter | null;
}

/** State of the rows before a search, and the writes that the answer of the index must include. */
export interface IndexSettlement {
  readonly unsettled: number;
  readonly newestId: number;
  readonly freshness: Freshness;
}

/** The part of a position that decides which hits come after it. */
export type PageStart = Pick<SearchPosition, 'newestId' | 'distance' | 'id'>;

/** Before the first hit. */
export const BEFORE_FIRST = { distance: -1, id: 0 };

interface Wanted {
  readonly wanted: number;
  /** Number of candidates to request from the index first, in addition to unfinished rows. */
  readonly first: number;
  /** So many are requested when fewer leave it open which hits are the nearest. */
  readonly most: number;
  readonly settlement: IndexSettlement;
  /**
   * Position in an earlier page. Only hits after it are returned, and no images that were added after the first page.
   */
  readonly from?: PageStart | null;
}

export interface RankedHit {
  readonly hit: SearchHit;
  /** Distance that orders the hits. */
  readonly rank: number;
  /** The embedding of the image. */
  readonly vector: Float32Array;
}

export interface RankedHits {
  /** Nearest first, equal distances by row id. */
  readonly hits: readonly RankedHit[];
  /** Number of images that the index proposed, whether or not they are hits. */
  readonly candidates: number;
}

/** The collection changed its model during a search, and the embeddings of the old model are being dropped. */
export class SpaceDropped extends Error {}

/** Smallest number of rows per read, unless fewer candidates are left. */
const SLICE = 64;
/**
 * Tolerance between distances of an index and distances computed from the rows in double precision. The real
 * differences are smaller.
 */
const ROUNDING = 1e-3;
/** The largest real difference: indexes sum about a thousand float32 products. */
const FLOAT32_SUM = 2e-5;

/** The part of an index that searches need. */
export type SearchedVectors = Pick<VectorStore, 'search' | 'countMatching'>;

/** The part of the metadata store that a search reads. */
interface RankedReader {
  readonly collections: Pick<CollectionReader, 'findById' | 'listSpaces'>;
  readonly images: Pick<ImageReader, 'settlement' | 'getEmbedded' | 'findEmbedded'>;
}

/** The index proposes candidates. Their rows decide which are hits, their order and their distances. */
export class RankedSearch {
  private repairs = 0;

  constructor(
    private readonly reader: RankedReader,
    private readonly vectors: SearchedVectors,
  ) {}

  /** Call it after a repair, which changes the index without new rows. */
  noteRepair(): void {
    this.repairs++;
  }

  /**
   * The number of hits of a query without a smallest similarity, when all rows are settled. Null when only a search can
   * tell.
   */
  async count({ collection, selves, filter }: RankedQuery, signal: AbortSignal | undefined): Promise<number | null> {
    const { id, activeSpace } = collection;
    if (!filter) {
      const spaces = await this.reader.collections.listSpaces(id);
      const count = spaces.find((space) => space.id === activeSpace.id)?.imageCount ?? 0;
      return Math.max(0, count - [...selves.values()].filter((collectionId) => collectionId === id).length);
    }
    // An image of the query may match or not.
    if (selves.size > 0 || needsRows(filter)) return null;
    try {
      return await this.vectors.countMatching(indexName(id, activeSpace.id), indexFilter(filter), signal);
    } catch (error) {
      // The search explains it.
      if (isNoIndex(error)) return null;
      throw error;
    }
  }

  /** Returns at least `wanted` hits, if there are so many. @throws SpaceDropped */
  async find(
    query: RankedQuery,
    { wanted, first, most, settlement: { unsettled, freshness }, from = null }: Wanted,
    signal: AbortSignal | undefined,
  ): Promise<RankedHits> {
    const { selves } = query;
    const newestId = from?.newestId ?? Infinity;
    // Unfinished rows may be in the answer of the index but are not shown, so request that many more candidates.
    const hidden = unsettled + selves.size;
    let limit = first + hidden;
    for (;;) {
      limit = Math.min(limit, MAX_SEARCH_LIMIT);
      const proposed = await this.ask(query, limit, freshness, signal);
      const candidates = proposed.filter(({ id }) => !selves.has(id) && id <= newestId);
      const { hits, rows } = await this.rank(query, candidates, wanted, from);
      const isAll = proposed.length < limit || limit === MAX_SEARCH_LIMIT;
      // All further candidates are less similar, so they would add no hits. With unwanted terms only the score is less.
      const isEnough = hits.length >= wanted || (rows >= wanted && query.ranking === query.shown);
      // With the distances of the rows, a candidate that is left out may be nearer than the last hit.
      const reach = (hits[wanted - 1]?.rank ?? -Infinity) + FLOAT32_SUM;
      const isCertain = limit >= most + hidden || (proposed.at(-1)?.distance ?? Infinity) > reach;
      if ((isEnough && isCertain) || isAll) return { hits, candidates: candidates.length };
      limit = isEnough ? Math.min(2 * limit, most + hidden) : 2 * limit;
    }
  }

  /**
   * Reads rows of candidates until the `wanted` nearest hits are certain, and orders the hits by the distances of their
   * rows.
   */
  private async rank(
    { collection, ranking, shown, selves, minSimilarity, filter }: RankedQuery,
    candidates: readonly VectorHit[],
    wanted: number,
    from: PageStart | null,
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
        const wantedPart = similarityAndDistance(shown, vector);
        // Both vectors are the same unless the query has unwanted terms.
        const whole = ranking === shown ? wantedPart : similarityAndDistance(ranking, vector);
        const hit = { ...wantedPart, score: whole.similarity, image };
        const rank = whole.distance;
        const isNew = image.id <= (from?.newestId ?? Infinity) && (from === null || isAfter(rank, image.id, from));
        if (!isNew || selves.has(image.id) || (filter && !matches(filter, imageAttributes(image)))) continue;
        seen.add(image.id);
        if (hit.similarity >= minSimilarity) hits.set(image.id, { rank, hit, vector });
      }
      ordered = [...hits.values()].sort((a, b) => a.rank - b.rank || a.hit.image.id - b.hit.image.id);
    }
    return { hits: ordered, rows: seen.size };
  }

  private async ask(
    { collection, ranking, filter }: RankedQuery,
    limit: number,
    freshness: Freshness,
    signal: AbortSignal | undefined,
  ): Promise<VectorHit[]> {
    try {
      const index = indexName(collection.id, collection.activeSpace.id);
      const search = { queries: [ranking], limit, freshness, ...(filter ? { filter: indexFilter(filter) } : {}) };
      const [found = []] = await this.vectors.search(index, search, signal);
      return found;
    } catch (error) {
      if (!isNoIndex(error)) throw error;
      // The collection is being dropped, or it was created a moment ago and has no index yet.
      const found = await this.reader.collections.findById(collection.id);
      if (!found) throw noCollection(collection.name);
      if (found.imageCount === 0) return [];
      await this.checkActive(collection);
      throw new UnavailableError(sentence('INDEX_MISSING', { collection: collection.name }), { cause: error });
    }
  }

  /** @throws SpaceDropped when the collection is not searched with the space of this search any more */
  private async checkActive({ id, activeSpace }: Collection): Promise<void> {
    const found = await this.reader.collections.findById(id);
    if (found && found.activeSpace.id !== activeSpace.id) throw new SpaceDropped();
  }

  /**
   * Call it before the search of the index. A new version of an image has a larger id, and its row becomes READY only
   * after its entry was written. So the id of the newest READY row changes with the writes of every process. A
   * re-encoding changes its own id. Repairs by other processes change neither.
   */
  async settlementOf({ id }: Collection): Promise<IndexSettlement> {
    const { unsettled, newestId, reencodingId, attributesVersion } = await this.reader.images.settlement(id);
    return {
      unsettled,
      newestId,
      freshness: { version: `${newestId}.${reencodingId}.${attributesVersion}.${this.repairs}` },
    };
  }

  /**
   * READY rows of these ids. For a version that was replaced after the index answered, it returns the row of its
   * replacement.
   */
  private async currentRows(collection: Collection, ids: readonly number[]): Promise<EmbeddedImage[]> {
    const { id, activeSpace } = collection;
    const rows = (await this.reader.images.getEmbedded(activeSpace.id, ids)).filter((row) => row.collectionId === id);
    // An entry without a row may be that of a removed image, or of a space that is being dropped.
    if (rows.length < ids.length) await this.checkActive(collection);
    const current = new Map(rows.filter((row) => row.state === 'READY').map((row) => [row.id, row]));
    const replaced = rows.filter((row) => row.state === 'TOMBSTONE').map((row) => row.imageId);
    if (replaced.length > 0) {
      for (const row of await this.reader.images.findEmbedded(id, activeSpace.id, replaced)) current.set(row.id, row);
    }
    return [...current.values()];
  }
}

function isNoIndex(error: unknown): boolean {
  return error instanceof WentuError && error.code === 'NOT_FOUND';
}

/** Whether a hit comes after a position. */
export function isAfter(rank: number, id: number, from: Pick<PageStart, 'distance' | 'id'>): boolean {
  return rank > from.distance || (rank === from.distance && id > from.id);
}
