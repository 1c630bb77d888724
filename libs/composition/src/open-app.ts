import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import {
  inTime,
  isDiskFull,
  UnavailableError,
  WentuError,
  type ExecutionProvider,
  type LoadJob,
  type LoadOptions,
  type MissingAction,
  type MetadataReader,
  type MetadataStore,
  type ModelInfo,
  type OriginalReader,
  type TextEncoder,
  type TextExplainer,
  type TextUnderstanding,
  type VectorStore,
} from '@wentu/domain';
import { cacheTexts, loadModel } from '@wentu/encoder';
import { createOriginalReader } from '@wentu/metadata';
import { checkText, isUnavailable, ResultPages, Searcher, untilBack, watchJob } from '@wentu/search';
import type { Logger } from 'pino';
import type { Config } from './config';
import { DataFolder } from './data-folder';
import { areSamplesLoading, firstStart, SAMPLES } from './first-start';
import type { IndexThread, IndexWorkerData } from './index-worker';
import type { LoadThread, LoadWorkerData } from './load-worker';
import { countPictures, type PictureCount } from './count-pictures';
import { listFolders, type FolderListing } from './list-folders';
import { resolveGone, resolveUnderRoots } from './load-roots';
import { chooseModel, type ModelChoice } from './model-choice';
import { openMetadataStore, openVectorStore } from './open-stores';
import { similarityFloor } from './similarity-floor';
import type { TextThread, TextWorkerData } from './text-worker';
import { Uploads } from './uploads';
import { waitForLoad } from './wait-for-load';
import { WorkerThread } from './worker-thread';

/** Everything put together: what the API and the command line work with. */
export interface App {
  readonly version: string;
  readonly config: Config;
  readonly model: ModelInfo;
  readonly modelChoice: ModelChoice;
  readonly provider: ExecutionProvider;
  /** What searches the indexes: a server, the library usearch in this process, or plain scans where it has no binary. */
  readonly indexEngine: 'milvus' | 'usearch' | 'scan';
  /** Below this cosine a picture is hardly what a text means; null until it has been measured. */
  readonly similarityFloor: number | null;
  /** Measures that; takes as long as encoding 120 pictures, once for a model. */
  measureSimilarity(): Promise<void>;
  readonly searcher: Searcher;
  /** What the model reads in a text. @throws InvalidInputError for a text that cannot be searched with either */
  explainText(text: string): Promise<TextUnderstanding>;
  /** Of searches that are looked at page by page. */
  readonly results: ResultPages;
  readonly reader: MetadataReader;
  readonly originals: OriginalReader;
  /** Changes of what is stored. `load` is the one that checks where it may read. */
  readonly loads: Pick<
    LoadThread,
    'createCollection' | 'renameCollection' | 'cancel' | 'deleteImages' | 'drop' | 'encodePicture'
  >;
  /** Queues the load of a folder that lies under the roots. @throws ForbiddenError, NotFoundError, InvalidInputError */
  load(collection: string, directory: string, options: LoadOptions): Promise<LoadJob>;
  /**
   * Says what is to become of images whose files have gone from a directory of the server, which need not be there any
   * more.
   * @returns how many there were @throws NotFoundError, InvalidInputError
   */
  resolveMissing(collection: string, directory: string, action: MissingAction): Promise<number>;
  /** Compares all rows with all entries of a collection, or of all. Others may load and search meanwhile. */
  repair: LoadThread['repair'];
  /** Folders under the roots. @param path null: the roots @throws ForbiddenError, NotFoundError, InvalidInputError */
  listFolders(path: string | null): Promise<FolderListing>;
  /** Pictures in a folder under the roots and below it, as far as a moment goes. @throws as `listFolders` */
  countPictures(path: string, signal: AbortSignal): Promise<PictureCount>;
  readonly uploads: Pick<Uploads, 'receive' | 'discard' | 'removeLeftovers' | 'fileLimit'>;
  /** Begins an upload. @param collection checked at once, when it is given: nobody wants to hear that later @returns its id */
  createUpload(collection: string | null): Promise<string>;
  /** Queues the load of an upload that is complete; its pictures are copied into the store. @throws NotFoundError */
  loadUpload(id: string, collection: string): Promise<LoadJob>;
  watchJob(id: number, signal?: AbortSignal): AsyncGenerator<LoadJob>;
  /**
   * The load when it has ended, or when the signal ends the waiting.
   * @throws UnavailableError when it waits for room on a full disk
   */
  waitForLoad(job: LoadJob, signal: AbortSignal): Promise<LoadJob>;
  /** What all loads wait for; null when that is nothing. */
  waitingFor(): Promise<string | null>;
  /** Resolves when everything that is stored can be found; with servers that are away that may take until they are back. */
  readonly started: Promise<void>;
  readiness(): Promise<Readiness>;
  /** Makes the server's address known to other processes that want the data folder. */
  announce(address: string): Promise<void>;
  /**
   * Resolves when one of the threads has died, or the store is not the right one. A new process takes the loads up and
   * fills the index again; this one cannot.
   */
  readonly died: Promise<Error>;
  close(): Promise<void>;
}

