import {
  LimitExceededError,
  noCollection,
  WentuError,
  sentence,
  type Collection,
  type DuplicateFinder,
  type DuplicateGroup,
  type DuplicateGroups,
  type DuplicatePosition,
  type DuplicateResults,
  type DuplicateState,
  type EmbeddingSpace,
  type MetadataReader,
  type StoredDuplicates,
  type VectorStore,
} from '@wentu/domain';
import { retryWhileUnavailable, type RetryOptions } from '../retry-while-unavailable';
import { findDuplicates } from './find-duplicates';
import { pageOfGroups, rankGroups } from './rank-groups';

/** How many collections may wait for their search. */
const MAX_WAITING = 100;
/** Results of so many collections stay in memory. */
const MAX_KEPT = 4;

export interface DuplicateScansOptions {
  readonly store: Pick<MetadataReader, 'collections' | 'images' | 'storeId'> & { readonly isRemote: boolean };
  readonly vectors: Pick<VectorStore, 'pairs' | 'isRemote'>;
  readonly results: DuplicateResults;
  /** The smallest cosine of two images of this space that show the same picture. */
  readonly minSimilarityOf: (space: EmbeddingSpace, signal: AbortSignal) => Promise<number>;
  /** Receives errors that are bugs. */
  readonly onError: (error: unknown) => void;
  /** Called when a search begins to wait for an unavailable server. */
  readonly onWait: RetryOptions['onWait'];
}

interface Scan {
  readonly startedAt: Date;
  readonly stopping: AbortController;
  done: number;
}

interface KeptResult {
  readonly stored: StoredDuplicates;
  /** The groups in the state of the rows that `stamp` names. */
  ranked: { readonly stamp: string; readonly groups: readonly DuplicateGroup[] } | null;
}

/** Failures of so many collections are kept: the newest ones. */
const MAX_FAILURES = 1_000;

class Cancelled extends Error {}

/**
 * Searches for duplicates in the background, one collection after another. A search that a crash interrupts has no
 * result; the result before it stays.
 */
