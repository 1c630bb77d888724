import { Int8Rows } from './int8-rows';

/** Marks a slot whose point was deleted; no point has this id. */
const HOLE = 0;
const FIRST_ROWS = 256;

/**
 * Part of an index: a matrix of at most `maxRows` vectors with their ids, in slots in the order in which they came.
 * Grows by doubling. A deleted point leaves its vector behind in a hole until `compact`.
 */
export class Segment {
  private matrix: Float32Array;
  private ids: Float64Array;
  private usedSlots = 0;
  private holeCount = 0;
  private int8: Int8Rows | undefined;

  constructor(
    private readonly dimension: number,
    private readonly maxRows: number,
    /** From so many rows on there is a first pass over int8 rows. */
    private readonly minInt8Rows: number,
    initialRows = Math.min(FIRST_ROWS, maxRows),
  ) {
    this.matrix = new Float32Array(initialRows * dimension);
    this.ids = new Float64Array(initialRows);
  }

  /** Used slots, holes included. */
  get slots(): number {
    return this.usedSlots;
  }

  get holes(): number {
    return this.holeCount;
  }

  get isFull(): boolean {
    return this.usedSlots === this.maxRows;
  }

  /** The used slots' vectors, `[slots, dimension]`; a view that the next change may outdate. */
  get vectors(): Float32Array {
    return this.matrix.subarray(0, this.usedSlots * this.dimension);
  }

  /** For the first pass; undefined in a small segment. */
  get quantized(): Int8Rows | undefined {
    return this.int8;
  }

  /** The point's id, or undefined for a hole. */
  idAt(slot: number): number | undefined {
    const id = this.ids[slot];
    return id === HOLE ? undefined : id;
  }

  vectorAt(slot: number): Float32Array {
    return this.matrix.subarray(slot * this.dimension, (slot + 1) * this.dimension);
  }

  /** @returns the point's slot */
  append(id: number, vector: Float32Array): number {
    if (this.usedSlots === this.ids.length) this.grow();
    const slot = this.usedSlots++;
    this.ids[slot] = id;
    this.write(slot, vector);
    return slot;
  }

  write(slot: number, vector: Float32Array): void {
    this.matrix.set(vector, slot * this.dimension);
    if (this.int8) this.int8.write(slot, vector);
    else if (this.usedSlots >= this.minInt8Rows && Int8Rows.takes(this.dimension)) this.quantize();
  }

  private quantize(): void {
    this.int8 = new Int8Rows(this.dimension, this.maxRows);
    for (let slot = 0; slot < this.usedSlots; slot++) this.int8.write(slot, this.vectorAt(slot));
  }

  remove(slot: number): void {
    this.ids[slot] = HOLE;
    this.holeCount++;
  }

  /** Closes the holes without changing the order. */
  compact(moved: (id: number, slot: number) => void): void {
    let to = 0;
    for (let from = 0; from < this.usedSlots; from++) {
      const id = this.idAt(from);
      if (id === undefined) continue;
      if (from !== to) {
        this.matrix.copyWithin(to * this.dimension, from * this.dimension, (from + 1) * this.dimension);
        this.int8?.move(from, to);
        this.ids[to] = id;
        moved(id, to);
      }
      to++;
    }
    this.usedSlots = to;
    this.holeCount = 0;
  }

  private grow(): void {
    const rows = Math.min(this.ids.length * 2, this.maxRows);
    const matrix = new Float32Array(rows * this.dimension);
    const ids = new Float64Array(rows);
    matrix.set(this.matrix);
    ids.set(this.ids);
    this.matrix = matrix;
    this.ids = ids;
  }
}
