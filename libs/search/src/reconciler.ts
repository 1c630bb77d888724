import {
  IndexMismatchError,
  type Collection,
  type EmbeddingSpace,
  type MetadataStore,
  type VectorPoint,
  type VectorStore,
} from '@wentu/domain';
import { removeVersions } from './index-entries';
import { earlierIndexName, indexName } from './index-name';
import { removeLooseOriginals } from './loose-originals';

const PAGE = 2_000;

export interface Repaired {
  /** Vectors of READY rows that an index lacked. */
  upserted: number;
  /** Entries of indexes without a READY row. */
  removedFromIndex: number;
  /** PENDING and TOMBSTONE rows. */
  removedRows: number;
}

const NOTHING: Repaired = { upserted: 0, removedFromIndex: 0, removedRows: 0 };

interface ReadyPage {
  readonly ids: readonly number[];
  points(ids: readonly number[]): Promise<VectorPoint[]>;
}

/**
 * Makes the indexes of a collection, one for each of its spaces, what its rows say, while others load into the
 * collection, change and search it. An index that lives in memory is filled by the very same walk, from nothing.
 */
export class Reconciler {
  constructor(
    private readonly store: MetadataStore,
    private readonly vectors: VectorStore,
  ) {}

  /** Compares every row with every entry. */
  async repair(collection: Collection, signal?: AbortSignal): Promise<Repaired> {
    const removedRows = await this.settle(collection, signal);
    if (removedRows === null) return NOTHING;
    return { ...(await this.walkAll(collection, async () => false, signal)), removedRows };
  }

  /**
   * What a start does, before it takes loads. A server's index is walked only when it has not as many entries as there
   * are rows. One of this process always is: what it has kept in files may be an earlier state. A file's rows are
   * nobody else's.
   */
  async check(collection: Collection, signal?: AbortSignal): Promise<Repaired> {
    const removedRows = await this.settle(collection, signal);
    if (removedRows === null) return NOTHING;
    const rows = await this.store.collections.findById(collection.id);
    // Every row has an embedding in the active space; how many have one in another is not counted.
    const isWhole = async (space: EmbeddingSpace): Promise<boolean> =>
      this.vectors.isRemote &&
      space.id === rows?.activeSpace.id &&
      (await this.vectors.count(indexName(collection.id, space.id), signal)) === rows.imageCount;
    const alone = !this.vectors.isRemote && !this.store.isRemote;
    return { ...(await this.walkAll(collection, isWhole, signal, alone)), removedRows };
  }

  private async walkAll(
    { id }: Collection,
    isWhole: (space: EmbeddingSpace) => Promise<boolean>,
    signal: AbortSignal | undefined,
    alone = false,
  ): Promise<Pick<Repaired, 'upserted' | 'removedFromIndex'>> {
    const sum = { upserted: 0, removedFromIndex: 0 };
    for (const space of await this.store.collections.listSpaces(id)) {
      if (await isWhole(space)) continue;
      const { upserted, removedFromIndex } = await this.walk(id, space, signal, alone);
      sum.upserted += upserted;
      sum.removedFromIndex += removedFromIndex;
    }
    // What an earlier version has made is of no use when its successor is whole.
    if (this.vectors.isRemote) await this.vectors.drop(earlierIndexName(id), signal);
    return sum;
  }

  /**
   * Takes what was in flight when a process ended out of the index, out of the rows and out of the originals. The
   * collection's load is the caller's.
   * @param below only rows and originals with smaller ids: others may be those of a load that has begun since
   */
  async removeUnsettled(collection: Collection, signal?: AbortSignal, below = Infinity): Promise<number> {
    const pending = await this.removeInState(collection, 'PENDING', below, signal);
    const replaced = await this.removeInState(collection, 'TOMBSTONE', Infinity, signal);
    await removeLooseOriginals(this.store.originals, collection.id, below, signal);
    return pending + replaced;
  }

  /**
   * Indexes of the right kind, and no rows of loads that are dead. null: the collection has been dropped since it was
   * listed.
   */
  private async settle({ id }: Collection, signal: AbortSignal | undefined): Promise<number | null> {
    // Before looking whether somebody loads: whoever begins after that has larger ids.
    const below = await this.store.ids.reserve(1);
    const collection = await this.store.collections.findById(id);
    if (!collection) return null;
    const spaces = await this.store.collections.listSpaces(id);
    for (const space of spaces) await this.ensure(indexName(id, space.id), space, signal);
    if (!(await this.store.collections.findById(id))) {
      // Dropped in between: nobody would ever drop the indexes that were just made.
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
      // Its name is that of this collection alone, and what is in it is not: the rows have everything.
      if (!(error instanceof IndexMismatchError)) throw error;
      await this.vectors.drop(index, signal);
      await this.vectors.ensure(index, dimension, signal);
    }
  }

