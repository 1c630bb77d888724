import type { Attributes, Filter } from '@wentu/domain';
import { AttributeColumns, type Matching } from './attribute-columns';
import { searchRows } from './gathered-rows';
import type { QuantizedRows } from './index-folder';
import type { MemoryBudget } from './int8-rows';
import { largestScores, scoreEach } from './largest';
import type { Quantizer } from './quantizer';
import type { RowsFile } from './rows-file';
import { dot, HOLE, packInt8, passAmongOf, passOf, type Pass, type Query, type Segment } from './segment';
import type { Usearch } from './usearch';

const FIRST_ROWS = 256;
const FIRST_SLOTS = 128;
/**
 * A pass asks for more slots than it has to give: a share of all slots, and of many slots a multiple. For these the
 * library takes hardly more time, and another pass would take all of it again.
 */
const MORE_SLOTS = { share: 1 / 64, factor: 4 };
/** To score this share of the vectors one by one takes less time than a pass over all, and often a second one. */
const FEW_SHARE = 0.15;
/**
 * So few vectors are scored exactly at once: a pass over their int8 rows, and then the best exactly, takes more time.
 */
const FEW_SLOTS = 256;
/**
 * With fewer queries a pass uses one thread, because the threads of the library count rows in one shared counter. One
 * query over 100,000 rows takes 3.7 CPU-ms and 3.6 ms with one thread, 11 CPU-ms and 6.3 ms with two.
 */
const MIN_QUERIES_OF_THREADS = 8;
/** The library returns 1 − dot as float32, which represents whole numbers exactly up to 2^24. */
const FLOAT32_ROUNDOFF = 2 ** -23;

export interface ExactOptions {
  readonly dimension: number;
  readonly maxRows: number;
  readonly threads: number;
  readonly quantizer: Quantizer;
  /** null: every pass is a plain scan. */
  readonly usearch: Usearch | null;
  /** For filters on segments with graphs. */
  readonly filterMemory: MemoryBudget;
}

/**
 * Points in memory, searched exactly. The first pass uses int8 rows. The Cauchy–Schwarz inequality bounds the error of
 * its scores: |q·x − q̃·x̃| ≤ |q|·|x − x̃| + |q − q̃|·|x̃|, with the largest |x − x̃| and |x̃| of all rows. Memory: 5 ·
 * dimension + 8 bytes a row.
 */
export class ExactSegment implements Segment {
  slots = 0;
  holes = 0;
  matrix: Float32Array;
  int8: Int8Array;
  ids: Float64Array;
  private columns = new AttributeColumns();
  /**
   * Slots with unusually large int8 errors. They would make the margin of all slots too large, so each search scores
   * their float32 vectors.
   */
  private readonly outliers = new Set<number>();
  private maxError = 0;
  private maxNorm = 0;

  constructor(
    private readonly options: ExactOptions,
    initialRows = Math.min(FIRST_ROWS, options.maxRows),
  ) {
    this.matrix = new Float32Array(initialRows * options.dimension);
    this.int8 = new Int8Array(options.usearch ? initialRows * options.dimension : 0);
    this.ids = new Float64Array(initialRows);
  }

  /**
   * The segment of files. @param quantized null: the rows are quantised again @throws DamagedFileError
   */
  static restore(
    options: ExactOptions,
    rows: RowsFile,
    columns: AttributeColumns,
    quantized: (Omit<QuantizedRows, 'crc'> & { readonly rows: Int8Array }) | null,
  ): ExactSegment {
    const { dimension, maxRows, usearch } = options;
    const segment = new ExactSegment(options, Math.min(maxRows, Math.max(1, rows.count)));
    rows.readAll(segment.matrix);
    segment.ids.set(rows.ids);
    segment.slots = rows.count;
    segment.holes = rows.ids.reduce((holes, id) => (id === HOLE ? holes + 1 : holes), 0);
    segment.columns = columns;
    if (quantized) {
      segment.int8.set(quantized.rows);
      for (const slot of quantized.outliers) segment.outliers.add(slot);
      ({ maxError: segment.maxError, maxNorm: segment.maxNorm } = quantized);
    } else if (usearch) {
      for (let slot = 0; slot < rows.count; slot++)
        segment.quantize(slot, segment.matrix.subarray(slot * dimension, (slot + 1) * dimension));
    }
    return segment;
  }

