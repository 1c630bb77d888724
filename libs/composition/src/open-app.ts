import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import {
  type ExecutionProvider,
  type LoadJob,
  type LoadOptions,
  type MetadataReader,
  type MetadataStore,
  type ModelInfo,
  type OriginalReader,
  type TextEncoder,
  type VectorStore,
} from '@wentu/domain';
import { cacheTexts, loadModel } from '@wentu/encoder';
import { createOriginalReader, openSqliteStore } from '@wentu/metadata';
import { isFinished, Searcher, watchJob } from '@wentu/search';
import type { Logger } from 'pino';
import type { Config } from './config';
import { DataFolder } from './data-folder';
import type { LoadThread, LoadWorkerData } from './load-worker';
import { resolveUnderRoots } from './load-roots';
import { findModelFolder } from './model-folder';
import type { QueryThread, QueryWorkerData } from './query-worker';
import { WorkerThread } from './worker-thread';

/** Everything put together: what the API and the command line work with. */
export interface App {
  readonly version: string;
  readonly config: Config;
  readonly model: ModelInfo;
  readonly provider: ExecutionProvider;
  readonly searcher: Searcher;
  readonly reader: MetadataReader;
  readonly originals: OriginalReader;
  /** Changes of what is stored. `load` is the one that checks where it may read. */
  readonly loads: Pick<LoadThread, 'cancel' | 'deleteImages' | 'drop'>;
  /** Queues the load of a folder that lies under the roots. @throws ForbiddenError, NotFoundError, InvalidInputError */
  load(collection: string, directory: string, options: LoadOptions): Promise<LoadJob>;
  watchJob(id: number, signal?: AbortSignal): AsyncGenerator<LoadJob>;
  readiness(): Promise<Readiness>;
  /** Makes the server's address known to other processes that want the data folder. */
  announce(address: string): Promise<void>;
  close(): Promise<void>;
}

export interface Readiness {
  readonly ready: boolean;
  /** What is being waited for. */
  readonly waitingFor: string | null;
}

const WORKSPACE = resolve(__dirname, '../../..');
const SAMPLES = join(WORKSPACE, 'samples');
const CACHED_TEXTS = 10_000;

/**
 * Opens the data folder and starts the threads. Resolves when loads are taken and searches answered; whether everything
 * there is can be found already, `readiness` tells.
 */
export async function openApp(config: Config, log: Logger): Promise<App> {
  const opened: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const undo of opened.reverse().splice(0)) await undo();
  };
  try {
    const modelFolder = findModelFolder(config.model);
    const { info } = await loadModel(modelFolder, config);
    const folder = await DataFolder.open(config.dataDir);
    opened.push(() => folder.close());

    const [queryThreads, loadThreads] = planThreads(config.threads || availableParallelism());
    const vectorCalls = new MessageChannel();
    const queryData: QueryWorkerData = {
      modelFolder,
      device: config.device,
      threads: queryThreads,
      upright: config.upright,
      background: config.background,
      loadPort: vectorCalls.port1,
    };
    const query = new WorkerThread(
      require.resolve('./query-worker'),
      'query worker',
      queryData,
      [vectorCalls.port1],
      log,
    );
    opened.push(() => query.stop());
    const loadData: LoadWorkerData = { config, modelFolder, threads: loadThreads, vectorPort: vectorCalls.port2 };
    const load = new WorkerThread(require.resolve('./load-worker'), 'load worker', loadData, [vectorCalls.port2], log);
    opened.push(() => load.stop());
    const loads = load.service<LoadThread>('loads');
    opened.push(() => loads.close());
    const provider = await query.service<QueryThread>('thread').open();
    await loads.open();

    // The load worker has migrated the database; this connection only reads.
    const reader = await openSqliteStore({ path: config.databasePath, readOnly: true });
    opened.push(() => reader.close());
    await firstStart(config, reader, loads);

    const texts = query.service<Pick<TextEncoder, 'encodeTexts'>>('texts');
    const encoder = cacheTexts({ model: info, encodeTexts: (...args) => texts.encodeTexts(...args) }, CACHED_TEXTS);
    const vectors = query.service<VectorStore>('vectors') as VectorStore;
    return {
      version: (createRequire(__filename)(join(WORKSPACE, 'package.json')) as { version: string }).version,
      config,
      model: info,
      provider,
      searcher: new Searcher(reader, vectors, encoder, { ...config.limits, maxTexts: 1_000 }),
      reader,
      originals: createOriginalReader(reader),
      loads,
      async load(collection, directory, options) {
        return await loads.start(collection, await resolveUnderRoots(directory, config.loadRoots), options);
      },
      watchJob: (id, signal) => watchJob(reader, id, signal),
      readiness: createReadiness(reader),
      announce: (address) => folder.announce(address),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** [query worker, load worker]: a load may use the whole machine, a search half of it at once. */
function planThreads(cores: number): [number, number] {
  return [Math.max(1, Math.ceil(cores / 2)), cores];
}

/** The collection `default` always exists; the shipped pictures are loaded by the first start that finds no trace of them. */
async function firstStart(
  config: Config,
  reader: MetadataReader,
  loads: Pick<LoadThread, 'start' | 'ensureCollection'>,
): Promise<void> {
  await loads.ensureCollection('default');
  if (!config.samples || !existsSync(SAMPLES) || (await reader.findCollection('samples'))) return;
  const earlier = await reader.listJobs({ collection: 'samples', first: 1_000 });
  // Whoever drops the samples does not want them back.
  if (!earlier.some((job) => job.directory === SAMPLES)) await loads.start('samples', SAMPLES, {});
}

/** Ready when the shipped pictures have been loaded once: until then the first queries of a newcomer would find nothing. */
function createReadiness(reader: MetadataStore): () => Promise<Readiness> {
  let samplesDone = false;
  return async () => {
    await reader.ping();
    if (!samplesDone) {
      const jobs = await reader.listJobs({ collection: 'samples', first: 1_000 });
      samplesDone = !jobs.some((job) => job.directory === SAMPLES && !isFinished(job));
    }
    return samplesDone
      ? { ready: true, waitingFor: null }
      : { ready: false, waitingFor: 'the sample pictures are being loaded' };
  };
}
