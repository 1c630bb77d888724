import {
  isSameSpace,
  NotFoundError,
  sentence,
  type Collection,
  type EmbeddingSpace,
  type MetadataStore,
} from '@wentu/domain';
import type { ImageModel, ImageModels } from './image-models';
import { collectionOf } from './job-collection';
import type { RunningJob } from './load-job';
import { LoadStopped } from './load-lease';
import { LocalChunkExecutor } from './local-chunk-executor';
import { Reconciler } from './reconciler';
import { ReencodeRun } from './reencode-run';

/** @throws NotFoundError when the model is not installed */
export async function installedModel(models: Pick<ImageModels, 'find'>, name: string): Promise<ImageModel> {
  const model = await models.find(name);
  if (model) return model;
  throw new NotFoundError(sentence('MODEL_NOT_INSTALLED', { model: name }));
}

/** Runs a re-encoding: adds the space of the model or takes the kept space, encodes, and switches. */
export async function runReencode({ claimed, lease, tally, tools, options, isOurs }: RunningJob): Promise<void> {
  const { job } = claimed;
  const model = await installedModel(options.models, job.reencode?.model ?? '');
  const collection = await collectionOf(tools.store, job);
  if (!collection || !(await isOurs())) throw new LoadStopped('lost');
  const space = await spaceOf(tools.store, collection, model);
  const reconciler = new Reconciler(tools.store, tools.vectors);
  const used = model.use('pictures');
  try {
    const run = new ReencodeRun(
      {
        ...tools,
        originals: options.readOriginals(tools.store.originals),
        executor: new LocalChunkExecutor({ ...options, ...used }),
        batchSize: options.batchSize,
        isOurs,
        repairSpace: (wanted) => reconciler.repairSpace(collection.id, wanted, lease.signal),
        async removeUnsettled() {
          const below = await tools.store.ids.reserve(1);
          if (!(await isOurs())) throw new LoadStopped('lost');
          await reconciler.removeUnsettled(collection, lease.signal, below);
        },
      },
      ...([collection, space, claimed, lease, tally] as const),
    );
    await run.run().finally(() => run.writeFailures());
  } finally {
    await used.close();
  }
}

async function spaceOf(
  { collections }: Pick<MetadataStore, 'collections'>,
  { id, activeSpace }: Collection,
  { info: { name, space, dimension } }: ImageModel,
): Promise<EmbeddingSpace> {
  const wanted = { model: name, space, dimension };
  const kept = [activeSpace, ...(await collections.listSpaces(id))].find((each) => isSameSpace(each, wanted));
  return kept ?? (await collections.addSpace(id, wanted));
}