  get isFull(): boolean {
    return this.slots === this.options.maxRows;
  }

  /** The largest int8 error of a row, and the largest norm of an int8 row; both without the outliers. */
  get rowErrors(): { maxError: number; maxNorm: number } {
    return { maxError: this.maxError, maxNorm: this.maxNorm };
  }

  /** What is known of the int8 rows of all slots, for their file. */
  get quantized(): Omit<QuantizedRows, 'crc'> {
    const outliers = [...this.outliers].filter((slot) => slot < this.slots);
    return { maxError: this.maxError, maxNorm: this.maxNorm, outliers };
  }

  prefersPass(wanted: number, matching: number): boolean {
    return matching > Math.max(this.slots * FEW_SHARE, wanted) && wanted <= this.slots / 8;
  }

  /** The attributes by slot, of deleted points too. */
  get attributes(): AttributeColumns {
    return this.columns;
  }

  firstSlots(): number {
    return FIRST_SLOTS;
  }

  idAt(slot: number): number {
    return this.ids[slot] as number;
  }

  vectorAt(slot: number): Float32Array {
    const { dimension } = this.options;
    return this.matrix.subarray(slot * dimension, (slot + 1) * dimension);
  }

  /** Not with an engine that only scans. */
  int8At(slot: number): Int8Array {
    const { dimension } = this.options;
    return this.int8.subarray(slot * dimension, (slot + 1) * dimension);
  }

  attributesAt(slot: number): Attributes {
    return this.columns.at(slot);
  }

  matching(filter: Filter): Matching {
    return this.columns.matching(filter);
  }

  /** @returns the slot of the point */
  append(id: number, vector: Float32Array, attributes: Attributes): number {
    if (this.slots === this.ids.length) this.grow();
    const slot = this.slots++;
    this.ids[slot] = id;
    this.write(slot, vector, attributes);
    return slot;
  }

  write(slot: number, vector: Float32Array, attributes: Attributes): void {
    this.columns.set(slot, attributes);
    this.matrix.set(vector, slot * this.options.dimension);
    if (this.options.usearch) this.quantize(slot, vector);
  }

  private quantize(slot: number, vector: Float32Array): void {
    const { dimension, quantizer } = this.options;
    const error = quantizer.quantize(vector, this.int8, slot * dimension);
    if (error > quantizer.usualError) {
      this.outliers.add(slot);
      return;
    }
    this.outliers.delete(slot);
    this.maxError = Math.max(this.maxError, error);
    this.maxNorm = Math.max(this.maxNorm, Math.sqrt(dot(vector, vector, 0)) + error);
  }

  remove(slot: number): void {
    this.ids[slot] = HOLE;
    this.holes++;
  }

  /** Removes the holes and keeps the order. */
  compact(moved: (id: number, slot: number) => void): void {
    const { dimension } = this.options;
    // New columns, without the values of deleted points.
    const columns = new AttributeColumns();
    let to = 0;
    for (let from = 0; from < this.slots; from++) {
      const id = this.idAt(from);
      if (id === HOLE) continue;
      columns.set(to, this.columns.at(from));
      if (from !== to) {
        this.matrix.copyWithin(to * dimension, from * dimension, (from + 1) * dimension);
        if (this.options.usearch) this.int8.copyWithin(to * dimension, from * dimension, (from + 1) * dimension);
        if (this.outliers.has(from)) this.outliers.add(to);
        else this.outliers.delete(to);
        this.ids[to] = id;
        moved(id, to);
      }
      to++;
    }
    this.columns = columns;
    this.slots = to;
    this.holes = 0;
  }

