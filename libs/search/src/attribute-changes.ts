import { noCollection, type AttributeChange, type ChangedAttributes, type StalePoint } from '@wentu/domain';
import { indexName } from './index-name';
import type { LoadAttributesTools } from './load-attributes';
import type { LoadStores } from './load-service-options';
import { writeRowPoints } from './row-points';

/** Entries of one read. */
const PAGE = 1_000;
/**
 * An index in this process writes its files, which may be large, when so many points are stale in them. A start writes
 * these points again.
 */
const FLUSH_AFTER = 10_000;

/**
 * Changes the owner's attributes of images. The rows change first, with an entry for each stale point. Then the points
 * are written, and the entries are removed when the points outlive a crash. So an index never keeps an old value.
 */
export class AttributeChanges {
  /** Entries by collection whose points were written, but not yet to the files of an index in this process. */
  private readonly unflushed = new Map<number, Set<number>>();
  /** Collections with a change whose points could not be written. */
  private readonly unfinished = new Set<number>();
  private holds = 0;
  private flushing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly stores: LoadStores,
    private readonly signal: AbortSignal,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** When it resolves, searches see the changes. @param changes in the form of `checkChange` */
  async change(collectionName: string, changes: readonly AttributeChange[]): Promise<ChangedAttributes[]> {
    const collection = await this.stores.store.collections.find(collectionName);
    if (!collection) throw noCollection(collectionName);
    return await this.changeIn(collection.id, changes);
  }

  /** The same for a load, whose calls are retried. */
  over(stores: LoadStores): LoadAttributesTools['attributes'] {
    return {
      changeIn: (id, changes) => this.changeIn(id, changes, stores),
      followRows: (id, rowIds) => this.followRows(id, rowIds, stores),
    };
  }

  async changeIn(
    collectionId: number,
    changes: readonly AttributeChange[],
    stores = this.stores,
  ): Promise<ChangedAttributes[]> {
    const { results, stale } = await stores.store.attributes.change(collectionId, changes);
    await this.follow(collectionId, stale, stores);
    return results;
  }

  /** Writes the points of rows that have entries, such as those that changed between their write and READY. */
  async followRows(collectionId: number, rowIds: readonly number[], stores = this.stores): Promise<void> {
    await this.follow(collectionId, await stores.store.attributes.staleOf(rowIds), stores);
  }

  /** Writes the points of all entries of a collection, which an earlier process may have left. */
  async followAll(collectionId: number, stores = this.stores): Promise<void> {
    for (let after = 0; ;) {
      const stale = await stores.store.attributes.pageStale(collectionId, after, PAGE);
      await this.follow(collectionId, stale, stores);
      if (stale.length < PAGE) return;
      after = (stale.at(-1) as StalePoint).id;
    }
  }

  /** Writes the points of changes whose index was unavailable. */
  async resume(): Promise<void> {
    for (const id of [...this.unfinished]) {
      this.unfinished.delete(id);
      await this.followAll(id).catch(() => this.unfinished.add(id));
    }
  }

  /** Keeps all entries while the work writes points from rows that it has read before, then writes their points. */
  async whileKept<T>(collectionId: number, work: () => Promise<T>): Promise<T> {
    this.holds++;
    try {
      return await work();
    } finally {
      this.holds--;
      await this.followAll(collectionId);
    }
  }

  /** Resolves when no flush runs. */
  async close(): Promise<void> {
    await this.flushing;
  }

  private async follow(collectionId: number, stale: readonly StalePoint[], stores: LoadStores): Promise<void> {
    if (stale.length === 0) return;
    const { store, vectors } = stores;
    const rowIds = [...new Set(stale.map(({ imageRowId }) => imageRowId))];
    try {
      await writeRowPoints(stores, collectionId, rowIds, this.signal);
    } catch (error) {
      this.unfinished.add(collectionId);
      throw error;
    }
    const states = await store.images.getStates(rowIds);
    // The load of a PENDING row may still write its point with the attributes of before.
    const done = stale.filter(({ imageRowId }) => states.get(imageRowId) !== 'PENDING').map(({ id }) => id);
    if (vectors.isRemote) return await store.attributes.removeStale(collectionId, this.holds > 0 ? [] : done);
    const unflushed = this.unflushed.get(collectionId) ?? new Set();
    for (const id of done) unflushed.add(id);
    this.unflushed.set(collectionId, unflushed);
    if (unflushed.size < FLUSH_AFTER || this.holds > 0) return;
    this.unflushed.delete(collectionId);
    this.flushing = this.flushing
      .then(() => this.flush(collectionId, [...unflushed]))
      .catch((error: unknown) => {
        if (!this.signal.aborted) this.onError(error);
      });
  }

  private async flush(collectionId: number, ids: readonly number[]): Promise<void> {
    const { store, vectors } = this.stores;
    for (const space of await store.collections.listSpaces(collectionId))
      await vectors.flush(indexName(collectionId, space.id));
    await store.attributes.removeStale(collectionId, ids);
  }
}
