import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ItemError,
  MAX_CRASHES,
  noCollection,
  noLoad,
  type ClaimedJob,
  type Collection,
  type Dataset,
  type LoadJob,
  type LoadOptions,
  type LoadProgress,
  type LoadsOf,
  type Milestone,
  type MissingAction,
  type WentuError,
} from '@wentu/domain';
import { CollectionAdmin } from './collection-admin';
import { checkCollectionName } from './collection-name';
import { describeFailure } from './describe-failure';
import type { UsedImageModel } from './image-models';
import { indexName } from './index-name';
import { collectionOf, remainingCollectionOf } from './job-collection';
import { isOver } from './job-watch';
import { LoadLease, LoadStopped } from './load-lease';
import { LoadRun } from './load-run';
import type { LoadServiceOptions, LoadStores, RepairedCollection } from './load-service-options';
import { LoadTally } from './load-tally';
import { LocalChunkExecutor } from './local-chunk-executor';
import { NewTarget } from './new-target';
import { retryWhileUnavailable, retryStoreWhileUnavailable, type RetryOptions } from './retry-while-unavailable';
import { hasImagesBelow } from './placed-images';
import { Reconciler } from './reconciler';
import { checkSpace, SourceSpaces } from './source-spaces';

const POLL_MS = 2_000;
const DROP_POLL_MS = 250;

/**
 * Takes loads in, runs them one a collection, and does all other changes of collections. One per process that loads.
 * Names and ids come in NFC: `normalName`.
 */
export class LoadService {
  private readonly owner: string;
  private readonly admin: CollectionAdmin;
  private readonly reconciler: Reconciler;
  private readonly spaces: SourceSpaces;
  private readonly running = new Map<number, { lease: LoadLease; ended: Promise<void> }>();
  /** Jobs that could not be ended: as if this process had died, their leases run out. */
  private readonly unended = new Set<number>();
  private claiming: Promise<void> = Promise.resolve();
  private poll: NodeJS.Timeout | undefined;
  private readonly closing = new AbortController();
  private lastError = '';
  /** Of calls of loads that wait now. */
  private readonly waiting = new Set<WentuError>();

  private readonly waits: Pick<RetryOptions, 'onWait' | 'onEnd'> = {
    onWait: (error) => {
      this.waiting.add(error);
      this.options.onWait(error);
    },
    onEnd: (error) => void this.waiting.delete(error),
  };

  constructor(private readonly options: LoadServiceOptions) {
    this.owner = `${options.home}/${randomBytes(8).toString('hex')}`;
    this.admin = new CollectionAdmin(options.store, options.vectors);
    this.reconciler = new Reconciler(options.store, options.vectors);
    this.spaces = new SourceSpaces(options);
  }

  /**
   * Repairs every collection, finishes interrupted drops, then begins to take jobs. Waits for servers that are away.
   * What is wrong with one collection is told to `onError`, and does not keep the others waiting.
   */
  async open(): Promise<void> {
    const { store, vectors } = this.startTools();
    // A file is this process's alone.
    await store.loads.expireLeases(store.isRemote ? `${this.options.home}/` : '');
    for (const collection of await store.collections.listDropping())
      await this.attempt(() => new CollectionAdmin(store, vectors).finishDrop(collection));
    const reconciler = new Reconciler(store, vectors);
    for (const collection of await store.collections.list())
      await this.attempt(() => reconciler.check(collection, this.closing.signal));
    if (this.closing.signal.aborted) return;
    this.poll = setInterval(() => this.wake(), POLL_MS);
    this.wake();
  }

  /** Compares all rows with all entries of a collection, or of all. Others may load and search meanwhile. */
  async repair(name?: string): Promise<RepairedCollection[]> {
    const { store } = this.options;
    for (const collection of await store.collections.listDropping()) await this.admin.finishDrop(collection);
    const collections = name === undefined ? await store.collections.list() : [await this.admin.find(name)];
    const repaired: RepairedCollection[] = [];
    for (const collection of collections) {
      const result = await this.reconciler.repair(collection, this.closing.signal);
      repaired.push({ collection: collection.name, ...result });
    }
    return repaired;
  }

