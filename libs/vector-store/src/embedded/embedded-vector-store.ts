import { join } from 'node:path';
import {
  IndexMismatchError,
  MAX_SEARCH_LIMIT,
  NotFoundError,
  UnavailableError,
  type VectorHit,
  type VectorPoint,
  type VectorSearch,
  type VectorStore,
} from '@wentu/domain';
import { checkId, checkInteger, checkVector } from '../point-checks';
import { EmbeddedIndex } from './embedded-index';
import { IndexFolder } from './index-folder';
import { DamagedFileError } from './rows-file';
import { SearchQueue } from './search-queue';
import { loadUsearch, type Usearch } from './usearch';

export interface EmbeddedVectorStoreOptions {
  /** Threads of a search, the calling one included. */
  readonly threads: number;
  /** Threads that build a graph, with lower priority on Linux. Default: as many as a search has. */
  readonly buildThreads?: number;
  /** Where indexes outlive the process. Default: they do not, and all searches are exact. */
  readonly folder?: string;
  /** Most rows of one segment of an index; a segment has at most 256 MiB in any case. Default 65,536. */
  readonly maxSegmentRows?: number;
  /** An index with more points gets graphs; up to that it is exact. Default 131,072. */
  readonly maxExactRows?: number;
  /** Most queries of one pass. Default 32. */
  readonly maxBatchQueries?: number;
  /** From so many waiting queries an index on, searches are refused with UnavailableError. Default 1,024. */
  readonly maxWaitingQueries?: number;
  /** `'scan'`: as where there is no binary of usearch. Default: usearch where there is. */
  readonly engine?: 'scan';
  /** What goes wrong in the background, such as writing a file. Default: ignored. */
  readonly onWarning?: (error: Error) => void;
}

const DEFAULTS = {
  folder: null,
  maxSegmentRows: 65_536,
  maxExactRows: 131_072,
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
 * Nearest neighbours in this process: exact up to some size, by graphs over most of the points above that. A search
 * blocks the calling thread, so keep the store in a worker thread. Its files hold what was there when it was closed, at
 * least; they are derived, so a caller compares them with the rows.
 */
export class EmbeddedVectorStore implements VectorStore {
  readonly isRemote = false;
  private readonly entries = new Map<string, Entry>();
  private isClosed = false;

  private constructor(
    private readonly usearch: Usearch | null,
    private readonly options: Required<Omit<EmbeddedVectorStoreOptions, 'engine' | 'folder'>> & {
      folder: string | null;
    },
  ) {}

  static async open({ engine, ...options }: EmbeddedVectorStoreOptions): Promise<EmbeddedVectorStore> {
    const usearch = engine === 'scan' ? null : loadUsearch();
    return new EmbeddedVectorStore(usearch, Object.freeze({ ...DEFAULTS, buildThreads: options.threads, ...options }));
  }

  /** What searches: the library usearch, or plain scans. */
  get engine(): 'usearch' | 'scan' {
    return this.usearch ? 'usearch' : 'scan';
  }

  async ping(): Promise<void> {
    this.check();
  }

  async ensure(index: string, dimension: number, signal?: AbortSignal): Promise<void> {
    this.check(signal);
    checkInteger('dimension', dimension, 1, MAX_DIMENSION);
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
    await target.room();
  }

  async search(index: string, { queries, limit }: VectorSearch, signal?: AbortSignal): Promise<VectorHit[][]> {
    const { index: target, queue } = this.entry(index, signal);
    checkInteger('limit', limit, 1, MAX_SEARCH_LIMIT);
    queries.forEach((query, i) => checkVector(`query ${i}`, query, index, target.dimension));
    return queue.search(queries, limit, signal);
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

  async drop(index: string, signal?: AbortSignal): Promise<void> {
    this.check(signal);
    const entry = this.entries.get(index);
    this.entries.delete(index);
    entry?.queue.close(unknownIndex(index));
    if (entry) await entry.index.drop();
    else await this.folderOf(index)?.drop();
  }

  /** Resolves when no graph is being built. */
  async settled(): Promise<void> {
    for (const { index } of this.entries.values()) await index.settled();
  }

  /** Writes what was changed to the folder. */
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
    const index = new EmbeddedIndex({ ...this.options, dimension, usearch: this.usearch, folder });
    const run = async (queries: readonly Float32Array[], limits: readonly number[]): Promise<VectorHit[][]> =>
      this.guard(name, entry, () => index.nearest(queries, limits));
    const entry = { index, folder, queue: new SearchQueue(run, { ...this.options, name: `index '${name}'` }) };
    return entry;
  }

  private folderOf(index: string): IndexFolder | null {
    const { folder } = this.options;
    return folder === null ? null : new IndexFolder(join(folder, encodeURIComponent(index)));
  }

  /** What reads files may find them damaged: then the index answers no more, and is made again at the next start. */
  private guard<T>(name: string, { folder, queue }: Entry, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof DamagedFileError)) throw error;
      folder?.forget();
      const damaged = new UnavailableError(`index '${name}': ${error.message}; the next start makes the index again`, {
        cause: error,
      });
      queue.close(damaged);
      this.options.onWarning(damaged);
      throw damaged;
    }
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
  return new NotFoundError(`there is no index '${index}'; make it with ensure first`);
}

function closedStore(): UnavailableError {
  return new UnavailableError('the vector store is closed');
}
