import { ItemError, sentence, type ClaimedJob, type Collection, type Dataset, type LoadOptions } from '@wentu/domain';
import { CollectionAdmin } from './collection-admin';
import { FailedItems } from './failed-items';
import type { UsedImageModel } from './image-models';
import { indexName } from './index-name';
import { collectionOf } from './job-collection';
import { LoadStopped, type LoadLease } from './load-lease';
import { LoadRun, type LoadRunTools } from './load-run';
import type { LoadServiceOptions, LoadStores } from './load-service-options';
import type { LoadTally } from './load-tally';
import { LocalChunkExecutor } from './local-chunk-executor';
import { NewTarget } from './new-target';
import { Reconciler } from './reconciler';
import { checkSpace, type SourceSpaces } from './source-spaces';

/** A claimed job, and everything that it needs to run. */
export interface RunningJob {
  readonly claimed: ClaimedJob;
  readonly lease: LoadLease;
  readonly tally: LoadTally;
  /** Stores whose calls are retried until the job is stopped. */
  readonly tools: LoadStores;
  readonly options: LoadServiceOptions;
  /** Extends the lease now. @returns whether this process still has it */
  readonly isOurs: () => Promise<boolean>;
}

export interface RunningLoad extends RunningJob {
  readonly spaces: SourceSpaces;
  readonly attributes: LoadRunTools['attributes'];
  openDataset(existing: Collection | null, directory: string, options: LoadOptions): Promise<Dataset>;
}

/** Runs a load: opens its source, removes what a dead run has left, then loads. */
export async function runLoad(load: RunningLoad): Promise<void> {
  const { claimed, lease, tally, tools, options, spaces, attributes } = load;
  const { job } = claimed;
  const existing = await collectionOf(tools.store, job);
  const dataset = await load.openDataset(existing, job.directory, job.options);
  let used: UsedImageModel | undefined;
  let checking: Promise<void> | undefined;
  try {
    if (dataset.directory !== job.directory) {
      const message = sentence('SOURCE_LINKED', { directory: job.directory });
      throw new ItemError('SOURCE_LOST', message);
    }
    const space = await spaces.of(dataset, job.options, existing);
    // Pictures are read and hashed meanwhile. Nothing is written before it ends.
    checking = dataset.features ? spaces.checkFeatures(dataset, space, lease.signal) : Promise.resolve();
    checking.catch(() => undefined);
    if (existing) checkSpace(existing, space);
    const reconciler = new Reconciler(tools.store, tools.vectors);
    const below = await tools.store.ids.reserve(1);
    if (!(await load.isOurs())) throw new LoadStopped('lost');
    if (existing) {
      const { id, activeSpace } = existing;
      await tools.vectors.ensure(indexName(id, activeSpace.id), activeSpace.dimension);
      await reconciler.removeUnsettled(existing, lease.signal, below);
    }
    const target = new NewTarget(new CollectionAdmin(tools.store, tools.vectors), job.collection, space, existing);
    const repairIndex = async (collection: Collection): Promise<unknown> =>
      await reconciler.repair(collection, lease.signal);
    const maxCopiedBytes = Math.min(options.maxCopiedBytes, await tools.store.originals.maxBytes());
    used = await spaces.encoderOf(dataset, space, existing);
    const executor = new LocalChunkExecutor({ ...options, ...used });
    const { retryOf } = job.options;
    const only = retryOf === undefined ? null : await FailedItems.of(tools.store.loads, retryOf);
    const runTools = {
      ...tools,
      attributes,
      executor,
      batchSize: options.batchSize,
      maxCopiedBytes,
      repairIndex,
      only,
    };
    const run = new LoadRun(runTools, target, dataset, claimed, lease, tally);
    await run.run(checking).finally(() => run.writeFailures());
  } finally {
    // It reads the dataset.
    await checking?.catch(() => undefined);
    await used?.close();
    await dataset.close();
  }
}
