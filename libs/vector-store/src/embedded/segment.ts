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

  constructor(
    private readonly dimension: number,
    private readonly maxRows: number,
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
