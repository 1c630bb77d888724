import type { VectorHit, VectorPoint } from '@wentu/domain';
import { Int8Rows } from './int8-rows';
import type { NearestSession } from './nearest-session';
import { Segment } from './segment';

/** One segment's share of the memory: big enough for a fast product, small enough to grow in. */
const MAX_SEGMENT_BYTES = 64 * 1024 * 1024;
/** Holes that a segment keeps before it is compacted: each makes every search fetch one row more. */
const MIN_HOLES_TO_COMPACT = 64;
const HOLES_TO_COMPACT = 0.01;
/** Rows fetched beyond the limit, so that most ties across the limit are seen whole at once. */
const MIN_TIE_MARGIN = 8;
const TIE_MARGIN = 1 / 64;
/** Scores closer than this may be equal: the product's rounding depends on where in the matrix a row is. */
const SCORE_ERROR = 2e-6;

/**
 * One index: segments of vectors, searched exactly. Not safe against changes during `nearest`; the queue in front sees
 * to that. Memory: 5 · dimension + 16 bytes a point, and about 40 for the id's place.
 */
export class EmbeddedIndex {
  private segments: Segment[] = [];
  /** id → segment number · rowsPerSegment + slot. */
  private places = new Map<number, number>();
  /** For `listIds`; dropped when an id goes, or one comes that is not the largest. */
  private sortedIds: number[] | undefined = [];
  private readonly rowsPerSegment: number;

  constructor(
    readonly dimension: number,
    maxSegmentRows: number,
    private readonly minInt8Rows: number,
    private readonly session: NearestSession,
  ) {
    const fitting = Math.floor(MAX_SEGMENT_BYTES / (4 * dimension));
    this.rowsPerSegment = Math.max(1, Math.min(maxSegmentRows, fitting));
  }

  get count(): number {
    return this.places.size;
  }

  /** Copies the vectors. */
  upsert(points: readonly VectorPoint[]): void {
    for (const { id, vector } of points) {
      const place = this.places.get(id);
      if (place === undefined) this.append(id, vector);
      else this.segmentAt(place).write(place % this.rowsPerSegment, vector);
    }
  }

  delete(ids: readonly number[]): void {
    const touched = new Set<number>();
    for (const id of ids) {
      const place = this.places.get(id);
      if (place === undefined) continue;
      this.segmentAt(place).remove(place % this.rowsPerSegment);
      this.places.delete(id);
      touched.add(Math.floor(place / this.rowsPerSegment));
    }
    if (touched.size === 0) return;
    this.sortedIds = undefined;
    for (const number of touched) this.compactIfWorthIt(number);
    this.repackIfHalfEmpty();
  }

  listIds(afterId: number, limit: number): number[] {
    this.sortedIds ??= Array.from(Float64Array.from(this.places.keys()).sort());
    const first = firstGreater(this.sortedIds, afterId);
    return this.sortedIds.slice(first, first + limit);
  }

  /**
   * The nearest points of each query, nearest first, equal distances by id.
   * @param queries `[limits.length, dimension]` @param limits how many hits each query wants
   */
  async nearest(queries: Float32Array, limits: readonly number[]): Promise<VectorHit[][]> {
    let best: VectorHit[][] = limits.map(() => []);
    for (const segment of this.segments) {
      if (segment.slots === segment.holes) continue;
      const found = await this.nearestInSegment(segment, queries, limits);
      best = best.map((hits, query) => mergeHits(hits, found[query] ?? [], limits[query] ?? 0));
    }
    return best;
  }

  private async nearestInSegment(
    segment: Segment,
    queries: Float32Array,
    limits: readonly number[],
  ): Promise<VectorHit[][]> {
    if (segment.quantized && limits.length <= Int8Rows.maxQueries)
      return nearestByInt8(segment, segment.quantized, queries, limits);
    const most = Math.max(...limits);
    const margin = Math.max(MIN_TIE_MARGIN, Math.ceil(most * TIE_MARGIN));
    let k = Math.min(segment.slots, most + margin + segment.holes);
    for (;;) {
      const { scores, rows } = await this.session.run(queries, segment.vectors, this.dimension, k);
      const lists = limits.map((_, i) => {
        const query = queries.subarray(i * this.dimension, (i + 1) * this.dimension);
        return rescore(segment, query, rows.subarray(i * k, (i + 1) * k));
      });
      // Whole when the last wanted hit is nearer than the last row fetched: no row left behind can tie with it.
      const isWhole = (hits: VectorHit[], i: number): boolean => {
        const last = hits[(limits[i] ?? 0) - 1];
        const nearestLeft = squaredDistance((scores[(i + 1) * k - 1] ?? 0) + SCORE_ERROR);
        return last !== undefined && last.distance < nearestLeft;
      };
      if (k === segment.slots || lists.every(isWhole)) return lists;
      k = Math.min(segment.slots, k * 4);
    }
  }

