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
  /** Hits are ordered by the distance from it. */
  readonly ranking: Float32Array;
  /** The distances and similarities of hits are those from it. */
  readonly shown: Float32Array;
  /** Row id of an image that is no hit: the one that is searched with. */
  readonly self: number | null;
  readonly minSimilarity: number;
}

/** How many rows are neither READY nor gone, and what an answer of the index must contain. */
export interface IndexSettlement {
  readonly unsettled: number;
  readonly newestId: number;
  readonly freshness: Freshness;
}

interface Wanted {
  readonly wanted: number;
  /** Candidates to ask the index for, beside those that are in flight. */
  readonly most: number;
  readonly settlement: IndexSettlement;
  /** Only hits after that one, and none that were added later. */
  readonly from?: SearchPosition | null;
}

export interface RankedHit {
  readonly hit: SearchHit;
  /** Distance by which hits are ordered. */
  readonly rank: number;
}

export interface RankedHits {
  /** Nearest first, equal distances by row id. */
  readonly hits: readonly RankedHit[];
  /** How many images the index proposed, hits or not. */
  readonly candidates: number;
}

/** Rows that are read at a time, at least, unless there are fewer candidates. */
const SLICE = 64;
/** More than the distances of an index differ from those of the rows, which are sums in double precision. */
const ROUNDING = 1e-3;

/** As much of the metadata store as it reads. */
interface RankedReader {
  readonly collections: Pick<CollectionReader, 'findById'>;
  readonly images: Pick<ImageReader, 'settlement' | 'getEmbedded' | 'findEmbedded'>;
}

/** The index proposes images, their rows decide: which are hits, in which order and with which distance. */
export class RankedSearch {
  private repairs = 0;

  constructor(
    private readonly reader: RankedReader,
    private readonly vectors: Pick<VectorStore, 'search'>,
  ) {}

  /** To be called after a repair: it writes entries to an index without new rows. */
  noteRepair(): void {
    this.repairs++;
  }

  /** At least `wanted` hits, if there are so many. */
  async find(
    query: RankedQuery,
    { wanted, most, settlement: { unsettled, freshness }, from = null }: Wanted,
    signal: AbortSignal | undefined,
  ): Promise<RankedHits> {
    const { collection, ranking, self } = query;
    const newestId = from?.newestId ?? Infinity;
    // What is in flight may take places in the index's answer without being shown: ask for that many more.
    let limit = most + unsettled + (self === null ? 0 : 1);
    for (;;) {
      limit = Math.min(limit, MAX_SEARCH_LIMIT);
      const proposed = await this.ask(collection, ranking, limit, freshness, signal);
      const candidates = proposed.filter(({ id }) => id !== self && id <= newestId);
      const { hits, rows } = await this.rank(query, candidates, wanted, from);
      const isAll = proposed.length < limit || limit === MAX_SEARCH_LIMIT;
      // More images that are not similar enough would bring no more hits.
      if (hits.length >= wanted || rows >= wanted || isAll) return { hits, candidates: candidates.length };
      limit *= 2;
    }
  }

  /**
   * Reads rows of candidates until the `wanted` nearest are certain, and orders them by the distances of their rows.
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
        // The same vector unless a text is to be avoided.
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
      // The collection is being dropped, or was made a moment ago and has no index yet.
      const found = await this.reader.collections.findById(collection.id);
      if (!found) throw noCollection(collection.name);
      if (found.imageCount === 0) return [];
      throw new UnavailableError(
        `the index of collection ${JSON.stringify(collection.name)} is not there, though its images are; ` +
          `it is made again from them by wentu repair, or the next start`,
        { cause: error },
      );
    }
  }

  /**
   * To be read before the index is asked. A new version of an image has a larger id, and its row is READY only after
   * its entry was written, so the newest READY row tells of writes by every process. Repairs of other processes are not
   * seen.
   */
  async settlementOf({ id }: Collection): Promise<IndexSettlement> {
    const { unsettled, newestId } = await this.reader.images.settlement(id);
    return { unsettled, newestId, freshness: { version: `${newestId}.${this.repairs}` } };
  }

  /** READY rows of these ids; for a version that was replaced since the index answered, the one that took its place. */
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
