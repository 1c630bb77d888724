import { IndexMismatchError, type VectorHit, type VectorPoint } from '@wentu/domain';
import { ExactSegment, type ExactOptions } from './exact-segment';
import { buildGraph, mapGraph } from './graph-file';
import { GraphSegment } from './graph-segment';
import type { IndexFolder, SavedSegment } from './index-folder';
import { nearest } from './nearest';
import { Quantizer } from './quantizer';
import { RowsFile, writeRowsFile } from './rows-file';
import { openSegments, type OpenedSegment } from './saved-segments';
import { HOLE, prepareQuery, type Segment } from './segment';
import type { Usearch } from './usearch';

/** The memory limit of the vectors of one segment. */
const MAX_SEGMENT_BYTES = 256 * 1024 * 1024;
/** The largest share of deleted points among the slots of a segment. */
const MAX_HOLES = 0.5;
/** The number of full segments that may wait for their graphs before writes wait too. */
const MAX_WAITING = 2;

export interface EmbeddedIndexOptions {
  readonly dimension: number;
  readonly threads: number;
  /** Threads that build a graph. */
  readonly buildThreads: number;
  readonly maxSegmentRows: number;
  /** Above this number of points, full segments get graphs, if there is a folder. */
  readonly maxExactRows: number;
  readonly usearch: Usearch | null;
  /** null: all points are in memory only. */
  readonly folder: IndexFolder | null;
  /** Receives errors of background work. */
  readonly onWarning: (error: Error) => void;
}

/**
 * One index: segments of points in the order of their insertion. The last segment takes new points in memory and is
 * searched exactly. In a large index, full segments become files with a graph. Calls are synchronous, so no call sees a
 * partial change; background work changes the segments in one step.
 */
export class EmbeddedIndex {
  /** By segment number; undefined: the points of the segment have moved to the last one. */
  private readonly segments: (Segment | undefined)[] = [];
  /** The file of each segment that has a file. */
  private readonly files = new Map<number, SavedSegment>();
  /** id → segment number · rowsPerSegment + slot. */
  private readonly places = new Map<number, number>();
  /** Cache for `listIds`; invalid after a deletion, and after an insertion of an id that is not the largest. */
  private sortedIds: number[] | undefined;
  private readonly rowsPerSegment: number;
  private readonly exact: ExactOptions;
  private readonly stopping = new AbortController();
  private converting: Promise<void> | undefined;
  private frozen: number | undefined;
  /** Whether points changed since the files were written. */
  private isChanged = false;

  /** @throws IndexMismatchError when the files have another dimension */
  constructor(private readonly options: EmbeddedIndexOptions) {
    const { dimension, maxSegmentRows, threads, usearch, folder } = options;
    const fitting = Math.floor(MAX_SEGMENT_BYTES / (4 * dimension));
    this.rowsPerSegment = Math.max(1, Math.min(maxSegmentRows, fitting));
    const quantizer = new Quantizer(dimension);
    this.exact = { dimension, maxRows: this.rowsPerSegment, threads, usearch, quantizer };
    if (folder) this.open(folder);
    // These are segments whose graphs an earlier process did not finish.
    this.convertFull();
  }

  get dimension(): number {
    return this.options.dimension;
  }

  get count(): number {
    return this.places.size;
  }

  /** Writes or replaces points by id; copies the vectors. */
  upsert(points: readonly VectorPoint[]): void {
    let hasHoles = false;
    for (const { id, vector } of points) {
      const place = this.places.get(id);
      if (place !== undefined && this.rewrite(place, vector)) continue;
      if (place !== undefined) this.removeAt(place);
      this.append(id, vector);
      hasHoles ||= place !== undefined;
    }
    this.isChanged ||= points.length > 0;
    if (hasHoles) this.reduceHoles();
    this.convertFull();
  }

  delete(ids: readonly number[]): void {
    for (const id of ids) {
      const place = this.places.get(id);
      if (place !== undefined) this.removeAt(place);
    }
    this.reduceHoles();
  }

  listIds(afterId: number, limit: number): number[] {
    this.sortedIds ??= Array.from(Float64Array.from(this.places.keys()).sort());
    const first = firstGreater(this.sortedIds, afterId);
    return this.sortedIds.slice(first, first + limit);
  }