export interface Readiness {
  readonly ready: boolean;
  /** What is being waited for. */
  readonly waitingFor: string | null;
}

const WORKSPACE = resolve(__dirname, '../../..');
const CACHED_TEXTS = 10_000;
export const MAX_RANKED_TEXTS = 1_000;
/** How long a readiness check waits for a write. */
const WRITE_MS = 5_000;
/** How long somebody who looks at a load waits for more than its row. */
const GLANCE_MS = 1_000;
const NO_WRITES = {
  full: 'room for the metadata store: its disk is full, and nothing can be written',
  unwritable: 'the metadata store takes no writes; the log says why',
  late: `the metadata store did not take a write within ${WRITE_MS} ms`,
};

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
    const choice = await chooseModel(config);
    const modelFolder = choice.folder;
    const { info } = await loadModel(modelFolder, config);
    log.info({ model: info.name, folder: modelFolder, from: choice.from }, 'model');
    const folder = await DataFolder.open(config.dataDir);
    opened.push(() => folder.close());

    const threads = planThreads(config.threads || availableParallelism());
    const startThread = (file: string, name: string, data: object, ports: MessagePort[] = []): WorkerThread => {
      const thread = new WorkerThread(require.resolve(file), name, data, ports, log);
      opened.push(() => thread.stop());
      return thread;
    };
    const { device, upright, background } = config;
    const textData: TextWorkerData = { modelFolder, device, textThreads: threads.text, upright, background };
    const text = startThread('./text-worker', 'text worker', textData);
    const vectorCalls = config.vectorStore === 'embedded' ? new MessageChannel() : null;
    const index =
      vectorCalls &&
      startThread(
        './index-worker',
        'index worker',
        {
          indexThreads: threads.index,
          folder: join(config.dataDir, 'index'),
          loadPort: vectorCalls.port1,
        } satisfies IndexWorkerData,
        [vectorCalls.port1],
      );
    const indexThread = index?.service<IndexThread>('thread');
    if (index) opened.push(() => Promise.race([index.died, indexThread?.close()]));
    const loadData: LoadWorkerData = {
      config,
      modelFolder,
      loadThreads: threads.load,
      home: folder.id,
      vectorPort: vectorCalls?.port2 ?? null,
    };
    const load = startThread('./load-worker', 'load worker', loadData, vectorCalls ? [vectorCalls.port2] : []);
    const loads = load.service<LoadThread>('loads');
    opened.push(() => Promise.race([load.died, loads.close()]));
    // All of them have come to an end before anything is thrown: a thread must not be stopped while it opens a model.
    const [textOpened, indexOpened, loadsOpened] = await Promise.allSettled([
      text.service<TextThread>('thread').open(),
      indexThread?.open(),
      loads.open(),
    ]);
    if (indexOpened.status === 'rejected') throw indexOpened.reason;
    if (loadsOpened.status === 'rejected') throw loadsOpened.reason;
    if (textOpened.status === 'rejected') throw textOpened.reason;
    const provider = textOpened.value;

    // The load worker has made a file; this connection only reads.
    const reader = await openMetadataStore(config, { readOnly: true });
    opened.push(() => reader.close());
    const vectors = await openVectorStore(config, index?.service<VectorStore>('vectors') ?? null, reader);
    opened.push(() => vectors.close());
    const start = new Start(async (signal) => {
      await loads.begin();
      await untilBack(
        () => firstStart(config, reader, loads, log),
        { signal, onWait: (error) => log.warn(error.message) },
        // The disk of a file is full until somebody reads that it is.
        (error) => isUnavailable(error) && (reader.isRemote || !isDiskFull(error)),
      );
    });
    opened.push(async () => start.stop());
    // A server of files is not there before it is whole. One that needs others is there before them, and says what it waits for.
    if (reader.isRemote || vectors.isRemote)
      start.done.catch((error: unknown) => log.error({ err: error }, 'the start failed'));
    else await start.done;

    const texts = text.service<Pick<TextEncoder, 'encodeTexts'>>('texts');
    const encoder = cacheTexts({ model: info, encodeTexts: (...args) => texts.encodeTexts(...args) }, CACHED_TEXTS);
    const explainer = text.service<TextExplainer>('explainer');
    const searched = vectors.isRemote ? vectors : onceFilled(vectors, start);
    const searcher = new Searcher(reader, searched, encoder, { ...config.limits, maxTexts: MAX_RANKED_TEXTS });
    const uploads = new Uploads({ root: config.uploadsDir, limits: config.limits, reader, log });
    let floor: number | null = null;
    return {
      version: (createRequire(__filename)(join(WORKSPACE, 'package.json')) as { version: string }).version,
      config,
      model: info,
      modelChoice: choice,
      provider,
      indexEngine: indexOpened.value ?? 'milvus',
      get similarityFloor() {
        return floor;
      },
      async measureSimilarity() {
        await start.done;
        const encodePicture = (bytes: Uint8Array): Promise<Float32Array> => loads.encodePicture(bytes);
        floor = await similarityFloor({ samples: SAMPLES, dataDir: config.dataDir, encoder, encodePicture });
      },
      searcher,
      async explainText(asked) {
        checkText(asked, config.limits);
        const [understanding] = await explainer.explainTexts([asked]);
        return understanding as TextUnderstanding;
      },
      results: new ResultPages(searcher),
      reader,
      originals: createOriginalReader(reader),
      loads,
      async load(collection, directory, options) {
        return await loads.start(collection, await resolveUnderRoots(directory, config.loadRoots), options);
      },
      async resolveMissing(collection, directory, action) {
        return await loads.resolveMissing(collection, await resolveGone(directory), action);
      },
      async repair(collection) {
        const repaired = await loads.repair(collection);
        searcher.noteRepair();
        return repaired;
      },
      listFolders: (path) => listFolders(path, config.loadRoots),
      countPictures: (path, signal) => countPictures(path, config.loadRoots, signal),
      uploads,
      async createUpload(collection) {
        if (collection !== null) await loads.checkTarget(collection);
        return await uploads.create();
      },
      async loadUpload(id, collection) {
        const options = { copyImages: true, isUpload: true };
        return await uploads.handOver(id, (directory) => loads.start(collection, directory, options));
      },
      watchJob: (id, signal) => watchJob(reader, id, signal),
      waitForLoad: (job, signal) =>
        waitForLoad(
          { watchJob: (id, ends) => watchJob(reader, id, ends), storeProblem: () => loads.storeProblem() },
          job,
          signal,
        ),
      async waitingFor() {
        const problem = await inTime(loads.storeProblem(), GLANCE_MS, '').catch(() => null);
        return problem === 'full' ? NO_WRITES.full : null;
      },
      started: start.done,
      readiness: createReadiness(reader, vectors, start, loads),
      announce: (address) => folder.announce(address),
      died: Promise.race([start.refused, ...[text, index, load].flatMap((thread) => (thread ? [thread.died] : []))]),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * A load may use the whole machine. A text is worth half of it, or all of a small one: somebody waits for it, and one text alone is mostly reading the
 * tower's weights.
 */
function planThreads(cores: number): { text: number; index: number; load: number } {
  const half = Math.max(1, Math.ceil(cores / 2));
  return { text: Math.max(half, Math.min(cores, 4)), index: half, load: cores };
}

/** What goes on until everything that is stored can be found. */
class Start {
  private readonly stopping = new AbortController();
  readonly done: Promise<void>;
  isDone = false;
  /** Resolves when it can never be done: what was waited for is not what it has to be. */
  readonly refused: Promise<Error>;

  constructor(work: (signal: AbortSignal) => Promise<void>) {
    this.done = work(this.stopping.signal).then(() => void (this.isDone = true));
    this.refused = new Promise((resolve) => {
      this.done.catch((error: unknown) => {
        if (error instanceof WentuError && error.code === 'CONFLICT') resolve(error);
      });
    });
  }

  stop(): void {
    this.stopping.abort();
    // Whatever it still says, nobody wants to know.
    this.done.catch(() => undefined);
  }
}

/** An index in memory that is not filled yet would answer as if there were little. */
function onceFilled(vectors: VectorStore, start: Start): Pick<VectorStore, 'search'> {
  return {
    async search(...args) {
      if (start.isDone) return await vectors.search(...args);
      throw new UnavailableError('the indexes are being filled from the metadata store; try again in a moment');
    },
  };
}

/**
 * Ready when the stores answer, the indexes are whole, and the shipped pictures have been loaded once: until then the first queries of a
 * newcomer would find nothing. And when the metadata store takes writes, which is found out by writing. It says which
 * store is away, and nothing of where it is.
 */
function createReadiness(
  reader: MetadataStore,
  vectors: VectorStore,
  start: Start,
  loads: Pick<LoadThread, 'storeProblem'>,
): () => Promise<Readiness> {
  let samplesDone = false;
  const isAway = async (store: { ping(): Promise<void> }): Promise<boolean> =>
    await store.ping().then(
      () => false,
      () => true,
    );
  const wait = (waitingFor: string): Readiness => ({ ready: false, waitingFor });
  return async () => {
    const [noRows, noIndex] = await Promise.all([isAway(reader), isAway(vectors)]);
    if (noRows) return wait('the metadata store (DATABASE_URL) does not answer');
    if (noIndex) return wait('the vector store (VECTOR_STORE) does not answer');
    const problem = await inTime(loads.storeProblem(), WRITE_MS, '').catch(() => 'late' as const);
    if (problem !== null) return wait(NO_WRITES[problem]);
    if (!start.isDone) return wait('the indexes are being compared with the rows');
    if (!samplesDone) {
      samplesDone = !(await areSamplesLoading(reader));
    }
    return samplesDone
      ? { ready: true, waitingFor: null }
      : { ready: false, waitingFor: 'the sample pictures are being loaded' };
  };
}
