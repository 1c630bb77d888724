import { randomUUID } from 'node:crypto';
import {
  IndexMismatchError,
  InvalidInputError,
  NotFoundError,
  WentuError,
  type ClaimedJob,
  type Collection,
  type Dataset,
  type LoadFailure,
  type LoadJob,
  type LoadOptions,
  type OpenDataset,
} from '@wentu/domain';
import { CollectionAdmin, checkCollectionName } from './collection-admin';
import { checkFeatures, type FeatureModel } from './feature-check';
import { LoadLease, LoadStopped } from './load-lease';
import { LoadRun, type LoadTools } from './load-run';
import { LoadTally } from './load-tally';
import { Reconciler } from './reconciler';
import { describeSpaces, type Space } from './space';

export interface LoadServiceOptions extends LoadTools {
  readonly openDataset: OpenDataset;
  /** The installed model of this name, the server's own included; null when there is none. */
  findFeatureModel(name: string): Promise<FeatureModel | null>;
  /** Loads that run side by side, each in its own collection. */
  readonly maxRunning: number;
  /** Finished jobs that are remembered. */
  readonly keepJobs: number;
  /** For what nobody awaits. */
  onError(error: unknown): void;
}

const POLL_MS = 2_000;

/** Takes loads in, runs them one a collection, and does all other changes of collections. One per process that loads. */
export class LoadService {
  private readonly owner = randomUUID();
  private readonly admin: CollectionAdmin;
  private readonly reconciler: Reconciler;
  private readonly running = new Map<number, { collection: string; lease: LoadLease; ended: Promise<void> }>();
  private claiming: Promise<void> = Promise.resolve();
  private poll: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly options: LoadServiceOptions) {
    this.admin = new CollectionAdmin(options.store, options.vectors);
    this.reconciler = new Reconciler(options.store, options.vectors);
  }

  /** Repairs every collection, finishes interrupted drops, then begins to take jobs. */
  async open(): Promise<void> {
    const { store } = this.options;
    for (const collection of await store.listDropping()) await this.admin.finishDrop(collection);
    for (const collection of await store.listCollections()) await this.reconciler.repair(collection);
    this.poll = setInterval(() => this.wake(), POLL_MS);
    this.wake();
  }

  /** A collection in this server's space, made if there is none of that name. */
  async ensureCollection(name: string): Promise<Collection> {
    return await this.admin.findOrCreate(checkCollectionName(name), this.ownSpace());
  }

  /** Looks at the source and queues the load; what is plainly wrong is refused here. The directory is checked by the caller. */
  async start(collectionName: string, directory: string, options: LoadOptions): Promise<LoadJob> {
    const collection = checkCollectionName(collectionName);
    const dataset = await this.options.openDataset(directory, options);
    try {
      const existing = await this.options.store.findCollection(collection);
      const space = await this.spaceOf(dataset, options);
      if (existing) checkSpace(existing, space);
      const job = { collection, directory: dataset.directory, options };
      const created = await this.options.store.createJob(job);
      this.wake();
      return created;
    } finally {
      await dataset.close();
    }
  }

  async cancel(id: number): Promise<LoadJob> {
    const job = await this.options.store.requestCancel(id);
    if (!job) throw new NotFoundError(`no load job ${id}; the query "loadJobs" lists those that are kept`);
    this.running.get(id)?.lease.stop('cancel');
    return job;
  }

  async deleteImages(collection: string, imageIds: readonly string[]): Promise<number> {
    return await this.admin.deleteImages(collection, imageIds);
  }

  /** Cancels the collection's loads, waits for them to end, then removes it. @returns false when there is none of that name */
  async drop(name: string): Promise<boolean> {
    const collection = await this.options.store.findCollection(name.normalize('NFC'));
    for (const job of await this.options.store.listJobs({ collection: name.normalize('NFC'), first: 1_000 })) {
      if (job.status === 'QUEUED' || job.status === 'RUNNING') await this.cancel(job.id);
    }
    const own = [...this.running.values()].filter((run) => run.collection === collection?.name);
    await Promise.all(own.map((run) => run.ended));
    if (!collection) return false;
    await this.admin.drop(collection);
    return true;
  }

  /** Running loads go back to the queue and are taken up at the next start. */
  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.poll);
    await this.claiming;
    for (const run of this.running.values()) run.lease.stop('shutdown');
    await Promise.all([...this.running.values()].map((run) => run.ended));
  }

  private wake(): void {
    this.claiming = this.claiming.then(() => this.claim()).catch((error: unknown) => this.options.onError(error));
  }

  private async claim(): Promise<void> {
    while (!this.closed && this.running.size < this.options.maxRunning) {
      const claimed = await this.options.store.claimJob(this.owner, LoadLease.leaseMs);
      if (!claimed) return;
      const tally = new LoadTally();
      const lease = new LoadLease(this.options.store, claimed.job.id, this.owner, () => tally.progress());
      const ended = this.execute(claimed, lease, tally).catch((error: unknown) => this.options.onError(error));
      this.running.set(claimed.job.id, { collection: claimed.job.collection, lease, ended });
      void ended.then(() => {
        this.running.delete(claimed.job.id);
        this.wake();
      });
    }
  }

  private async execute(claimed: ClaimedJob, lease: LoadLease, tally: LoadTally): Promise<void> {
    const { store } = this.options;
    let failure: unknown;
    try {
      await this.load(claimed, lease, tally);
    } catch (error) {
      failure = error;
    }
    await lease.end();
    if (failure instanceof LoadStopped && failure.reason === 'lost') return;
    // Nothing that was in flight may stay behind, however the load ended.
    const collection = await store.findCollection(claimed.job.collection);
    if (collection) await this.reconciler.removeUnsettled(collection);
    if (failure instanceof LoadStopped && failure.reason === 'shutdown') {
      return await store.releaseJob(claimed.job.id, this.owner);
    }
    const status = failure === undefined ? 'SUCCEEDED' : failure instanceof LoadStopped ? 'CANCELLED' : 'FAILED';
    const error = status === 'FAILED' ? this.describe(claimed.job, failure) : undefined;
    await store.finishJob(claimed.job.id, this.owner, status, tally.progress(), error);
    await store.pruneJobs(this.options.keepJobs);
  }

  private async load(claimed: ClaimedJob, lease: LoadLease, tally: LoadTally): Promise<void> {
    const { job } = claimed;
    const dataset = await this.options.openDataset(job.directory, job.options);
    try {
      const space = await this.spaceOf(dataset, job.options);
      if (dataset.features) await this.checkFeatures(dataset, space, lease.signal);
      const collection = await this.admin.findOrCreate(job.collection, space);
      checkSpace(collection, space);
      await this.reconciler.removeUnsettled(collection);
      const run = new LoadRun(this.options, collection, dataset, claimed, lease, tally);
      await run.run().finally(() => run.writeFailures());
    } finally {
      await dataset.close();
    }
  }

  /** The embedding space that a source's vectors will be in. */
  private async spaceOf(dataset: Dataset, options: LoadOptions): Promise<Space> {
    const own = this.ownSpace();
    const { features } = dataset;
    if (!features) {
      if (options.featuresModel === undefined) return own;
      throw new InvalidInputError(
        `featuresModel is ${JSON.stringify(options.featuresModel)}, but ${dataset.directory} holds no feature file; leave it out`,
      );
    }
    const model = features.model ?? options.featuresModel ?? own.model;
    const installed = (await this.options.findFeatureModel(model))?.info;
    // A model that is not installed is known by its name alone.
    const space = features.space ?? installed?.space ?? model;
    if (space === installed?.space && features.dimension !== installed.dimension) {
      throw new IndexMismatchError(
        `the features in ${dataset.directory} are ${features.dimension}-d; ${model}'s are ${installed.dimension}-d. ` +
          'Say which model made them with featuresModel, or remove the feature file and let the pictures be encoded here',
      );
    }
    return { model, space, dimension: features.dimension };
  }

  private async checkFeatures(dataset: Dataset, { model, space }: Space, signal: AbortSignal): Promise<void> {
    const found = await this.options.findFeatureModel(model);
    if (found?.info.space !== space) return;
    const maker = await found.open();
    try {
      await checkFeatures(dataset, maker, signal);
    } finally {
      await maker.close();
    }
  }

  private ownSpace(): Space {
    const { name, space, dimension } = this.options.encoder.model;
    return { model: name, space, dimension };
  }

  private describe(job: LoadJob, error: unknown): LoadFailure {
    if (error instanceof WentuError) return { item: job.directory, code: error.code, message: error.message };
    this.options.onError(error);
    return { item: job.directory, code: 'INTERNAL', message: 'the load met a bug; the log has the details' };
  }
}

function checkSpace(collection: Collection, brought: Space): void {
  if (collection.space === brought.space && collection.dimension === brought.dimension) return;
  const [held, other] = describeSpaces(collection, brought);
  throw new IndexMismatchError(
    `collection ${JSON.stringify(collection.name)} holds ${held}; this load brings ${other}. ` +
      'Load it into another collection, or drop this one first',
  );
}
