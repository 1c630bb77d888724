import type { Attributes, Filter } from '@wentu/domain';
import type { AttributesFile } from './attributes-file';
import type { Matching } from './attribute-columns';
import { largestScores, scoreEach } from './largest';
import type { Quantizer } from './quantizer';
import type { RowsFile } from './rows-file';
import { dot, HOLE, packInt8, passAmongOf, passOf, type Pass, type Query, type Segment } from './segment';
import type { Int8Rows } from './int8-rows';
import type { Graph, Usearch } from './usearch';

/** For more slots all rows are scanned instead: a graph search becomes slow then, and may not reach all slots. */
const MAX_GRAPH_SLOTS = 2_048;
/**
 * Slots to request from a graph, which is also the number of candidates: 96 in an index of up to 4 segments, 64 with 8,
 * 48 with 16. With more segments, each contains fewer of the nearest points, so a miss in one of them matters less.
 */
const FIRST_SLOTS = { least: 40, most: 96, always: 32, shared: 256 };
/** So few slots are scored exactly at once: to read their vectors takes less time than two passes. */
const FEW_SLOTS = 100;
/** The number of int8 rows that are scored in the time in which the graph finds one more slot. */
const ROWS_PER_SLOT = { inMemory: 25, fromFile: 5 };
/** The margin, in standard deviations of the error of a score. */
const DEVIATIONS = 3;

export interface GraphSegmentParts {
  readonly graph: Graph;
  /** The float32 vectors, for exact scores. */
  readonly rows: RowsFile;
  readonly attributes: AttributesFile;
  readonly int8: Int8Rows;
  readonly usearch: Usearch;
  /** Ids by slot; this segment owns the array. */
  readonly ids: Float64Array;
  readonly quantizer: Quantizer;
  readonly threads: number;
  /** See `ExactSegment.rowErrors`. */
  readonly maxError: number;
  readonly maxNorm: number;
}

/**
 * Points that can be deleted but not changed: a graph over int8 rows and a file of vectors. Both stay on the disk and
 * are mapped or read on demand, so that they need little memory.
 */
export class GraphSegment implements Segment {
  readonly slots: number;
  holes: number;

  constructor(readonly parts: GraphSegmentParts) {
    this.slots = parts.rows.count;
    this.holes = parts.ids.reduce((holes, id) => (id === HOLE ? holes + 1 : holes), 0);
  }

  get rows(): RowsFile {
    return this.parts.rows;
  }

  firstSlots(segments: number): number {
    const { least, most, always, shared } = FIRST_SLOTS;
    return Math.max(least, Math.min(most, always + Math.ceil(shared / segments)));
  }

  idAt(slot: number): number {
    return this.parts.ids[slot] as number;
  }

  attributesAt(slot: number): Attributes {
    return this.parts.attributes.columns.at(slot);
  }

  matching(filter: Filter): Matching {
    return this.parts.attributes.columns.matching(filter);
  }

  remove(slot: number): void {
    this.parts.ids[slot] = HOLE;
    this.holes++;
  }

  deadSlots(): number[] {
    const dead: number[] = [];
    this.parts.ids.forEach((id, slot) => {
      if (id === HOLE) dead.push(slot);
    });
    return dead;
  }

  pass(queries: readonly Query[], count: number): Pass[] {
    const wanted = Math.min(count, this.slots);
    if (wanted > MAX_GRAPH_SLOTS) return this.scan(queries, wanted);
    const { graph, quantizer, threads } = this.parts;
    const packed = packInt8(queries, quantizer.dimension);
    const [keys, distances, counts] = graph.search(packed, wanted, queries.length === 1 ? 1 : threads);
    return queries.map((query, i) => {
      if (Number(counts[i]) < wanted) return this.scan([query], wanted)[0] as Pass;
      return passOf(keys, distances, i, { wanted, of: this.slots, step: quantizer.step });
    });
  }

  /**
   * The quantisation errors of the components are independent, so the error of a product is about |error| / √dimension.
   */
  margin({ norm, error }: Query): number {
    const { maxError, maxNorm, quantizer } = this.parts;
    return (DEVIATIONS * Math.hypot(maxError * norm, error * maxNorm)) / Math.sqrt(quantizer.dimension);
  }

  passAmong(slots: Uint32Array, queries: readonly Query[], count: number): Pass[] {
    if (slots.length <= FEW_SLOTS) return scoreEach(this, slots, queries, count);
    const { int8, usearch: library, quantizer, threads } = this.parts;
    const wanted = Math.min(count, slots.length);
    const used = queries.length === 1 ? 1 : threads;
    const found = int8.search({ library, rows: slots, queries, wanted, threads: used });
    return queries.map((_, i) => passAmongOf(found, i, { slots, wanted, step: quantizer.step }));
  }

  prefersPass(wanted: number, matching: number): boolean {
    const rows = this.parts.int8.isFast ? ROWS_PER_SLOT.inMemory : ROWS_PER_SLOT.fromFile;
    return wanted <= MAX_GRAPH_SLOTS && matching > rows * wanted;
  }

  close(): void {
    this.rows.close();
    this.parts.int8.close();
  }

  score(slot: number, { vector }: Query): number {
    return dot(vector, this.rows.vectorAt(slot), 0);
  }

  private scan(queries: readonly Query[], wanted: number): Pass[] {
    const scores = queries.map(() => new Float64Array(this.slots));
    this.rows.forEach((row, vector) => {
      queries.forEach((query, i) => ((scores[i] as Float64Array)[row] = dot(query.vector, vector, 0)));
    });
    return scores.map((of) => largestScores(of, wanted));
  }
}