  pass(queries: readonly Query[], count: number): Pass[] {
    const { usearch } = this.options;
    const more = Math.max(this.slots * MORE_SLOTS.share, count > FIRST_SLOTS ? count * MORE_SLOTS.factor : count);
    const wanted = Math.min(usearch ? Math.ceil(more) : count, this.slots);
    return usearch ? this.firstPass(usearch, queries, wanted) : queries.map((query) => this.scan(query, wanted));
  }

  margin({ norm, error }: Query): number {
    const { usearch, dimension, quantizer } = this.options;
    if (!usearch) return 0;
    const rounding = quantizer.step ** 2 * (1 + 127 * 127 * dimension * FLOAT32_ROUNDOFF) + 1e-9;
    return this.maxError * norm + error * this.maxNorm + rounding;
  }

  passAmong(slots: Uint32Array, queries: readonly Query[], count: number): Pass[] {
    const { usearch: library, dimension, quantizer } = this.options;
    if (!library || slots.length <= FEW_SLOTS) return scoreEach(this, slots, queries, count);
    const wanted = Math.min(count, slots.length);
    const chosen = { library, rows: slots, dimension, queries, wanted, threads: this.threadsFor(queries) };
    const found = searchRows(this.int8.subarray(0, this.slots * dimension), chosen);
    const outliers = slots.filter((slot) => this.outliers.has(slot));
    return queries.map((query, i) =>
      this.withOutliers(passAmongOf(found, i, { slots, wanted, step: quantizer.step }), query, outliers),
    );
  }

  score(slot: number, { vector }: Query): number {
    return dot(vector, this.matrix, slot * this.options.dimension);
  }

  private firstPass(library: Usearch, queries: readonly Query[], wanted: number): Pass[] {
    const { dimension, quantizer } = this.options;
    // The library reads a typed array from the start of its buffer.
    const rows = this.int8.subarray(0, this.slots * dimension);
    const packed = packInt8(queries, dimension);
    const [keys, distances] = library.exactSearch(rows, packed, dimension, wanted, 'ip', this.threadsFor(queries));
    const outliers = [...this.outliers].filter((slot) => slot < this.slots);
    return queries.map((query, i) =>
      this.withOutliers(passOf(keys, distances, i, { wanted, of: this.slots, step: quantizer.step }), query, outliers),
    );
  }

  private threadsFor(queries: readonly Query[]): number {
    return queries.length < MIN_QUERIES_OF_THREADS ? 1 : this.options.threads;
  }

  /** The pass with these outliers too, and the scores of their float32 vectors, which have no error. */
  private withOutliers(pass: Pass, query: Query, outliers: ArrayLike<number>): Pass {
    if (outliers.length === 0) return pass;
    const found = Array.from(pass.slots, (slot, i) => ({ slot, score: pass.scores[i] as number })).filter(
      ({ slot }) => !this.outliers.has(slot),
    );
    for (const slot of Array.from(outliers)) found.push({ slot, score: this.score(slot, query) });
    found.sort((a, b) => b.score - a.score);
    return { slots: found.map(({ slot }) => slot), scores: found.map(({ score }) => score), rest: pass.rest };
  }

  private scan(query: Query, wanted: number): Pass {
    return largestScores(
      Float64Array.from({ length: this.slots }, (_, slot) => this.score(slot, query)),
      wanted,
    );
  }

  private grow(): void {
    const { dimension, maxRows, usearch } = this.options;
    const rows = Math.min(this.ids.length * 2, maxRows);
    const { matrix, int8, ids } = this;
    this.matrix = new Float32Array(rows * dimension);
    this.int8 = new Int8Array(usearch ? rows * dimension : 0);
    this.ids = new Float64Array(rows);
    this.matrix.set(matrix);
    this.int8.set(int8);
    this.ids.set(ids);
  }
}