  /** Remembers for good that something was done. */
  async reach(milestone: Milestone): Promise<void> {
    await this.options.store.reach(milestone);
  }

  /** Why loads wait now; null when none does. */
  waitsFor(): WentuError | null {
    return [...this.waiting].at(-1) ?? null;
  }

  /** A collection in this server's space, made if there is none of that name. */
  async ensureCollection(name: string): Promise<Collection> {
    return await this.admin.findOrCreate(checkCollectionName(name), this.spaces.own);
  }

  /** An empty one in this server's space. @throws ConflictError when the name is taken */
  async createCollection(name: string): Promise<Collection> {
    return await this.admin.make(checkCollectionName(name), this.spaces.own);
  }

  /** @throws NotFoundError, ConflictError when the name is taken, or a load that waits or runs will make it */
  async renameCollection(name: string, newName: string): Promise<Collection> {
    const wanted = checkCollectionName(newName);
    const collection = await this.admin.find(name);
    const renamed = await this.options.store.collections.rename(collection.id, wanted);
    if (!renamed) throw noCollection(name);
    return renamed;
  }

  /**
   * Whether pictures that are encoded here can go into a collection of this name.
   * @throws InvalidInputError, IndexMismatchError
   */
  async checkTarget(collectionName: string): Promise<void> {
    const existing = await this.options.store.collections.find(checkCollectionName(collectionName));
    await this.spaces.ofPictures(existing);
  }

  /**
   * Looks at the source and queues the load; what is plainly wrong is refused here. The directory is checked by the
   * caller.
   */
  async start(collectionName: string, directory: string, options: LoadOptions): Promise<LoadJob> {
    const collection = checkCollectionName(collectionName);
    const existing = await this.options.store.collections.find(collection);
    const dataset = await this.openDataset(existing, directory, options);
    try {
      const space = await this.spaces.of(dataset, options, existing);
      if (existing) checkSpace(existing, space);
      const job = { collection, directory: dataset.directory, options };
      const created = await this.options.store.loads.create(job, this.options.maxQueued);
      this.wake();
      return created;
    } finally {
      await dataset.close();
    }
  }

  async cancel(id: number): Promise<LoadJob> {
    const job = await this.options.store.loads.requestCancel(id);
    if (!job) throw noLoad(id);
    await this.onCancelled(job);
    return job;
  }

  private async onCancelled(job: LoadJob): Promise<void> {
    this.running.get(job.id)?.lease.stop('cancel');
    // One that waited has ended with that. Its cancelling is done, whatever becomes of this.
    if (job.status === 'CANCELLED')
      await this.options.onFinished(job).catch((error: unknown) => this.options.onError(error));
  }

  async deleteImages(collection: string, imageIds: readonly string[]): Promise<number> {
    return await this.admin.deleteImages(collection, imageIds);
  }

  /**
   * Says what is to become of the images whose files have gone from a directory: those that a load reports as missing.
   * @param directory absolute, without links; it need not be there
   * @returns how many images there were
   */
  async resolveMissing(collectionName: string, directory: string, action: MissingAction): Promise<number> {
    return await this.admin.resolveMissing(await this.admin.find(collectionName), directory, action);
  }

  /**
   * Cancels the collection's loads, waits for them to end, then removes it.
   * @returns false when there is none of that name
   */
  async drop(name: string): Promise<boolean> {
    const { store } = this.options;
    const before = await store.collections.find(name);
    const of: LoadsOf = before ? { collectionId: before.id } : { collection: name };
    const cancelled = await store.loads.requestCancelAll(of);
    for (const job of cancelled) await this.onCancelled(job);
    await Promise.all(cancelled.flatMap(({ id }) => this.running.get(id)?.ended ?? []));
    await this.untilNobodyLoads(of);
    // A load that has ended now may have made it.
    const collection = before ?? (await store.collections.find(name));
    if (!collection) return false;
    await this.admin.drop(collection);
    return true;
  }

