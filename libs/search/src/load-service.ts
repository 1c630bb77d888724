import { randomBytes } from 'node:crypto';
import {
  ItemError,
  MAX_CRASHES,
  noCollection,
  noLoad,
  sentence,
  type ClaimedJob,
  type Collection,
  type Dataset,
  type JobKind,
  type LoadJob,
  type LoadOptions,
  type LoadProgress,
  type LoadsOf,
  type Milestone,
  type MissingAction,
  type ReencodeOptions,
  type WentuError,
} from '@wentu/domain';
import { AttributeChanges } from './attribute-changes';
import { CollectionAdmin } from './collection-admin';
import { checkCollectionName } from './collection-name';
import { describeFailure, statusOf } from './describe-failure';
import { FactsPass } from './facts-pass';
import { remainingCollectionOf } from './job-collection';
import { isOver, untilNoLoadRuns } from './job-watch';
import { runLoad, type RunningLoad } from './load-job';
import { LoadLease, LoadStopped } from './load-lease';
import type { LoadServiceOptions, LoadStores, RepairedCollection } from './load-service-options';
import { LoadTally } from './load-tally';
import { retryWhileUnavailable, retryStoreWhileUnavailable, type RetryOptions } from './retry-while-unavailable';
import { hasImagesBelow } from './placed-images';
import { Reconciler, type Repaired } from './reconciler';
import { installedModel, runReencode } from './reencode-job';
import { checkSpace, SourceSpaces } from './source-spaces';

const POLL_MS = 2_000;
/** Number of re-encodings that run at the same time, beside the loads. */
const MAX_REENCODINGS = 1;

/**
 * Queues loads, runs at most one per collection at a time, and makes all other changes of collections. One instance per
 * process that loads. Callers pass names and ids in NFC: `normalName`.
 */
