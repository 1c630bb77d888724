import { IndexMismatchError, type Filter, type VectorHit, type VectorPoint } from '@wentu/domain';
import { AttributesFile, writeAttributesFile } from './attributes-file';
import { ExactSegment, type ExactOptions } from './exact-segment';
import { buildGraph, mapGraph } from './graph-file';
import { GraphSegment } from './graph-segment';
import type { IndexFolder, SavedSegment } from './index-folder';
import { livingMatches, nearest } from './nearest';
import { PairScan } from './pair-scan';
import { Quantizer } from './quantizer';
import { RowsFile, writeRowsFile } from './rows-file';
import { openSegments, type OpenedSegment } from './saved-segments';
import { HOLE, prepareQuery, type Segment } from './segment';
import { Int8Rows, writeInt8Rows, type MemoryBudget } from './int8-rows';
import { slotVectors, vectorOf } from './slot-vectors';
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
  readonly filterMemory: MemoryBudget;
  /** null: all points are in memory only. */
  readonly folder: IndexFolder | null;
  /** Receives errors of background work. */
  readonly onWarning: (error: Error) => void;
}

/** One query of a search. */
export interface Asked {
  readonly vector: Float32Array;
  readonly limit: number;
  /** null: all points match. */
  readonly filter: Filter | null;
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
  /** Whether the files are being written, so that no point may move to another slot. */
  private isSaving = false;
  /** Whether points changed since the files were written. */
  private isChanged = false;

  /** @throws IndexMismatchError when the files have another dimension */
  constructor(private readonly options: EmbeddedIndexOptions) {
    const { dimension, maxSegmentRows, threads, usearch, filterMemory, folder } = options;
    const fitting = Math.floor(MAX_SEGMENT_BYTES / (4 * dimension));
    this.rowsPerSegment = Math.max(1, Math.min(maxSegmentRows, fitting));
    const quantizer = new Quantizer(dimension);
    this.exact = { dimension, maxRows: this.rowsPerSegment, threads, usearch, quantizer, filterMemory };
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
    for (const point of points) {
      const place = this.places.get(point.id);
      if (place !== undefined && this.rewrite(place, point)) continue;
      if (place !== undefined) this.removeAt(place);
      this.append(point);
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

  countMatching(filter: Filter): number {
    let count = 0;
    for (const segment of this.segments) {
      const matching = segment?.matching(filter);
      if (segment && matching) count += segment.holes === 0 ? matching.count : livingMatches(segment, matching).length;
    }
    return count;
  }

  /** A new search of all pairs of near points. */
  scanPairs(minSimilarity: number): PairScan {
    const { usearch, quantizer, threads } = this.exact;
    return new PairScan(
      slotVectors(Float64Array.from(this.listIds(0, Infinity)), quantizer, (id) => this.slotOf(id)),
      { usearch, quantizer, threads, minSimilarity },
    );
  }

  /** The nearest matching points of each query, nearest first; equal distances are ordered by id. */
  nearest(asked: readonly Asked[]): VectorHit[][] {
    const segments = this.segments.filter((segment) => segment !== undefined);
    return nearest(
      segments,
      asked.map(({ vector, limit, filter }) => ({ query: prepareQuery(vector, this.exact.quantizer), limit, filter })),
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

  /** Writes the points that are only in memory to the folder. Resolves when the files have all points of the call. */
  async flush(): Promise<void> {
    while (this.converting) await this.converting;
    if (!this.isChanged) return;
    this.isChanged = false;
    const saving = this.saveAll().catch((error: unknown) => {
      this.isChanged = true;
      throw error;
    });
    this.isSaving = true;
    // Graphs wait meanwhile, because they change the list of the files too.
    this.converting = saving
      .catch(() => undefined)
      .then(() => {
        this.isSaving = false;
        this.converting = undefined;
        this.convertFull();
      });
    await saving;
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
    // Files of earlier versions have no int8 rows; the next save adds them.
    this.isChanged ||= opened.some(({ saved: { graph, quantized } }) => !graph && !quantized && this.exact.usearch);
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
  private rewrite(place: number, { vector, attributes }: VectorPoint): boolean {
    const tail = this.tail();
    if (!tail || this.segments[this.numberOf(place)] !== tail) return false;
    tail.write(place % this.rowsPerSegment, vector, attributes);
    return true;
  }

  private append({ id, vector, attributes }: VectorPoint): void {
    let tail = this.tail();
    if (!tail) {
      // Only the first segment starts small. A later segment will probably become full, so it gets its whole memory.
      tail = new ExactSegment(this.exact, this.segments.length > 0 ? this.rowsPerSegment : undefined);
      this.segments.push(tail);
    }
    const slot = tail.append(id, vector, attributes);
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

  /** @returns the segment and the slot of a point; null without such a point */
  private slotOf(id: number): [Segment, number] | null {
    const place = this.places.get(id);
    return place === undefined ? null : [this.segments[this.numberOf(place)] as Segment, place % this.rowsPerSegment];
  }

  private numberOf(place: number): number {
    return Math.floor(place / this.rowsPerSegment);
  }

  /** Moves the points of segments with many deleted points to the last segment. */
  private reduceHoles(): void {
    if (this.isSaving) return;
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
      if (id === HOLE) continue;
      kept.push({ id, vector: vectorOf(segment, slot).slice(), attributes: segment.attributesAt(slot) });
    }
    this.segments[number] = undefined;
    for (const point of kept) this.append(point);
    if (segment instanceof GraphSegment) segment.close();
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
    const { slots: count, ids } = segment;
    const attributesCrc = await this.writePoints(folder, name, segment);
    const rows = segment.int8.slice(0, count * dimension);
    const file = await buildGraph(
      { rows, dimension, threads: buildThreads, path, int8Path: folder.int8Path(name) },
      this.stopping.signal,
    );
    const graph = mapGraph(usearch, path, dimension);
    const parts = {
      graph,
      attributes: new AttributesFile(folder.attributesPath(name), attributesCrc),
      usearch,
      int8: new Int8Rows(folder.int8Path(name), dimension, count, file.int8Crc, this.exact.filterMemory),
      ids: ids.subarray(0, count),
      quantizer: this.exact.quantizer,
      threads,
      ...segment.rowErrors,
    };
    this.segments[number] = new GraphSegment({ ...parts, rows: RowsFile.open(folder.rowsPath(name), dimension) });
    this.files.set(number, { name, attributesCrc, graph: { ...file, ...segment.rowErrors }, dead: [] });
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
      const int8 = segment.int8.subarray(0, segment.slots * dimension);
      const attributesCrc = await this.writePoints(folder, name, segment);
      const { quantized } = segment;
      const crc = this.exact.usearch && (await writeInt8Rows(folder.int8Path(name), int8));
      const before = this.files.get(number);
      if (before) old.push(before);
      const saved = { name, attributesCrc, graph: null, dead: [] };
      this.files.set(number, crc === null ? saved : { ...saved, quantized: { ...quantized, crc } });
    }
    await this.saveManifest(folder);
    for (const { name } of old) await folder.remove(name);
  }

  /** Writes the vectors and the attributes of a segment. @returns the checksum of the attributes */
  private async writePoints(folder: IndexFolder, name: number, segment: ExactSegment): Promise<number> {
    const { slots: count, ids, matrix } = segment;
    await writeRowsFile(folder.rowsPath(name), { dimension: this.dimension, count, ids, matrix });
    return await writeAttributesFile(folder.attributesPath(name), segment.attributes);
  }

  private closeFiles(): void {
    for (const segment of this.segments) if (segment instanceof GraphSegment) segment.close();
  }
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
