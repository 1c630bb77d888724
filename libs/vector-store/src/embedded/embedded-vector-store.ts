import { join } from 'node:path';
import {
  checkFilter,
  IndexMismatchError,
  MAX_SEARCH_LIMIT,
  NotFoundError,
  UnavailableError,
  type Filter,
  type PairPage,
  type PairSearch,
  type VectorHit,
  type VectorPoint,
  type VectorSearch,
  type VectorStore,
} from '@wentu/domain';
import { checkId, checkInteger, checkVector } from '../point-checks';
import { EmbeddedIndex, type Asked } from './embedded-index';
import { IndexFolder } from './index-folder';
import { MemoryBudget } from './int8-rows';
import { PairScans } from './pair-scans';
import { DamagedFileError } from './rows-file';
import { SearchQueue } from './search-queue';
import { loadUsearch, type Usearch } from './usearch';

export interface EmbeddedVectorStoreOptions {
  /** Threads of a search, including the calling thread. */
  readonly threads: number;
  /** Threads that build a graph, with lower priority on Linux. Default: as many as a search uses. */
  readonly buildThreads?: number;
  /**
   * The folder in which indexes outlive the process. Default: none; then all indexes are in memory and searched
   * exactly.
   */
  readonly folder?: string;
  /** The maximum number of rows in one segment; a segment also has at most 256 MiB. Default 65,536. */
  readonly maxSegmentRows?: number;
  /** An index with more points gets graphs; a smaller index is searched exactly. Default 131,072. */
  readonly maxExactRows?: number;
  /**
   * Memory for the int8 rows of graphs, which searches with filters read. Rows beyond it are read from their files each
   * time. Default 512 MiB.
   */
  readonly filterMemoryBytes?: number;
  /** The maximum number of queries in one pass. Default 32. */
  readonly maxBatchQueries?: number;
  /** The limit of waiting queries per index; more are refused with UnavailableError. Default 1,024. */
  readonly maxWaitingQueries?: number;
  /** `'scan'`: use plain scans, as on platforms without a usearch binary. Default: usearch if it has a binary. */
  readonly engine?: 'scan';
  /** Receives errors of background work, such as writing a file. Default: ignored. */
  readonly onWarning?: (error: Error) => void;
}

const DEFAULTS = {
  folder: null,
  maxSegmentRows: 65_536,
  maxExactRows: 131_072,
  filterMemoryBytes: 512 * 1024 * 1024,
  maxBatchQueries: 32,
  maxWaitingQueries: 1_024,
  onWarning: () => undefined,
};
const MAX_DIMENSION = 16_384;

interface Entry {
  readonly index: EmbeddedIndex;
  readonly folder: IndexFolder | null;
  readonly queue: SearchQueue;
}

/**
 * Nearest neighbours in this process: a small index is searched exactly, most points of a large index by graphs. A
 * search blocks the calling thread, so keep the store in a worker thread. After a restart the files hold at least the
 * points of the last close; the metadata rows are the truth, so the caller compares the index with them.
 */
export class EmbeddedVectorStore implements VectorStore {
  readonly isRemote = false;
  private readonly entries = new Map<string, Entry>();
  /** Indexes whose folders are being removed. */
  private readonly drops = new Map<string, Promise<void>>();
  private readonly scans = new PairScans();
  private readonly filterMemory: MemoryBudget;
  private isClosed = false;

  private constructor(
    private readonly usearch: Usearch | null,
    private readonly options: Required<Omit<EmbeddedVectorStoreOptions, 'engine' | 'folder'>> & {
      folder: string | null;
    },
  ) {
    this.filterMemory = new MemoryBudget(options.filterMemoryBytes);
  }

  static async open({ engine, ...options }: EmbeddedVectorStoreOptions): Promise<EmbeddedVectorStore> {
    const usearch = engine === 'scan' ? null : loadUsearch();
    return new EmbeddedVectorStore(usearch, Object.freeze({ ...DEFAULTS, buildThreads: options.threads, ...options }));
  }

  /** The engine that searches. */
  get engine(): 'usearch' | 'scan' {
    return this.usearch ? 'usearch' : 'scan';
  }

  async ping(): Promise<void> {
    this.check();
  }

  async ensure(index: string, dimension: number, signal?: AbortSignal): Promise<void> {
    this.check(signal);
    checkInteger('dimension', dimension, 1, MAX_DIMENSION);
    // The folder of the new index would be removed with the old one.
    while (this.drops.has(index)) await this.drops.get(index);
    this.check(signal);
    const existing = this.entries.get(index);
    if (!existing) this.entries.set(index, this.newEntry(index, dimension));
    else if (existing.index.dimension !== dimension) {
      throw new IndexMismatchError(
        `index '${index}' has dimension ${existing.index.dimension}, not ${dimension}; drop it and fill it again from the rows`,
      );
    }
  }

  async upsert(index: string, points: readonly VectorPoint[], signal?: AbortSignal): Promise<void> {
    const { index: target, queue } = this.entry(index, signal);
    for (const { id, vector } of points) {
      checkId(id);
      checkVector(`the vector of point ${id}`, vector, index, target.dimension);
    }
    await queue.change(() => {
      signal?.throwIfAborted();
      target.upsert(points);
    });
    await target.untilRoom();
  }

