import { join, resolve } from 'node:path';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { createDatasetOpener, createFolderWatcher } from '@wentu/dataset';
import { DuplicateFiles } from '@wentu/data-folder';
import {
  isDamaged,
  withTimeout,
  WentuError,
  type AuditLog,
  type DuplicateFinder,
  type Keys,
  type MetadataStore,
  type NewSpace,
} from '@wentu/domain';
import { createOriginalReader } from '@wentu/metadata';
import { InstalledModels, NearSimilarities, type InstalledModel } from '@wentu/models';
import { DuplicateScans, FolderWatches, LoadService, StoreHealth, type StoreProblem } from '@wentu/search';
import { removeUploadFolder } from '@wentu/uploads/folder';
import { lowerThreadPriority, RpcClient, serveCalls } from '@wentu/worker-rpc';
import { SAMPLES, type Config } from './config';
import { ImageTowers } from './image-towers';
import type { IndexServices } from './index-worker';
import type { PictureServices } from './picture-worker';
import { removeOtherIndexes } from './index-files';
import { openWordsPass } from './open-words-pass';
import { indexPrefix, namingBackup, openMetadataStore, openVectorStore } from './open-stores';
import { noteLoadEnd } from './load-end';
import { logFromThread } from './thread-log';
import { sendMeasures } from './thread-measures';

export interface LoadWorkerData {
  readonly config: Config;
  /** The server's own model. */
  readonly model: InstalledModel;
  /** Whether its image tower is opened at the start, or when it is first used. */
  readonly openTowers: boolean;
  readonly loadThreads: number;
  /** The id of the data folder. */
  readonly home: string;
  /** Sends calls to the embedded index; null when the index is on a server. */
  readonly vectorPort: MessagePort | null;
  /** Sends pictures to the picture worker. */
  readonly picturePort: MessagePort;
}

const WORKSPACE = resolve(__dirname, '../../..');
const KEPT_JOBS = 1_000;
const RUNNING_LOADS = 2;
const FIRST_ANSWER_MS = 5_000;

/** The services for the main thread. */
export interface LoadServices {
  thread: {
    open(): Promise<void>;
    /** Repairs the state after a crash, then starts to run loads. Waits for servers that are unavailable. */
    begin(): Promise<void>;
    close(): Promise<void>;
  };
  loads: Loads;
  watches: Pick<FolderWatches, 'watch'>;
  keys: Omit<Keys, 'list' | 'findSignIn'>;
  audit: Pick<AuditLog, 'add'>;
  duplicates: DuplicateFinder;
  nearSimilarities: Pick<NearSimilarities, 'of'>;
  words: {
    /** As `WordsPass.countUnread`; null when this server reads no words. */
    countUnread(collectionId: number): Promise<number | null>;
    noteSearch(): Promise<void>;
  };
  pictures: {
    /** Encodes the picture of a search; the vector is L2-normalised. @throws InvalidInputError */
    encodePicture(bytes: Uint8Array, space: NewSpace, signal?: AbortSignal): Promise<Float32Array>;
    /** Measures how many prepared pictures the model encodes in a second. */
    imagesPerSecond(model: InstalledModel): Promise<number>;
  };
  store: {
    /** The reason why the store cannot be written; null after a successful write. */
    storeProblem(): Promise<StoreProblem | null>;
  };
}

/** The operations that change stored data. */
export type Loads = Pick<
  LoadService,
  | 'start'
  | 'checkTarget'
  | 'cancel'
  | 'deleteImages'
  | 'deleteMatching'
  | 'removeSource'
  | 'allowImages'
  | 'changeAttributes'
  | 'resolveMissing'
  | 'drop'
  | 'ensureCollection'
  | 'createCollection'
  | 'renameCollection'
  | 'repair'
  | 'reencode'
  | 'dropSpace'
  | 'reach'
>;

// Searches have priority over loads.
lowerThreadPriority();

sendMeasures();
const { config, model, openTowers, loadThreads: threads, home, vectorPort, picturePort } = workerData as LoadWorkerData;
const decoder = new RpcClient<PictureServices>(picturePort, 'picture worker').service('pictures');
const closing: (() => Promise<void>)[] = [];

