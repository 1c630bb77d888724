import {
  imageAttributes,
  IndexMismatchError,
  type Attributes,
  type Collection,
  type CollectionSpace,
  type EmbeddingSpace,
  type MetadataStore,
  type VectorPoint,
  type VectorStore,
} from '@wentu/domain';
import { removeVersions } from './index-entries';
import { earlierIndexNames, indexName } from './index-name';
import { removeLooseOriginals } from './loose-originals';

const PAGE = 2_000;
/** Ids without vectors need less memory. */
const ID_PAGE = 20_000;

export interface Repaired {
  /** Number of vectors of READY rows that an index lacked. */
  upserted: number;
  /** Number of index entries without a READY row. */
  removedFromIndex: number;
  /** Number of removed PENDING and TOMBSTONE rows. */
  removedRows: number;
}

const NOTHING: Repaired = { upserted: 0, removedFromIndex: 0, removedRows: 0 };

interface ReadyPage {
  readonly ids: readonly number[];
  readonly isLast: boolean;
  /** @param ids at most PAGE of its ids */
  points(ids: readonly number[]): Promise<VectorPoint[]>;
}

/**
 * Brings the indexes of a collection, one per space, in line with its rows. Meanwhile other calls may load into the
 * collection, change it and search it. The same walk also fills an empty index that is in memory.
 */
export class Reconciler {
  constructor(
    private readonly store: MetadataStore,
    private readonly vectors: VectorStore,
  ) {}

  /** Compares every row with every index entry. */
  async repair(collection: Collection, signal?: AbortSignal): Promise<Repaired> {
    const removedRows = await this.prepare(collection, signal);
    if (removedRows === null) return NOTHING;
    return { ...(await this.walkAll(collection, async () => false, signal)), removedRows };
  }

  /**
   * The check at a start, before loads run. An index on a server is walked only if its number of entries differs from
   * the number of rows. An index in this process is always walked, because its files may contain an earlier state. If
   * the rows are in a SQLite file too, no other process changes them meanwhile.
   */
  async check(collection: Collection, signal?: AbortSignal): Promise<Repaired> {
    const removedRows = await this.prepare(collection, signal);
    if (removedRows === null) return NOTHING;
    const isWhole = async ({ id, imageCount }: CollectionSpace): Promise<boolean> =>
      this.vectors.isRemote && (await this.vectors.count(indexName(collection.id, id), signal)) === imageCount;
    const alone = !this.vectors.isRemote && !this.store.isRemote;
    return { ...(await this.walkAll(collection, isWhole, signal, alone)), removedRows };
  }

  /** Creates the index of one space if necessary, and compares it with the rows. Loads may run meanwhile. */
  async repairSpace(collectionId: number, space: EmbeddingSpace, signal?: AbortSignal): Promise<void> {
    await this.ensure(indexName(collectionId, space.id), space, signal);
    await this.walk(collectionId, space, signal, false);
  }

  private async walkAll(
    { id }: Collection,
    isWhole: (space: CollectionSpace) => Promise<boolean>,
    signal: AbortSignal | undefined,
    alone = false,
  ): Promise<Pick<Repaired, 'upserted' | 'removedFromIndex'>> {
    const sum = { upserted: 0, removedFromIndex: 0 };
    const spaces = await this.store.collections.listSpaces(id);
    for (const space of spaces) {
      if (await isWhole(space)) continue;
      const { upserted, removedFromIndex } = await this.walk(id, space, signal, alone);
      sum.upserted += upserted;
      sum.removedFromIndex += removedFromIndex;
    }
    // The indexes that earlier versions made are not needed once their successors are complete.
    const spaceIds = spaces.map((space) => space.id);
    for (const name of earlierIndexNames(id, spaceIds)) await this.vectors.drop(name, signal);
    return sum;
  }

  /**
   * Removes the unfinished rows of ended processes from the index, the rows and the originals. Only the caller may be
   * loading into the collection.
   * @param below removes only rows and originals with smaller ids. Larger ids may belong to a load that has begun since
   */
  async removeUnsettled(collection: Collection, signal?: AbortSignal, below = Infinity): Promise<number> {
    const pending = await this.removeInState(collection, 'PENDING', below, signal);
    const replaced = await this.removeInState(collection, 'TOMBSTONE', Infinity, signal);
    await removeLooseOriginals(this.store.originals, collection.id, below, signal);
    return pending + replaced;
  }

  /**
   * Creates missing indexes and removes unfinished rows of dead loads.
   * @returns the number of removed rows; null when the collection was dropped since it was listed
   */
  private async prepare({ id }: Collection, signal: AbortSignal | undefined): Promise<number | null> {
    // Reserve the id before the check for running loads: a load that begins later has larger ids.
    const below = await this.store.ids.reserve(1);
    const collection = await this.store.collections.findById(id);
    if (!collection) return null;
    const spaces = await this.store.collections.listSpaces(id);
    for (const space of spaces) await this.ensure(indexName(id, space.id), space, signal);
    if (!(await this.store.collections.findById(id))) {
      // The collection was dropped meanwhile, so no other call would drop the indexes that were just created.
      for (const space of spaces) await this.vectors.drop(indexName(id, space.id), signal);
      return null;
    }
    return (await this.isBeingLoaded(collection))
      ? await this.removeInState(collection, 'TOMBSTONE', Infinity, signal)
      : await this.removeUnsettled(collection, signal, below);
  }