  /** The nearest points of each query, nearest first; equal distances are ordered by id. */
  nearest(queries: readonly Float32Array[], limits: readonly number[]): VectorHit[][] {
    const segments = this.segments.filter((segment) => segment !== undefined);
    return nearest(
      segments,
      queries.map((query) => prepareQuery(query, this.exact.quantizer)),
      limits,
    );
  }

  /** Resolves when few segments wait for their graphs, so that more points may be written. */
  async untilRoom(): Promise<void> {
    while (this.converting && this.waiting().length > MAX_WAITING) await this.converting;
  }

  /** Resolves when no segment waits for its graph. */
  async settled(): Promise<void> {
    while (this.converting) await this.converting;
  }

  /** Writes the points that are only in memory to the folder. */
  async close(): Promise<void> {
    this.stopping.abort();
    await this.converting;
    if (this.isChanged) await this.saveAll().catch(this.options.onWarning);
    this.closeFiles();
  }

  async drop(): Promise<void> {
    this.stopping.abort();
    await this.converting;
    this.closeFiles();
    await this.options.folder?.drop();
  }

  private open(folder: IndexFolder): void {
    const manifest = folder.read();
    if (!manifest) return;
    if (manifest.dimension !== this.dimension) {
      throw new IndexMismatchError(
        `the index's files have dimension ${manifest.dimension}, not ${this.dimension}; drop it and fill it again from the rows`,
      );
    }
    const opened = openSegments(folder, manifest.segments, this.exact, (error) => {
      this.isChanged = true;
      this.options.onWarning(error);
    });
    for (const each of opened) this.take(each);
  }

  private take({ segment, saved }: OpenedSegment): void {
    const number = this.segments.push(segment) - 1;
    this.files.set(number, saved);
    for (let slot = 0; slot < segment.slots; slot++) {
      const id = segment.idAt(slot);
      if (id === HOLE) continue;
      // A valid file contains each id once.
      if (this.places.has(id)) segment.remove(slot);
      else this.places.set(id, number * this.rowsPerSegment + slot);
    }
  }

  /** Replaces a vector in place, which only the last segment allows. @returns false for other segments */
  private rewrite(place: number, vector: Float32Array): boolean {
    const tail = this.tail();
    if (!tail || this.segments[this.numberOf(place)] !== tail) return false;
    tail.write(place % this.rowsPerSegment, vector);
    return true;
  }

  private append(id: number, vector: Float32Array): void {
    let tail = this.tail();
    if (!tail) {
      // Only the first segment starts small. A later segment will probably become full, so it gets its whole memory.
      tail = new ExactSegment(this.exact, this.segments.length > 0 ? this.rowsPerSegment : undefined);
      this.segments.push(tail);
    }
    const slot = tail.append(id, vector);
    this.places.set(id, (this.segments.length - 1) * this.rowsPerSegment + slot);
    if (this.sortedIds && id > (this.sortedIds.at(-1) ?? 0)) this.sortedIds.push(id);
    else this.sortedIds = undefined;
  }

  /** The segment that takes new points; undefined when there is none. */
  private tail(): ExactSegment | undefined {
    const last = this.segments.at(-1);
    return last instanceof ExactSegment && !last.isFull ? last : undefined;
  }

  private removeAt(place: number): void {
    const segment = this.segments[this.numberOf(place)] as Segment;
    const slot = place % this.rowsPerSegment;
    this.places.delete(segment.idAt(slot));
    segment.remove(slot);
    this.sortedIds = undefined;
    this.isChanged = true;
  }

  private numberOf(place: number): number {
    return Math.floor(place / this.rowsPerSegment);
  }

  /** Moves the points of segments with many deleted points to the last segment. */
  private reduceHoles(): void {
    const tail = this.tail();
    this.segments.forEach((segment, number) => {
      if (!segment || number === this.frozen || segment.holes <= segment.slots * MAX_HOLES) return;
      if (segment === tail) tail.compact((id, slot) => this.places.set(id, number * this.rowsPerSegment + slot));
      else this.dissolve(number, segment);
    });
  }