export class DuplicateScans implements DuplicateFinder {
  /** By collection, in the order of their turns. */
  private readonly scans = new Map<number, Scan>();
  private readonly failures = new Map<number, NonNullable<DuplicateState['failure']>>();
  /** In the order of their last use. */
  private readonly kept = new Map<number, KeptResult>();
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly options: DuplicateScansOptions) {}

  async start(collectionId: number): Promise<DuplicateState> {
    await this.find(collectionId);
    if (!this.scans.has(collectionId)) {
      if (this.scans.size >= MAX_WAITING) {
        throw new LimitExceededError(sentence('DUPLICATES_QUEUED', { max: MAX_WAITING }));
      }
      const scan = { startedAt: new Date(), stopping: new AbortController(), done: 0 };
      this.scans.set(collectionId, scan);
      this.turn = this.turn.then(() => this.run(collectionId, scan));
    }
    return await this.state(collectionId);
  }

  async cancel(collectionId: number): Promise<DuplicateState> {
    const scan = this.scans.get(collectionId);
    scan?.stopping.abort(new Cancelled());
    // It ends at once for the caller; the work stops at its next turn.
    if (scan) this.end(collectionId, new Cancelled());
    return await this.state(collectionId);
  }

  async state(collectionId: number): Promise<DuplicateState> {
    const scan = this.scans.get(collectionId);
    const result = (await this.resultOf(collectionId))?.stored;
    return {
      running: scan ? { startedAt: scan.startedAt, done: scan.done } : null,
      failure: this.failures.get(collectionId) ?? null,
      result: result
        ? {
            ...{ model: result.model, minSimilarity: result.minSimilarity },
            ...{ imageCount: result.imageCount, newestId: result.newestId },
            finishedAt: new Date(result.finishedAtMs),
          }
        : null,
    };
  }

  async groups(collectionId: number, after: DuplicatePosition | null, limit: number): Promise<DuplicateGroups> {
    const result = await this.resultOf(collectionId);
    if (!result) return { groups: [], total: 0, spareBytes: 0 };
    return pageOfGroups(await this.rank(collectionId, result), after, limit);
  }

  /** Ends all searches. */
  async close(): Promise<void> {
    for (const id of [...this.scans.keys()]) await this.cancel(id);
    await this.turn;
  }

  private async run(collectionId: number, scan: Scan): Promise<void> {
    const { signal } = scan.stopping;
    try {
      signal.throwIfAborted();
      await this.search(collectionId, scan, signal);
      if (this.scans.get(collectionId) !== scan) return;
      this.failures.delete(collectionId);
      this.scans.delete(collectionId);
    } catch (error) {
      // A cancelled search has ended before, and another one of the collection may wait.
      if (this.scans.get(collectionId) === scan) this.end(collectionId, error);
    }
  }

  private async search(collectionId: number, scan: Scan, signal: AbortSignal): Promise<void> {
    const { store, vectors, results, minSimilarityOf, onWait } = this.options;
    const retrying = <T extends object>(port: T, isRemote: boolean): T =>
      retryWhileUnavailable(port, isRemote, { signal, onWait });
    const images = retrying(store.images, store.isRemote);
    const collection = await this.find(collectionId);
    const { newestId } = await images.settlement(collectionId);
    const minSimilarity = await minSimilarityOf(collection.activeSpace, signal);
    const groups = await findDuplicates({
      ...{ images, collection, minSimilarity, signal },
      vectors: retrying(vectors, vectors.isRemote),
      onProgress: (done) => (scan.done = done),
    });
    signal.throwIfAborted();
    const stored: StoredDuplicates = {
      ...{ collectionId, minSimilarity, newestId, groups },
      storeId: await store.storeId(),
      model: collection.activeSpace.model,
      imageCount: collection.imageCount,
      finishedAtMs: Date.now(),
    };
    await results.write(stored);
    this.keep(collectionId, { stored, ranked: null });
    await results.keepOnly((await store.collections.list()).map(({ id }) => id));
  }

  private end(collectionId: number, error: unknown): void {
    this.scans.delete(collectionId);
    this.failures.delete(collectionId);
    this.failures.set(collectionId, this.explain(error));
    const [oldest] = this.failures.keys();
    if (this.failures.size > MAX_FAILURES && oldest !== undefined) this.failures.delete(oldest);
  }

  private explain(error: unknown): NonNullable<DuplicateState['failure']> {
    if (error instanceof Cancelled) return { code: 'CANCELLED', message: 'the search for duplicates was cancelled' };
    if (error instanceof WentuError) return { code: error.code, message: error.publicMessage };
    this.options.onError(error);
    return { code: 'INTERNAL', message: 'the search for duplicates failed; the log of the server says why' };
  }

  private async resultOf(collectionId: number): Promise<KeptResult | null> {
    const known = this.kept.get(collectionId);
    if (known) {
      this.keep(collectionId, known);
      return known;
    }
    const { results, store } = this.options;
    const stored = await results.read(collectionId);
    if (!stored || stored.storeId !== (await store.storeId())) return null;
    const result = { stored, ranked: null };
    this.keep(collectionId, result);
    return result;
  }

  /** The rows decide: a group loses images that were deleted or changed since the search. */
  private async rank(collectionId: number, result: KeptResult): Promise<readonly DuplicateGroup[]> {
    const { collections, images } = this.options.store;
    const collection = await collections.findById(collectionId);
    const { newestId } = await images.settlement(collectionId);
    // Deletions change the number of images and their bytes, new versions the newest id.
    const stamp = `${collection?.imageCount} ${collection?.sizeBytes} ${newestId}`;
    if (result.ranked?.stamp !== stamp)
      result.ranked = { stamp, groups: await rankGroups(images, result.stored.groups) };
    return result.ranked.groups;
  }

  private keep(collectionId: number, result: KeptResult): void {
    this.kept.delete(collectionId);
    this.kept.set(collectionId, result);
    const [oldest] = this.kept.keys();
    if (this.kept.size > MAX_KEPT && oldest !== undefined) this.kept.delete(oldest);
  }

  private async find(collectionId: number): Promise<Collection> {
    const collection = await this.options.store.collections.findById(collectionId);
    if (!collection) throw noCollection(String(collectionId));
    return collection;
  }
}