// This thread reads, hashes, decodes and writes; each image tower has its own child thread.
async function open() {
  const { limits, batchSize } = config;
  const models = new InstalledModels(model, config.dataDir, config);
  const towers = new ImageTowers({ models, config, threads, decoder });
  closing.unshift(() => towers.close());
  // Wait for both before an error is thrown: a thread must not be stopped while it opens a model.
  const [storing, encoding] = await Promise.allSettled([
    openMetadataStore(config, { onStuck: die }),
    openTowers ? towers.open() : null,
  ]);
  if (storing.status === 'fulfilled') closing.unshift(() => storing.value.close());
  if (storing.status === 'rejected') throw storing.reason;
  if (encoding.status === 'rejected') throw encoding.reason;
  const store = storing.value;
  await refuseWrongStore(store);
  const embedded = vectorPort && new RpcClient<IndexServices>(vectorPort, 'index worker').service('vectors');
  const vectors = await openVectorStore(config, embedded, store);
  closing.unshift(() => vectors.close());
  const words = config.readWords ? await openWordsPass(store, decoder) : null;
  const { maxImageBytes, folderTimeoutMs } = limits;
  const service = new LoadService({
    store,
    vectors,
    models: towers,
    home,
    openDataset: createDatasetOpener({ maxImageBytes, folderTimeoutMs, ignored: config.ignored }),
    batchSize,
    // Each decoder process decodes one picture at a time.
    decodeConcurrency: Math.max(batchSize, threads),
    maxCopiedBytes: limits.maxCopiedBytes,
    maxRunning: RUNNING_LOADS,
    maxQueued: limits.maxQueuedLoads,
    keepJobs: KEPT_JOBS,
    readOriginals: createOriginalReader,
    onFinished: async ({ id, directory, options }) => {
      noteLoadEnd(id);
      words?.wake();
      if (options.isUpload) await removeUploadFolder(directory, await store.storeId());
    },
    onError: logFromThread,
    onWait: (error) => logFromThread(error, 'warn'),
  });
  closing.unshift(() => service.close());
  if (words) closing.unshift(() => words.close());
  const watches = new FolderWatches({
    ...{ store, home, onError: logFromThread },
    watchFolder: createFolderWatcher({
      ignored: config.ignored,
      own: [config.dataDir, config.uploadsDir],
      pollSeconds: config.watchPollSeconds,
      folderTimeoutMs,
    }),
    startLoad: (...load) => service.start(...load),
  });
  closing.unshift(() => watches.close());
  const nearSimilarities = new NearSimilarities({
    ...{ samples: SAMPLES, dataDir: config.dataDir, shipped: join(WORKSPACE, 'models/near-similarities.json') },
    modelOf: async (space) => (await models.findFor(space))?.info ?? null,
    encodePicture: (bytes, space, signal) => towers.encodePicture(bytes, space, signal),
  });
  const duplicates = new DuplicateScans({
    ...{ store, vectors, onError: logFromThread },
    results: new DuplicateFiles(config.dataDir),
    minSimilarityOf: (space, signal) => nearSimilarities.of(space, signal),
    onWait: (error) => logFromThread(error, 'warn'),
  });
  closing.unshift(() => duplicates.close());
  const health = new StoreHealth(
    store,
    () => service.waitsFor(),
    (error) => logFromThread(error, 'warn'),
  );
  return {
    loads: service,
    startWords: () => words?.open(),
    words: {
      countUnread: async (collectionId: number) => (words ? await words.countUnread(collectionId) : null),
      noteSearch: async () => words?.noteSearch(),
    },
    watches,
    keys: store.keys,
    audit: store.audit,
    duplicates,
    nearSimilarities,
    removeOldIndexes: async () => {
      if (embedded) await removeOtherIndexes(config.dataDir, await indexPrefix(store));
    },
    store: { storeProblem: () => health.check() },
    pictures: towers,
  };
}

/**
 * Reports a wrong store before any load runs. A server that is unavailable is not an error here: the worker waits for
 * it and checks it then.
 */
async function refuseWrongStore(store: MetadataStore): Promise<void> {
  try {
    await withTimeout(store.ping(), FIRST_ANSWER_MS, 'the metadata store does not answer yet');
  } catch (error) {
    if (isDamaged(error)) throw namingBackup(error, config.dataDir);
    if (!(error instanceof WentuError) || error.code !== 'UNAVAILABLE') throw error;
  }
}

/** Throws an error that no code catches, so the thread ends, and with it the server, with exit code 3. */
function die(error: Error): void {
  setImmediate(() => {
    throw error;
  });
}

let opening: ReturnType<typeof open> | undefined;
const opened = () => (opening ??= open());

serveCalls<LoadServices>(parentPort as MessagePort, {
  thread: {
    open: async () => void (await opened()),
    begin: async () => {
      const { loads, watches, startWords, removeOldIndexes } = await opened();
      await loads.open();
      await watches.open();
      startWords();
      await removeOldIndexes().catch((error: unknown) => logFromThread(error, 'warn'));
    },
    async close() {
      for (const undo of closing.splice(0)) await undo();
    },
  },
  loads: async () => (await opened()).loads,
  watches: async () => (await opened()).watches,
  keys: async () => (await opened()).keys,
  audit: async () => (await opened()).audit,
  duplicates: async () => (await opened()).duplicates,
  nearSimilarities: async () => (await opened()).nearSimilarities,
  words: async () => (await opened()).words,
  pictures: async () => (await opened()).pictures,
  store: async () => (await opened()).store,
});