  private append(id: number, vector: Float32Array): void {
    let segment = this.segments.at(-1);
    if (!segment || segment.isFull) {
      // Only the first segment starts small: an index that has filled one will need the memory.
      const initialRows = segment ? this.rowsPerSegment : undefined;
      segment = new Segment(this.dimension, this.rowsPerSegment, this.minInt8Rows, initialRows);
      this.segments.push(segment);
    }
    const slot = segment.append(id, vector);
    this.places.set(id, (this.segments.length - 1) * this.rowsPerSegment + slot);
    if (this.sortedIds && id > (this.sortedIds.at(-1) ?? 0)) this.sortedIds.push(id);
    else this.sortedIds = undefined;
  }

  private compactIfWorthIt(number: number): void {
    const segment = this.segments[number];
    if (!segment || segment.holes <= Math.max(MIN_HOLES_TO_COMPACT, segment.slots * HOLES_TO_COMPACT)) return;
    segment.compact((id, slot) => this.places.set(id, number * this.rowsPerSegment + slot));
  }

  /** Many deletions leave many small segments: writes them anew, in order, into full ones. */
  private repackIfHalfEmpty(): void {
    if (this.segments.length < 2 || this.count > ((this.segments.length - 1) * this.rowsPerSegment) / 2) return;
    const old = this.segments;
    this.segments = [];
    this.places = new Map();
    this.sortedIds = undefined;
    for (let segment = old.shift(); segment; segment = old.shift()) {
      for (let slot = 0; slot < segment.slots; slot++) {
        const id = segment.idAt(slot);
        if (id !== undefined) this.append(id, segment.vectorAt(slot));
      }
    }
  }

  private segmentAt(place: number): Segment {
    return this.segments[Math.floor(place / this.rowsPerSegment)] as Segment;
  }
}

/** The first pass leaves some rows, of which the nearest are found as they are. */
function nearestByInt8(
  segment: Segment,
  quantized: Int8Rows,
  packed: Float32Array,
  limits: readonly number[],
): VectorHit[][] {
  const dimension = packed.length / limits.length;
  const queries = limits.map((_, i) => packed.subarray(i * dimension, (i + 1) * dimension));
  const isThere = (slot: number): boolean => segment.idAt(slot) !== undefined;
  const found = quantized.candidates(queries, limits, segment.slots, isThere);
  return queries.map((query, i) => rescore(segment, query, found[i] ?? []));
}

/** Exact distances of the rows that hold a point, sorted: equal vectors get equal distances wherever they are. */
function rescore(segment: Segment, query: Float32Array, rows: Iterable<number | bigint>): VectorHit[] {
  const hits: VectorHit[] = [];
  for (const row of rows) {
    const slot = Number(row);
    const id = segment.idAt(slot);
    if (id !== undefined) hits.push({ id, distance: squaredDistance(dot(query, segment.vectorAt(slot))) });
  }
  return hits.sort(byDistanceThenId);
}

/** In double precision. */
function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** |a − b|² = 2 − 2·a·b for unit vectors; rounding may take the product a little over 1. */
function squaredDistance(dot: number): number {
  return Math.max(0, 2 - 2 * dot);
}

function byDistanceThenId(a: VectorHit, b: VectorHit): number {
  return a.distance - b.distance || a.id - b.id;
}

/** Both lists are sorted, so the sort is a merge. */
function mergeHits(a: VectorHit[], b: VectorHit[], limit: number): VectorHit[] {
  const hits = a.length === 0 ? b : [...a, ...b].sort(byDistanceThenId);
  return hits.slice(0, limit);
}

/** Position of the first number that is greater than `value`. */
function firstGreater(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