  private async ensure(index: string, { dimension }: EmbeddingSpace, signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.vectors.ensure(index, dimension, signal);
    } catch (error) {
      // Only this collection uses an index of this name, so an index of another dimension can be dropped. The rows
      // contain everything to rebuild it.
      if (!(error instanceof IndexMismatchError)) throw error;
      await this.vectors.drop(index, signal);
      await this.vectors.ensure(index, dimension, signal);
    }
  }

  private async isBeingLoaded({ id }: Collection): Promise<boolean> {
    const jobs = await this.store.loads.listUnfinished({ collectionId: id });
    return jobs.some((job) => job.kind === 'LOAD' && job.status === 'RUNNING');
  }

  private async removeInState(
    collection: Collection,
    state: 'PENDING' | 'TOMBSTONE',
    below: number,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    for (let removed = 0; ;) {
      signal?.throwIfAborted();
      const page = await this.store.images.pageIdsInState(collection.id, state, 0, PAGE);
      const ids = page.filter((id) => id < below);
      if (ids.length === 0) return removed;
      await removeVersions({ store: this.store, vectors: this.vectors }, collection.id, ids, signal);
      removed += ids.length;
    }
  }

  /**
   * Rows and entries are read in ascending order of id, so one merge finds missing and surplus entries.
   * @param alone whether no other process changes the collection meanwhile
   */
  private async walk(
    collectionId: number,
    space: EmbeddingSpace,
    signal: AbortSignal | undefined,
    alone: boolean,
  ): Promise<Pick<Repaired, 'upserted' | 'removedFromIndex'>> {
    const index = indexName(collectionId, space.id);
    let [upserted, removedFromIndex, after] = [0, 0, 0];
    const isEmpty = (await this.vectors.count(index, signal)) === 0;
    let reading = this.readyPage(collectionId, space, after, isEmpty);
    for (;;) {
      signal?.throwIfAborted();
      const page = await reading;
      const upTo = page.isLast ? Number.MAX_SAFE_INTEGER : (page.ids.at(-1) as number);
      // Reads the next page while this one is compared and written.
      if (!page.isLast) reading = this.readyPage(collectionId, space, upTo, isEmpty);
      // A rejection is handled when the page is awaited. Until then it must not count as unhandled.
      reading.catch(() => undefined);
      const indexed = await this.indexedIds(index, after, upTo, signal);
      const missing = page.ids.filter((id) => !indexed.has(id));
      const written = await this.upsert(index, page, missing, signal);
      const isEqual = missing.length === 0 && indexed.size === page.ids.length;
      const wanted = new Set(isEqual ? [] : page.ids);
      // Meanwhile a load may have added rows for entries that had none, and removed rows of entries just written.
      const without = isEqual ? [] : [...indexed].filter((id) => !wanted.has(id));
      const doubtful = alone ? without : [...written, ...without];
      const surplus = await this.withoutRow(doubtful);
      if (surplus.length > 0) await this.vectors.delete(index, surplus, signal);
      upserted += written.length;
      removedFromIndex += surplus.length;
      if (page.isLast) return { upserted, removedFromIndex };
      after = upTo;
    }
  }

  /** @returns the ids that were written: rows may have been removed meanwhile */
  private async upsert(
    index: string,
    page: ReadyPage,
    ids: readonly number[],
    signal: AbortSignal | undefined,
  ): Promise<number[]> {
    const written: number[] = [];
    for (let at = 0; at < ids.length; at += PAGE) {
      const points = await page.points(ids.slice(at, at + PAGE));
      await this.vectors.upsert(index, points, signal);
      for (const { id } of points) written.push(id);
    }
    return written;
  }

  /**
   * Ids of READY rows, and a function that returns their vectors. An empty index needs all vectors, other indexes only
   * a few.
   */
  private async readyPage(
    collectionId: number,
    { id: spaceId, dimension }: EmbeddingSpace,
    after: number,
    isEmpty: boolean,
  ): Promise<ReadyPage> {
    if (!isEmpty) {
      const ids = await this.store.images.pageEmbeddedIds(collectionId, spaceId, after, ID_PAGE);
      const points = async (wanted: readonly number[]): Promise<VectorPoint[]> => {
        const rows = await this.store.images.getEmbedded(spaceId, wanted);
        return rows.map((row) => ({ id: row.id, vector: row.vector, attributes: imageAttributes(row) }));
      };
      return { ids, isLast: ids.length < ID_PAGE, points };
    }
    const { ids, vectors, attributes } = await this.store.images.pageEmbeddings(collectionId, spaceId, after, PAGE);
    const rowOf = new Map(ids.map((id, row) => [id, row]));
    const pointOf = (id: number): VectorPoint => {
      const row = rowOf.get(id) as number;
      const vector = vectors.subarray(row * dimension, (row + 1) * dimension);
      return { id, vector, attributes: attributes[row] as Attributes };
    };
    return {
      ids,
      isLast: ids.length < PAGE,
      points: async (wanted) => wanted.map(pointOf),
    };
  }

  /** Ids that have neither a PENDING nor a READY row. */
  private async withoutRow(ids: readonly number[]): Promise<number[]> {
    const unused = new Set(ids);
    for (const [id, state] of await this.store.images.getStates(ids)) if (state !== 'TOMBSTONE') unused.delete(id);
    return [...unused];
  }

  private async indexedIds(
    index: string,
    after: number,
    upTo: number,
    signal: AbortSignal | undefined,
  ): Promise<Set<number>> {
    const indexed = new Set<number>();
    let from = after;
    for (;;) {
      const page = await this.vectors.listIds(index, from, ID_PAGE, signal);
      for (const id of page) if (id <= upTo) indexed.add(id);
      const last = page.at(-1);
      if (page.length < ID_PAGE || last === undefined || last >= upTo) return indexed;
      from = last;
    }
  }
}
