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
import { EmbeddedIndex } from './embedded-index';
import { NearestSession } from './nearest-session';
import { SearchQueue } from './search-queue';
import { checkId, checkInteger, checkVector } from '../point-checks';

export interface EmbeddedVectorStoreOptions {
  /** Threads of the matrix product, the calling one included. */
  readonly threads: number;
  /** Most rows of one segment of an index's matrix; a segment has at most 64 MiB in any case. Default 32,768. */
  readonly maxSegmentRows?: number;
  /**
   * From so many rows on a segment has a first pass over int8 rows; memories of WebAssembly take much of the address
   * space. Default 4,096.
   */
  readonly minInt8Rows?: number;
  /** Most queries in one matrix product. Default 32. */
  readonly maxBatchQueries?: number;
  /** From so many waiting queries an index on, searches are refused with UnavailableError. Default 1,024. */
  readonly maxWaitingQueries?: number;
}

const DEFAULTS = { maxSegmentRows: 32_768, minInt8Rows: 4_096, maxBatchQueries: 32, maxWaitingQueries: 1_024 };
const MAX_DIMENSION = 16_384;

interface Entry {
  readonly index: EmbeddedIndex;
  readonly queue: SearchQueue;
}

/**
 * Exact nearest neighbours in memory: few queries by a first pass over int8 rows, many as a matrix product on ONNX
 * Runtime. A search blocks the calling thread while the product runs, so keep it in a worker thread. Everything in it
 * is gone when it closes.
 */
export class EmbeddedVectorStore implements VectorStore {
  readonly durable = false;
  readonly isRemote = false;
  private readonly entries = new Map<string, Entry>();
  private isClosed = false;

  private constructor(
    private readonly session: NearestSession,
    private readonly options: Required<EmbeddedVectorStoreOptions>,
  ) {}

  static async open(options: EmbeddedVectorStoreOptions): Promise<EmbeddedVectorStore> {
    const session = await NearestSession.open(options.threads);
    return new EmbeddedVectorStore(session, Object.freeze({ ...DEFAULTS, ...options }));
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
  }

  async search(index: string, { queries, limit }: VectorSearch, signal?: AbortSignal): Promise<VectorHit[][]> {
    const { index: target, queue } = this.entry(index, signal);
    checkInteger('limit', limit, 1, MAX_SEARCH_LIMIT);
    queries.forEach((query, i) => checkVector(`query ${i}`, query, index, target.dimension));
    return queue.search(queries, limit, signal);
  }

  async delete(index: string, ids: readonly number[], signal?: AbortSignal): Promise<void> {
    const { index: target, queue } = this.entry(index, signal);
    await queue.change(() => {
      signal?.throwIfAborted();
      target.delete(ids);
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
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    const queues = [...this.entries.values()].map(({ queue }) => queue);
    this.entries.clear();
    for (const queue of queues) queue.close(closedStore());
    await Promise.all(queues.map((queue) => queue.idle()));
    await this.session.release();
  }

  private newEntry(name: string, dimension: number): Entry {
    const index = new EmbeddedIndex(dimension, this.options.maxSegmentRows, this.options.minInt8Rows, this.session);
    const run = (queries: readonly Float32Array[], limits: readonly number[]): Promise<VectorHit[][]> => {
      const packed = new Float32Array(queries.length * dimension);
      queries.forEach((query, i) => packed.set(query, i * dimension));
      return index.nearest(packed, limits);
    };
    return { index, queue: new SearchQueue(run, { ...this.options, name: `index '${name}'` }) };
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