  /** Running loads go back to the queue and are taken up at the next start. */
  async close(): Promise<void> {
    this.closing.abort(new LoadStopped('shutdown'));
    clearInterval(this.poll);
    await this.claiming;
    for (const run of this.running.values()) run.lease.stop('shutdown');
    await Promise.all([...this.running.values()].map((run) => run.ended));
  }

  private wake(): void {
    this.claiming = this.claiming
      .then(() => this.claim())
      .then(
        () => (this.lastError = ''),
        (error: unknown) => {
          // Said once, not every two seconds of an outage.
          if (String(error) !== this.lastError) this.options.onError(error);
          this.lastError = String(error);
        },
      )
      .then(() => undefined);
  }

  private async claim(): Promise<void> {
    // After an outage one's own leases may have run out: they must not look like those of somebody dead.
    for (const { lease } of this.running.values()) await lease.renew();
    while (!this.closing.signal.aborted && this.running.size < this.options.maxRunning) {
      const { store } = this.options;
      const known = [...this.running.keys(), ...this.unended];
      const claimed = await store.loads.claim(this.owner, LoadLease.leaseMs, known);
      if (!claimed) return;
      this.unended.delete(claimed.job.id);
      const tally = new LoadTally();
      const progress = (): LoadProgress => (isOver(claimed) ? claimed.job : tally.progress());
      const lease = new LoadLease(store, claimed.job.id, this.owner, progress, this.waits);
      if (claimed.job.cancelRequested) lease.stop('cancel');
      const ended = this.execute(claimed, lease, tally).catch((error: unknown) => this.options.onError(error));
      const run = { lease, ended };
      this.running.set(claimed.job.id, run);
      void ended.then(() => {
        // It may have been lost and come back meanwhile.
        if (this.running.get(claimed.job.id) === run) this.running.delete(claimed.job.id);
        this.wake();
      });
    }
  }

  private async execute(claimed: ClaimedJob, lease: LoadLease, tally: LoadTally): Promise<void> {
    let failure: unknown;
    try {
      await this.load(claimed, lease, tally);
    } catch (error) {
      failure = error;
    }
    if (!(failure instanceof LoadStopped && failure.reason === 'lost')) {
      await this.finish(claimed, lease, tally, failure).catch((error: unknown) => {
        this.unended.add(claimed.job.id);
        this.options.onError(error);
      });
    }
    await lease.end();
  }

  /** The lease is held until all is said: nobody else takes the job up, also when this waits for a server. */
  private async finish(claimed: ClaimedJob, lease: LoadLease, tally: LoadTally, failure: unknown): Promise<void> {
    const { store } = this.retryingTools();
    // Before looking whether it is still ours: whoever takes it later has larger ids, and what is in flight then is
    // theirs.
    const below = await store.ids.reserve(1);
    if (!(await this.isOurs(lease, this.closing.signal))) return;
    const isShutdown = failure instanceof LoadStopped && failure.reason === 'shutdown';
    // Nothing that was in flight may stay behind, however the load ended.
    const collection = await remainingCollectionOf(store, claimed.job);
    const clearing = collection ? this.waitingReconciler().removeUnsettled(collection, undefined, below) : 0;
    // A server that is away is no reason to look as if this process had died: the next one to take the load clears up
    // too.
    if (isShutdown) {
      await Promise.resolve(clearing).catch((error: unknown) => this.options.onError(error));
      return await store.loads.release(claimed.job.id, this.owner);
    }
    await clearing;
    const status =
      failure === undefined
        ? tally.isPartial
          ? 'PARTIAL'
          : 'SUCCEEDED'
        : failure instanceof LoadStopped
          ? 'CANCELLED'
          : 'FAILED';
    const error =
      status === 'FAILED' ? describeFailure(claimed.job, failure, (told) => this.options.onError(told)) : undefined;
    await store.loads.finish(claimed.job.id, this.owner, status, lease.progress(), error);
    await this.options.onFinished(claimed.job);
    await store.loads.prune(this.options.keepJobs);
  }