  /** @throws DamagedFileError before any change */
  private dissolve(number: number, segment: Segment): void {
    const kept: VectorPoint[] = [];
    for (let slot = 0; slot < segment.slots; slot++) {
      const id = segment.idAt(slot);
      if (id !== HOLE) kept.push({ id, vector: vectorOf(segment, slot).slice() });
    }
    this.segments[number] = undefined;
    for (const { id, vector } of kept) this.append(id, vector);
    if (segment instanceof GraphSegment) segment.rows.close();
    const saved = this.files.get(number);
    this.files.delete(number);
    const { folder } = this.options;
    if (!saved || !folder) return;
    void this.saveManifest(folder)
      .then(() => folder.remove(saved.name))
      .catch(this.options.onWarning);
  }

  /** The full segments in memory, when the index is large enough for graphs. */
  private waiting(): number[] {
    const { folder, usearch, maxExactRows } = this.options;
    if (!folder || !usearch || this.count <= maxExactRows) return [];
    const tail = this.tail();
    return this.segments.flatMap((segment, number) =>
      segment instanceof ExactSegment && segment !== tail ? [number] : [],
    );
  }

  private convertFull(): void {
    const { folder, usearch } = this.options;
    const [number] = this.waiting();
    if (number === undefined || this.converting || !folder || !usearch || this.stopping.signal.aborted) return;
    this.frozen = number;
    this.converting = this.convert(number, folder, usearch)
      .then(
        () => true,
        (error: unknown) => {
          if (!this.stopping.signal.aborted) this.options.onWarning(error as Error);
          return false;
        },
      )
      .then((isDone) => {
        this.converting = undefined;
        this.frozen = undefined;
        // After a failure, such as a full disk, the next write tries again.
        if (isDone) this.convertFull();
      });
  }

  private async convert(number: number, folder: IndexFolder, usearch: Usearch): Promise<void> {
    const { dimension, threads, buildThreads } = this.options;
    const segment = this.segments[number] as ExactSegment;
    const name = folder.newName();
    const path = folder.graphPath(name);
    const old = this.files.get(number);
    const { slots: count, ids, matrix } = segment;
    await writeRowsFile(folder.rowsPath(name), { dimension, count, ids, matrix });
    const rows = segment.int8.slice(0, count * dimension);
    const file = await buildGraph({ rows, dimension, threads: buildThreads, path }, this.stopping.signal);
    const graph = mapGraph(usearch, path, dimension);
    const parts = {
      graph,
      ids: ids.subarray(0, count),
      quantizer: this.exact.quantizer,
      threads,
      ...segment.rowErrors,
    };
    this.segments[number] = new GraphSegment({ ...parts, rows: RowsFile.open(folder.rowsPath(name), dimension) });
    this.files.set(number, { name, graph: { ...file, ...segment.rowErrors }, dead: [] });
    await this.saveManifest(folder);
    if (old) await folder.remove(old.name);
  }

  /** Saves the list of segment files, without the points that are only in memory. */
  private async saveManifest(folder: IndexFolder): Promise<void> {
    const segments = [...this.files].map(([number, saved]) => {
      const segment = this.segments[number];
      return { ...saved, dead: segment instanceof GraphSegment ? segment.deadSlots() : [] };
    });
    await folder.save({ dimension: this.dimension, segments });
  }

  private async saveAll(): Promise<void> {
    const { folder, dimension } = this.options;
    if (!folder) return;
    const old: SavedSegment[] = [];
    for (const [number, segment] of this.segments.entries()) {
      if (!(segment instanceof ExactSegment)) continue;
      const name = folder.newName();
      const { slots: count, ids, matrix } = segment;
      await writeRowsFile(folder.rowsPath(name), { dimension, count, ids, matrix });
      const before = this.files.get(number);
      if (before) old.push(before);
      this.files.set(number, { name, graph: null, dead: [] });
    }
    await this.saveManifest(folder);
    for (const { name } of old) await folder.remove(name);
  }

  private closeFiles(): void {
    for (const segment of this.segments) if (segment instanceof GraphSegment) segment.rows.close();
  }
}

function vectorOf(segment: Segment, slot: number): Float32Array {
  return segment instanceof GraphSegment ? segment.rows.vectorAt(slot) : (segment as ExactSegment).vectorAt(slot);
}

/** The position of the first number that is greater than `value`. */
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