  async flush(index: string, signal?: AbortSignal): Promise<void> {
    await this.entry(index, signal).index.flush();
  }

  async search(index: string, { queries, limit, filter }: VectorSearch, signal?: AbortSignal): Promise<VectorHit[][]> {
    const { index: target, queue } = this.entry(index, signal);
    checkInteger('limit', limit, 1, MAX_SEARCH_LIMIT);
    queries.forEach((query, i) => checkVector(`query ${i}`, query, index, target.dimension));
    if (filter) checkFilter(filter);
    const asked = queries.map((vector) => ({ vector, limit, filter: filter ?? null }));
    return queue.search(asked, signal);
  }

  async pairs(index: string, search: PairSearch, signal?: AbortSignal): Promise<PairPage> {
    const entry = this.entry(index, signal);
    // The index may be dropped, and created again, between two turns.
    const check = (): void => {
      if (this.entry(index, signal) !== entry) throw unknownIndex(index);
    };
    return await this.scans.page(index, entry.index, search, check).catch((error: unknown) => {
      throw this.explain(index, entry, error);
    });
  }

  async delete(index: string, ids: readonly number[], signal?: AbortSignal): Promise<void> {
    const entry = this.entry(index, signal);
    await entry.queue.change(() => {
      signal?.throwIfAborted();
      this.guard(index, entry, () => entry.index.delete(ids));
    });
  }

  async listIds(index: string, afterId: number, limit: number, signal?: AbortSignal): Promise<number[]> {
    const { index: target } = this.entry(index, signal);
    checkInteger('limit', limit, 1, Number.MAX_SAFE_INTEGER);
    return target.listIds(afterId, limit);
  }

  async count(index: string, signal?: AbortSignal): Promise<number> {
    return this.entry(index, signal).index.count;
  }

  async countMatching(index: string, filter: Filter, signal?: AbortSignal): Promise<number> {
    const entry = this.entry(index, signal);
    checkFilter(filter);
    return this.guard(index, entry, () => entry.index.countMatching(filter));
  }

  async drop(index: string, signal?: AbortSignal): Promise<void> {
    this.check(signal);
    const entry = this.entries.get(index);
    this.entries.delete(index);
    this.scans.end(index);
    entry?.queue.close(unknownIndex(index));
    const before = this.drops.get(index) ?? Promise.resolve();
    const dropping = before.then(async () => {
      if (entry) await entry.index.drop();
      else await this.folderOf(index)?.drop();
    });
    const ended = dropping
      .catch(() => undefined)
      .then(() => void (this.drops.get(index) === ended && this.drops.delete(index)));
    this.drops.set(index, ended);
    await dropping;
  }

  /** Resolves when no graph is being built. */
  async settled(): Promise<void> {
    for (const { index } of this.entries.values()) await index.settled();
  }

  /** Writes changed indexes to the folder. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    const entries = [...this.entries.values()];
    this.entries.clear();
    for (const { queue } of entries) queue.close(closedStore());
    await Promise.all(entries.map(({ queue }) => queue.idle()));
    for (const { index } of entries) await index.close();
  }

  private newEntry(name: string, dimension: number): Entry {
    const folder = this.folderOf(name);
    const index = new EmbeddedIndex({
      ...this.options,
      ...{ dimension, usearch: this.usearch, folder, filterMemory: this.filterMemory },
    });
    const run = async (asked: readonly Asked[]): Promise<VectorHit[][]> =>
      this.guard(name, entry, () => index.nearest(asked));
    const entry = { index, folder, queue: new SearchQueue(run, { ...this.options, name: `index '${name}'` }) };
    return entry;
  }

  private folderOf(index: string): IndexFolder | null {
    const { folder } = this.options;
    return folder === null ? null : new IndexFolder(join(folder, encodeURIComponent(index)));
  }

  /** Runs work that may read damaged files. After damage the index is closed, and the next start rebuilds it. */
  private guard<T>(name: string, entry: Entry, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.explain(name, entry, error);
    }
  }

  /** Closes the index if the error comes from a damaged file. @returns the error to throw */
  private explain(name: string, { folder, queue }: Entry, error: unknown): Error {
    if (!(error instanceof DamagedFileError)) return error as Error;
    folder?.forget();
    const damaged = new UnavailableError(`index '${name}': ${error.message}; the next start rebuilds the index`, {
      cause: error,
    });
    queue.close(damaged);
    this.options.onWarning(damaged);
    return damaged;
  }

  private entry(index: string, signal?: AbortSignal): Entry {
    this.check(signal);
    const entry = this.entries.get(index);
    if (!entry) throw unknownIndex(index);
    return entry;
  }

  private check(signal?: AbortSignal): void {
    signal?.throwIfAborted();
    if (this.isClosed) throw closedStore();
  }
}

function unknownIndex(index: string): NotFoundError {
  return new NotFoundError(`there is no index '${index}'; create it with ensure first`);
}

function closedStore(): UnavailableError {
  return new UnavailableError('the vector store is closed');
}