  private async load(claimed: ClaimedJob, lease: LoadLease, tally: LoadTally): Promise<void> {
    const { job } = claimed;
    lease.signal.throwIfAborted();
    if (claimed.crashes > MAX_CRASHES) {
      const message = `the process died ${claimed.crashes} times while it ran this load; look into the log, then load again`;
      throw new ItemError('CRASHED', message);
    }
    const tools = this.retryingTools(lease.signal);
    const existing = await collectionOf(tools.store, job);
    const dataset = await this.openDataset(existing, job.directory, job.options);
    let used: UsedImageModel | undefined;
    try {
      if (dataset.directory !== job.directory) {
        const message = `${job.directory} is a link to another folder now; load the folder that is meant`;
        throw new ItemError('SOURCE_LOST', message);
      }
      const space = await this.spaces.of(dataset, job.options, existing);
      if (dataset.features) await this.spaces.checkFeatures(dataset, space, lease.signal);
      if (existing) checkSpace(existing, space);
      const reconciler = new Reconciler(tools.store, tools.vectors);
      const below = await tools.store.ids.reserve(1);
      if (!(await this.isOurs(lease, lease.signal))) throw new LoadStopped('lost');
      if (existing) {
        const { id, activeSpace } = existing;
        await tools.vectors.ensure(indexName(id, activeSpace.id), activeSpace.dimension);
        await reconciler.removeUnsettled(existing, lease.signal, below);
      }
      const target = new NewTarget(new CollectionAdmin(tools.store, tools.vectors), job.collection, space, existing);
      const repairIndex = async (collection: Collection): Promise<unknown> =>
        await reconciler.repair(collection, lease.signal);
      const maxCopiedBytes = Math.min(this.options.maxCopiedBytes, await tools.store.originals.maxBytes());
      used = await this.spaces.encoderOf(dataset, space, existing);
      const executor = new LocalChunkExecutor({ ...this.options, ...used });
      const runTools = { ...tools, executor, batchSize: this.options.batchSize, maxCopiedBytes, repairIndex };
      const run = new LoadRun(runTools, target, dataset, claimed, lease, tally);
      await run.run().finally(() => run.writeFailures());
    } finally {
      await used?.close();
      await dataset.close();
    }
  }

  /** A folder without pictures is refused, unless some of its pictures are in the collection: then they are missing. */
  private async openDataset(existing: Collection | null, directory: string, options: LoadOptions): Promise<Dataset> {
    const mayBeEmpty = async (): Promise<boolean> =>
      existing !== null && (await hasImagesBelow(this.options.store.images, existing.id, directory));
    return await this.options.openDataset(directory, { ...options, mayBeEmpty });
  }

  private async isOurs(lease: LoadLease, signal: AbortSignal): Promise<boolean> {
    const { isRemote } = this.options.store;
    return await retryWhileUnavailable({ renew: () => lease.renew() }, isRemote, { ...this.waits, signal }).renew();
  }

  /** The stores as something that goes on after an outage uses them. */
  private retryingTools(signal = this.closing.signal): LoadStores {
    const { store, vectors } = this.options;
    const options = { ...this.waits, signal };
    return {
      store: retryStoreWhileUnavailable(store, options),
      vectors: retryWhileUnavailable(vectors, vectors.isRemote, options),
    };
  }

  /** For the start: it waits for servers, and says at once that the disk of a file is full. */
  private startTools(): LoadStores {
    const { store } = this.options;
    return store.isRemote ? this.retryingTools() : { ...this.retryingTools(), store };
  }

  private waitingReconciler(): Reconciler {
    const { store, vectors } = this.retryingTools();
    return new Reconciler(store, vectors);
  }

  private async attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.closing.signal.aborted) return;
      // An index of this process that was not compared with the rows may lack any of them.
      if (!this.options.vectors.isRemote) throw error;
      this.options.onError(error);
    }
  }

  /** Loads of other processes end when they see that they are cancelled, or when their leases have run out. */
  private async untilNobodyLoads(of: LoadsOf): Promise<void> {
    for (;;) {
      const jobs = await this.options.store.loads.listUnfinished(of);
      if (!jobs.some((job) => job.status === 'RUNNING')) return;
      await sleep(DROP_POLL_MS, undefined, { signal: this.closing.signal });
      this.wake();
    }
  }
}
