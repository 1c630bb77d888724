import { setImmediate as nextTurn } from 'node:timers/promises';
import { MAX_PAIRS_OF_POINT } from '@wentu/domain';
import { cellsOf, type Cells } from './pair-cells';
import type { Quantizer } from './quantizer';
import { dot } from './segment';
import { plainSearch } from './plain-search';
import type { Usearch } from './usearch';

/** The number of cells is this factor times the square root of the number of points. */
const CELLS_FACTOR = 4;
const MAX_CELLS = 4_096;
/** Each point is compared with the points of so many cells: the nearest ones. */
const PROBES = 6;
/** The number of points that one turn assigns to cells. */
const BATCH = 256;
/** About 10 ms of products between two turns, so that searches wait for no longer. */
const TURN_PRODUCTS = 2 ** 27;
const PAGE_MS = 500;
const MAX_PAGE_PAIRS = 100_000;

/** The points of an index. */
export interface PairSource {
  /** Ascending. */
  readonly ids: Float64Array;
  /** Writes the int8 form of a point. @returns false when the point was deleted */
  readInt8(id: number, out: Int8Array, at: number): boolean;
  /** The vector, valid until the next call; null when the point was deleted. */
  vectorOf(id: number): Float32Array | null;
}

export interface PairScanOptions {
  readonly usearch: Usearch | null;
  readonly quantizer: Quantizer;
  readonly threads: number;
  readonly minSimilarity: number;
}

/** Pairs that were found: two ids a pair, and their cosines. */
export interface FoundPairs {
  readonly ids: number[];
  readonly similarities: number[];
}

/**
 * Finds the pairs of near points without comparing all pairs. A sample of the points are the centres of cells. Each
 * point is in the cell of its nearest centre, and is compared with the points in the PROBES nearest cells: two near
 * points have nearly the same nearest centres. Products of int8 find candidates, the float32 vectors decide.
 * Memory: 2 · PROBES · 4 bytes a point, and the int8 rows of the centres and of one cell.
 */
export class PairScan {
  private readonly centres: Int8Array;
  private readonly centreCount: number;
  private readonly probes: number;
  /** The cells of each point, nearest first. */
  private readonly cellsOfPoints: Uint16Array;
  private cells: Cells | undefined;
  private readonly batches: number;

  constructor(
    private readonly source: PairSource,
    private readonly options: PairScanOptions,
  ) {
    const { ids } = source;
    const { dimension } = options.quantizer;
    const wanted = Math.min(MAX_CELLS, Math.ceil(CELLS_FACTOR * Math.sqrt(ids.length)), ids.length);
    this.centres = new Int8Array(wanted * dimension);
    // Neighbours by id often are in one folder, so the sample is spread over all ids.
    for (let i = 0; i < wanted; i++)
      source.readInt8(ids[Math.floor((i * ids.length) / wanted)] as number, this.centres, i * dimension);
    this.centreCount = wanted;
    this.probes = Math.min(PROBES, wanted);
    this.cellsOfPoints = new Uint16Array(ids.length * this.probes);
    this.batches = Math.ceil(ids.length / BATCH);
  }

  /** The number of steps: first the points are assigned to cells, then the points of each cell are compared. */
  get steps(): number {
    return this.batches + this.centreCount;
  }

  /**
   * Does the steps from `step` on, for about PAGE_MS.
   * @param check called before each turn, to end the scan by an error
   * @returns the pairs, and the next step
   */
  async run(step: number, check: () => void): Promise<FoundPairs & { step: number }> {
    const found: FoundPairs = { ids: [], similarities: [] };
    const end = performance.now() + PAGE_MS;
    let at = step;
    do {
      await nextTurn();
      check();
      if (at < this.batches) this.assign(at);
      else if (at < this.steps) await this.compare(at - this.batches, found, check);
      at++;
    } while (at < this.steps && performance.now() < end && found.similarities.length < MAX_PAGE_PAIRS);
    return { ...found, step: Math.min(at, this.steps) };
  }

  private assign(batch: number): void {
    const { source, probes, centres } = this;
    const ids = source.ids.subarray(batch * BATCH, (batch + 1) * BATCH);
    const queries = this.read(ids);
    const [keys] = this.search(centres, queries.int8, probes);
    for (let i = 0; i < keys.length; i++) this.cellsOfPoints[batch * BATCH * probes + i] = Number(keys[i]);
    // The points are assigned in order, so this was the last step before the cells are compared.
    if (batch === this.batches - 1) this.cells = cellsOf(this.cellsOfPoints, probes, this.centreCount);
  }

  /** Compares the points of a cell with all points that have the cell among their nearest ones. */
  private async compare(cell: number, found: FoundPairs, check: () => void): Promise<void> {
    const { cells, source } = this;
    if (!cells) throw new Error('the points of a pair scan are compared before all of them have cells');
    const { dimension } = this.options.quantizer;
    const idOf = (point: number): number => source.ids[point] as number;
    const rows = this.read(Float64Array.from(cells.members(cell), idOf));
    const asking = Float64Array.from(cells.visitors(cell), idOf);
    if (rows.ids.length === 0 || asking.length < 2) return;
    const size = Math.max(1, Math.floor(TURN_PRODUCTS / (rows.ids.length * dimension)));
    for (let first = 0; first < asking.length; first += size) {
      if (first > 0) {
        await nextTurn();
        check();
      }
      this.compareWith(rows, this.read(asking.subarray(first, first + size)), found);
    }
  }

  private compareWith(rows: GatheredRows, queries: GatheredRows, found: FoundPairs): void {
    const { minSimilarity, quantizer } = this.options;
    // One place is for the point itself.
    const count = Math.min(rows.ids.length, MAX_PAIRS_OF_POINT + 1);
    const [keys, distances] = this.search(rows.int8, queries.int8, count);
    const scale = quantizer.step ** 2;
    const lowest = minSimilarity - marginOf(quantizer);
    queries.ids.forEach((id, i) => {
      let vector: Float32Array | undefined;
      for (let at = i * count; at < (i + 1) * count; at++) {
        if ((1 - (distances[at] as number)) * scale < lowest) return;
        const other = rows.ids[Number(keys[at])] as number;
        if (other === id) continue;
        vector ??= this.source.vectorOf(id)?.slice();
        const near = this.source.vectorOf(other);
        const similarity = vector && near ? Math.min(1, dot(vector, near, 0)) : -1;
        if (similarity < minSimilarity) continue;
        found.ids.push(Math.min(id, other), Math.max(id, other));
        found.similarities.push(similarity);
      }
    });
  }

  /** The int8 rows of the points that still exist. A deleted point of an assignment has a row of zeros. */
  private read(ids: Float64Array): GatheredRows {
    const { dimension } = this.options.quantizer;
    const int8 = new Int8Array(ids.length * dimension);
    ids.forEach((id, i) => this.source.readInt8(id, int8, i * dimension));
    return { ids, int8 };
  }

  private search(rows: Int8Array, queries: Int8Array, count: number): ReturnType<Usearch['exactSearch']> {
    const { usearch, quantizer, threads } = this.options;
    const search = usearch?.exactSearch.bind(usearch) ?? plainSearch;
    return search(rows, queries, quantizer.dimension, count, 'ip', threads);
  }
}

interface GatheredRows {
  readonly ids: Float64Array;
  readonly int8: Int8Array;
}

/** The largest error of a product of two int8 rows with a usual error, by the Cauchy–Schwarz inequality. */
function marginOf({ usualError }: Quantizer): number {
  return usualError * (2 + usualError) + 1e-6;
}