export class LoadService {
  private readonly owner: string;
  private readonly admin: CollectionAdmin;
  private readonly reconciler: Reconciler;
  private readonly spaces: SourceSpaces;
  private readonly facts: FactsPass;
  private readonly attributes: AttributeChanges;
  private readingFacts: Promise<void> = Promise.resolve();
  private readonly running = new Map<number, { kind: JobKind; lease: LoadLease; ended: Promise<void> }>();
  /** Jobs whose end could not be written. Their leases run out, as if this process had died. */
  private readonly unended = new Set<number>();
  private claiming: Promise<void> = Promise.resolve();
  private poll: NodeJS.Timeout | undefined;
  private readonly closing = new AbortController();
  private lastError = '';
  /** Errors of the calls of loads that are waiting now. */
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
    this.spaces = new SourceSpaces(options.models);
    this.facts = new FactsPass({ ...options, ...this.retryingTools() }, this.closing.signal);
    this.attributes = new AttributeChanges(options, this.closing.signal, (error) => options.onError(error));
  }

  /**
   * Repairs every collection, finishes interrupted drops, then begins to claim jobs. It waits for servers that are
   * unavailable. A failure of one collection is passed to `onError`, and the other collections are still repaired.
   */
  async open(): Promise<void> {
    const { store, vectors } = this.startTools();
    // Only this process uses a SQLite file, so all its leases are of dead processes.
    await store.loads.expireLeases(store.isRemote ? `${this.options.home}/` : '');
    for (const collection of await store.collections.listDropping())
      await this.attempt(() => new CollectionAdmin(store, vectors).finishDrop(collection));
    const reconciler = new Reconciler(store, vectors);
    for (const collection of await store.collections.list())
      await this.attempt(async () => {
        await reconciler.check(collection, this.closing.signal);
        await this.attributes.followAll(collection.id, { store, vectors });
      });
    if (this.closing.signal.aborted) return;
    this.poll = setInterval(() => {
      this.wake();
      void this.attributes.resume();
    }, POLL_MS);
    this.wake();
    // Loads that an earlier process did not end come first.
    this.readingFacts = this.claiming
      .then(() => this.facts.run())
      .catch((error: unknown) => this.options.onError(error));
  }

  /**
   * Compares all rows with all index entries of one collection, or of all collections. Loads and searches may run
   * meanwhile.
   */
  async repair(name?: string): Promise<RepairedCollection[]> {
    const { store } = this.options;
    for (const collection of await store.collections.listDropping()) await this.admin.finishDrop(collection);
    const repaired: RepairedCollection[] = [];
    for (const collection of name === undefined ? await store.collections.list() : [await this.admin.find(name)]) {
      const repair = (): Promise<Repaired> =>
        this.attributes.whileKept(collection.id, () => this.reconciler.repair(collection, this.closing.signal));
      repaired.push({ collection: collection.name, ...(await this.facts.whilePaused(repair)) });
    }
    return repaired;
  }

  /** Records a milestone permanently. */
  async reach(milestone: Milestone): Promise<void> {
    await this.options.store.reach(milestone);
  }

  /** The reason why loads are waiting now; null when no load is waiting. */
  waitsFor(): WentuError | null {
    return [...this.waiting].at(-1) ?? null;
  }

  /** Returns the collection of this name. If there is none, it creates one in the space of this server. */
  async ensureCollection(name: string): Promise<Collection> {
    return await this.admin.findOrCreate(checkCollectionName(name), this.spaces.own);
  }

  /** Creates an empty collection in the space of this server. @throws ConflictError when the name is taken */
  async createCollection(name: string): Promise<Collection> {
    return await this.admin.make(checkCollectionName(name), this.spaces.own);
  }

  /**
   * @throws NotFoundError; ConflictError when the name is taken, or when an unfinished load will create this collection
   */
  async renameCollection(name: string, newName: string): Promise<Collection> {
    const wanted = checkCollectionName(newName);
    const collection = await this.admin.find(name);
    const renamed = await this.options.store.collections.rename(collection.id, wanted);
    if (!renamed) throw noCollection(name);
    return renamed;
  }

  /** Checks that this server can load pictures into this collection. @throws InvalidInputError, IndexMismatchError */
  async checkTarget(collectionName: string): Promise<void> {
    const existing = await this.options.store.collections.find(checkCollectionName(collectionName));
    await this.spaces.ofPictures(existing);
  }

  /** Opens the source, rejects an unusable source, and queues the load. The caller has checked the directory. */
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

  /**
   * Queues a re-encoding: it encodes the images of a collection with another model, then switches to that model.
   * @throws NotFoundError when the model is not installed; ConflictError while another re-encoding has not ended
   */
  async reencode(collectionName: string, reencode: ReencodeOptions): Promise<LoadJob> {
    const { store, models, maxQueued } = this.options;
    const collection = await this.admin.find(collectionName);
    await installedModel(models, reencode.model);
    const job = await store.loads.createReencode(collection.id, reencode, maxQueued);
    this.wake();
    return job;
  }

  /** Removes a kept space of a collection. @throws NotFoundError, ConflictError */
  async dropSpace(collectionName: string, model: string): Promise<Collection> {
    return await this.admin.dropSpace(collectionName, model);
  }

  async cancel(id: number): Promise<LoadJob> {
    const job = await this.options.store.loads.requestCancel(id);
    if (!job) throw noLoad(id);
    await this.onCancelled(job);
    return job;
  }

  private async onCancelled(job: LoadJob): Promise<void> {
    this.running.get(job.id)?.lease.stop('cancel');
    // The job has ended already: a failure of `onFinished` does not fail the cancel.
    if (job.status === 'CANCELLED')
      await this.options.onFinished(job).catch((error: unknown) => this.options.onError(error));
  }

  deleteImages: CollectionAdmin['deleteImages'] = (...args) => this.admin.deleteImages(...args);
  deleteMatching: CollectionAdmin['deleteMatching'] = (...args) => this.admin.deleteMatching(...args);
  removeSource: CollectionAdmin['removeSource'] = (...args) => this.admin.removeSource(...args);
  allowImages: CollectionAdmin['allowImages'] = (...args) => this.admin.allowImages(...args);
  /** A batch of the pass over facts would write the points as they were before. */
  changeAttributes: AttributeChanges['change'] = (...args) =>
    this.facts.whilePaused(() => this.attributes.change(...args));

  /**
   * Removes or keeps the images below a directory whose files are missing: the images that a load reports as missing.
   * @param directory absolute path without links; it may not exist any more
   * @returns the number of changed images
   */
  async resolveMissing(collectionName: string, directory: string, action: MissingAction): Promise<number> {
    return await this.admin.resolveMissing(await this.admin.find(collectionName), directory, action);
  }

  /**
   * Cancels the loads of the collection, waits until they have ended, then removes the collection.
   * @returns false when no collection has this name
   */
  async drop(name: string): Promise<boolean> {
    const { store } = this.options;
    const before = await store.collections.find(name);
    const of: LoadsOf = before ? { collectionId: before.id } : { collection: name };
    const cancelled = await store.loads.requestCancelAll(of);
    for (const job of cancelled) await this.onCancelled(job);
    await Promise.all(cancelled.flatMap(({ id }) => this.running.get(id)?.ended ?? []));
    await untilNoLoadRuns(store.loads, of, { signal: this.closing.signal, onPoll: () => this.wake() });
    // A load that ended just now may have created the collection.
    const collection = before ?? (await store.collections.find(name));
    if (!collection) return false;
    await this.admin.drop(collection);
    return true;
  }

  /** Returns running loads to the queue. The next start runs them again. */
  async close(): Promise<void> {
    this.closing.abort(new LoadStopped('shutdown'));
    clearInterval(this.poll);
    await this.claiming;
    for (const run of this.running.values()) run.lease.stop('shutdown');
    await Promise.all([...this.running.values()].map((run) => run.ended));
    await this.readingFacts;
    await this.attributes.close();
  }

  private wake(): void {
    this.claiming = this.claiming
      .then(() => this.claim())
      .then(
        () => (this.lastError = ''),
        (error: unknown) => {
          // Reported once, not every two seconds of an outage.
          if (String(error) !== this.lastError) this.options.onError(error);
          this.lastError = String(error);
        },
      )
      .then(() => undefined);
  }

  private async claim(): Promise<void> {
    // Renew first: after an outage, expired leases would look like leases of a dead process.
    for (const { lease } of this.running.values()) await lease.renew();
    // Re-encodings have a place of their own: they wait for loads, so they must not take the places of loads.
    await this.claimKind('LOAD', this.options.maxRunning);
    await this.claimKind('REENCODE', MAX_REENCODINGS);
  }

  private async claimKind(kind: JobKind, most: number): Promise<void> {
    const count = (): number => [...this.running.values()].filter((run) => run.kind === kind).length;
    while (!this.closing.signal.aborted && count() < most) {
      const { store } = this.options;
      const known = [...this.running.keys(), ...this.unended];
      const claimed = await store.loads.claim(this.owner, LoadLease.leaseMs, known, kind);
      if (!claimed) return;
      this.unended.delete(claimed.job.id);
      const tally = new LoadTally();
      const progress = (): LoadProgress => (isOver(claimed) ? claimed.job : tally.progress());
      const lease = new LoadLease(store, claimed.job.id, this.owner, progress, this.waits);
      if (claimed.job.cancelRequested) lease.stop('cancel');
      const ended = this.facts
        .whilePaused(() => this.execute(claimed, lease, tally))
        .catch((error: unknown) => this.options.onError(error));
      const run = { kind, lease, ended };
      this.running.set(claimed.job.id, run);
      void ended.then(() => {
        // The job may have been lost and claimed again meanwhile.
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

  /** Keeps the lease until the result is written, so that no other process claims the job meanwhile. */
  private async finish(claimed: ClaimedJob, lease: LoadLease, tally: LoadTally, failure: unknown): Promise<void> {
    const { store } = this.retryingTools();
    // Reserve the id before the check of the lease: rows of a later owner have larger ids and are not removed here.
    const below = await store.ids.reserve(1);
    if (!(await this.isOurs(lease, this.closing.signal))) return;
    const isShutdown = failure instanceof LoadStopped && failure.reason === 'shutdown';
    // Unfinished rows must be removed, however the load ended. A re-encoding has none, and loads may run beside it.
    const collection = claimed.job.kind === 'LOAD' ? await remainingCollectionOf(store, claimed.job) : null;
    const clearing = collection ? this.retryingReconciler().removeUnsettled(collection, undefined, below) : 0;
    // A shutdown must not look like a crash. The next owner of the load removes the rows too.
    if (isShutdown) {
      await Promise.resolve(clearing).catch((error: unknown) => this.options.onError(error));
      return await store.loads.release(claimed.job.id, this.owner);
    }
    await clearing;
    const status = statusOf(failure, tally);
    const error =
      status === 'FAILED' ? describeFailure(claimed.job, failure, (hidden) => this.options.onError(hidden)) : undefined;
    await store.loads.finish(claimed.job.id, this.owner, status, lease.progress(), error);
    await this.options.onFinished(claimed.job);
    await store.loads.prune(this.options.keepJobs);
  }

  private async load(claimed: ClaimedJob, lease: LoadLease, tally: LoadTally): Promise<void> {
    const { job } = claimed;
    lease.signal.throwIfAborted();
    if (claimed.crashes > MAX_CRASHES) {
      const message = sentence('LOAD_CRASHED', { times: claimed.crashes });
      throw new ItemError('CRASHED', message);
    }
    const tools = this.retryingTools(lease.signal);
    const isOurs = async (): Promise<boolean> => await this.isOurs(lease, lease.signal);
    const running = { claimed, lease, tally, tools, options: this.options, isOurs };
    if (job.kind === 'REENCODE') return await runReencode(running);
    const openDataset: RunningLoad['openDataset'] = (...args) => this.openDataset(...args);
    await runLoad({ ...running, attributes: this.attributes.over(tools), spaces: this.spaces, openDataset });
  }

  /** A folder without pictures is refused, unless the collection has images from it. These images are then missing. */
  private async openDataset(existing: Collection | null, directory: string, options: LoadOptions): Promise<Dataset> {
    const mayBeEmpty = async (): Promise<boolean> =>
      existing !== null && (await hasImagesBelow(this.options.store.images, existing.id, directory));
    return await this.options.openDataset(directory, { ...options, mayBeEmpty });
  }

  private async isOurs(lease: LoadLease, signal: AbortSignal): Promise<boolean> {
    const { isRemote } = this.options.store;
    return await retryWhileUnavailable({ renew: () => lease.renew() }, isRemote, { ...this.waits, signal }).renew();
  }

  /** The stores with calls that are retried while a server is unavailable or the disk is full. */
  private retryingTools(signal = this.closing.signal): LoadStores {
    const { store, vectors } = this.options;
    const options = { ...this.waits, signal };
    return {
      store: retryStoreWhileUnavailable(store, options),
      vectors: retryWhileUnavailable(vectors, vectors.isRemote, options),
    };
  }

  /** Stores for the start: calls wait for servers, but a full disk of a SQLite file is an error at once. */
  private startTools(): LoadStores {
    const { store } = this.options;
    return store.isRemote ? this.retryingTools() : { ...this.retryingTools(), store };
  }

  private retryingReconciler(): Reconciler {
    const { store, vectors } = this.retryingTools();
    return new Reconciler(store, vectors);
  }

  private async attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.closing.signal.aborted) return;
      // An index in this process that was not compared with the rows may lack entries, so the start must fail.
      if (!this.options.vectors.isRemote) throw error;
      this.options.onError(error);
    }
  }
}