  private async isBeingLoaded({ id }: Collection): Promise<boolean> {
    const jobs = await this.store.loads.listUnfinished({ collectionId: id });
    return jobs.some((job) => job.status === 'RUNNING');
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
   * Both sides come in ascending order of id, so one merge finds what is missing and what is too much.
   * @param alone nobody changes the collection meanwhile
   */
  private async walk(
    collectionId: number,
    space: EmbeddingSpace,
    signal: AbortSignal | undefined,
    alone: boolean,
  ): Promise<Pick<Repaired, 'upserted' | 'removedFromIndex'>> {
    const index = indexName(collectionId, space.id);
    let [upserted, removedFromIndex, after] = [0, 0, 0];
    const fromNothing = (await this.vectors.count(index, signal)) === 0;
    let reading = this.readyPage(collectionId, space, after, fromNothing);
    for (;;) {
      signal?.throwIfAborted();
      const page = await reading;
      const isLastPage = page.ids.length < PAGE;
      const upTo = isLastPage ? Number.MAX_SAFE_INTEGER : (page.ids.at(-1) as number);
      const indexed = await this.indexedIds(index, after, upTo, signal);
      const missing = await page.points(page.ids.filter((id) => !indexed.has(id)));
      const upserting = missing.length > 0 ? this.vectors.upsert(index, missing, signal) : Promise.resolve();
      // The next page is read meanwhile.
      if (!isLastPage) reading = this.readyPage(collectionId, space, upTo, fromNothing);
      // What it meets is met when its turn comes.
      reading.catch(() => undefined);
      await upserting;
      const wanted = new Set(page.ids);
      // Loads that went on meanwhile have rows for what was not wanted a moment ago, and none for what was.
      const doubtful = [...(alone ? [] : missing.map(({ id }) => id)), ...[...indexed].filter((id) => !wanted.has(id))];
      const foreign = await this.withoutRow(doubtful);
      if (foreign.length > 0) await this.vectors.delete(index, foreign, signal);
      upserted += missing.length;
      removedFromIndex += foreign.length;
      if (isLastPage) return { upserted, removedFromIndex };
      after = upTo;
    }
  }

  /**
   * Ids of READY rows, and how to get their vectors: an index that is filled from nothing lacks all, others lack few.
   */
  private async readyPage(
    collectionId: number,
    { id: spaceId, dimension }: EmbeddingSpace,
    after: number,
    fromNothing: boolean,
  ): Promise<ReadyPage> {
    if (!fromNothing) {
      const ids = await this.store.images.pageEmbeddedIds(collectionId, spaceId, after, PAGE);
      const points = async (wanted: readonly number[]): Promise<VectorPoint[]> => {
        const rows = wanted.length === 0 ? [] : await this.store.images.getEmbedded(spaceId, wanted);
        return rows.map(({ id, vector }) => ({ id, vector }));
      };
      return { ids, points };
    }
    const { ids, vectors } = await this.store.images.pageEmbeddings(collectionId, spaceId, after, PAGE);
    const at = new Map(ids.map((id, row) => [id, row * dimension]));
    const vectorOf = (id: number): Float32Array => {
      const start = at.get(id) as number;
      return vectors.subarray(start, start + dimension);
    };
    return { ids, points: async (wanted) => wanted.map((id) => ({ id, vector: vectorOf(id) })) };
  }

  /** Those that no load is writing and no row says are there. */
  private async withoutRow(ids: readonly number[]): Promise<number[]> {
    const gone = new Set(ids);
    for (const [id, state] of await this.store.images.getStates(ids)) if (state !== 'TOMBSTONE') gone.delete(id);
    return [...gone];
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
      const page = await this.vectors.listIds(index, from, PAGE, signal);
      for (const id of page) if (id <= upTo) indexed.add(id);
      const last = page.at(-1);
      if (page.length < PAGE || last === undefined || last >= upTo) return indexed;
      from = last;
    }
  }
}
