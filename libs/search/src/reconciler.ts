import type { Collection, MetadataStore, VectorStore } from '@wentu/domain';
import { indexName } from './index-name';

const PAGE = 2_000;

export interface Repaired {
  /** READY rows that the index lacked. */
  upserted: number;
  /** Index entries without a READY row. */
  removedFromIndex: number;
  /** PENDING and TOMBSTONE rows. */
  removedRows: number;
}

/**
 * Makes a collection's index what its rows say. Nobody else may load into the collection meanwhile.
 * An index that lives in memory is filled by the very same walk, from nothing.
 */
export class Reconciler {
  constructor(
    private readonly store: MetadataStore,
    private readonly vectors: VectorStore,
  ) {}

  async repair(collection: Collection, signal?: AbortSignal): Promise<Repaired> {
    const index = indexName(collection.id);
    await this.vectors.ensure(index, collection.dimension, signal);
    const removedRows = await this.removeUnsettled(collection, signal);
    const walked = await this.walk(collection, index, signal);
    return { ...walked, removedRows };
  }

  /** Takes what was in flight when a process ended out of the index and out of the rows. */
  async removeUnsettled(collection: Collection, signal?: AbortSignal): Promise<number> {
    let removed = 0;
    for (const state of ['PENDING', 'TOMBSTONE'] as const) {
      for (;;) {
        signal?.throwIfAborted();
        const ids = await this.store.pageIdsInState(collection.id, state, 0, PAGE);
        if (ids.length === 0) break;
        await this.vectors.delete(indexName(collection.id), ids, signal);
        await this.store.removeRows(collection.id, ids);
        removed += ids.length;
      }
    }
    return removed;
  }

  /** Both sides come in ascending order of id, so one merge finds what is missing and what is too much. */
  private async walk(
    collection: Collection,
    index: string,
    signal: AbortSignal | undefined,
  ): Promise<Pick<Repaired, 'upserted' | 'removedFromIndex'>> {
    const { dimension } = collection;
    let [upserted, removedFromIndex, after] = [0, 0, 0];
    for (;;) {
      signal?.throwIfAborted();
      const { ids, vectors } = await this.store.pageEmbeddings(collection.id, after, PAGE);
      const isLastPage = ids.length < PAGE;
      const upTo = isLastPage ? Number.MAX_SAFE_INTEGER : (ids.at(-1) as number);
      const indexed = await this.indexedIds(index, after, upTo, signal);
      const missing = ids.flatMap((id, row) =>
        indexed.has(id) ? [] : [{ id, vector: vectors.subarray(row * dimension, (row + 1) * dimension) }],
      );
      const wanted = new Set(ids);
      const foreign = [...indexed].filter((id) => !wanted.has(id));
      if (missing.length > 0) await this.vectors.upsert(index, missing, signal);
      if (foreign.length > 0) await this.vectors.delete(index, foreign, signal);
      upserted += missing.length;
      removedFromIndex += foreign.length;
      if (isLastPage) return { upserted, removedFromIndex };
      after = upTo;
    }
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
