import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { DataFolder } from '@wentu/data-folder';
import {
  countPictures,
  listFolders,
  resolveGone,
  resolveUnderRoots,
  type FolderListing,
  type PictureCount,
} from '@wentu/dataset';
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
  type TextUnderstanding,
  type VectorStore,
} from '@wentu/domain';
import { cacheTexts, loadModel } from '@wentu/encoder';
import { createOriginalReader } from '@wentu/metadata';
import { chooseModel, similarityFloor, type ModelChoice } from '@wentu/models';
import type { PictureDecoder } from '@wentu/picture';
import {
  checkText,
  isUnavailable,
  MAX_RANKED_TEXTS,
  Searcher,
  untilBack,
  waitForLoad,
  watchJob,
  type StoreProblem,
} from '@wentu/search';
import { Uploads } from '@wentu/uploads';
import type { Logger } from 'pino';
import type { Config } from './config';
import { areSamplesLoading, firstStart, SAMPLES } from './first-start';
import type { Loads } from './load-worker';
import { openMetadataStore, openVectorStore } from './open-stores';
import type { PictureWorkerData } from './picture-worker';
import { WorkerThread } from './worker-thread';

/** Everything put together: what the API and the command line work with. */
export interface App {
  readonly version: string;
  readonly config: Config;
  readonly model: ModelInfo;
  readonly modelChoice: ModelChoice;
  readonly provider: ExecutionProvider;
  /** Below this cosine a picture is hardly what a text means; null until it has been measured. */
  readonly similarityFloor: number | null;
  /** Measures that; takes as long as encoding 120 pictures, once for a model. */
  measureSimilarity(): Promise<void>;
  readonly searcher: Searcher;
  /** Has the text worker encode and explain a text: both work when it resolves. @throws as they do */
  proveTexts(): Promise<void>;
  /** What the model reads in a text. @throws InvalidInputError for a text that cannot be searched with either */
  explainText(text: string): Promise<TextUnderstanding>;
  readonly reader: MetadataReader;
  readonly originals: OriginalReader;
  /** Makes pictures for showing, in the processes that decode for loads and searches too. */
  readonly pictures: Pick<PictureDecoder, 'render'>;
  /** Changes of what is stored. `load` is the one that checks where it may read. */
  readonly loads: Pick<Loads, 'createCollection' | 'renameCollection' | 'cancel' | 'deleteImages' | 'drop'>;
  /** The vector of a picture that somebody searches with, L2-normalised. @throws InvalidInputError */
  encodePicture(bytes: Uint8Array, signal?: AbortSignal): Promise<Float32Array>;
  /** Queues the load of a folder that lies under the roots. @throws ForbiddenError, NotFoundError, InvalidInputError */
  load(collection: string, directory: string, options: LoadOptions): Promise<LoadJob>;
  /**
   * Says what is to become of images whose files have gone from a directory of the server, which need not be there any
   * more.
   * @returns how many there were @throws NotFoundError, InvalidInputError
   */
  resolveMissing(collection: string, directory: string, action: MissingAction): Promise<number>;
  /** Compares all rows with all entries of a collection, or of all. Others may load and search meanwhile. */
  repair: Loads['repair'];
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
    const keep = <T extends Pick<WorkerThread<never>, 'stop'>>(thread: T): T => {
      opened.push(() => thread.stop());
      return thread;
    };
    const { device, upright, background } = config;
    const textData = { modelFolder, device, textThreads: threads.text, upright, background };
    const text = keep(new WorkerThread('text worker', textData, [], log));
    const vectorCalls = config.vectorStore === 'embedded' ? new MessageChannel() : null;
    const index =
      vectorCalls &&
      keep(
        new WorkerThread(
          'index worker',
          { indexThreads: threads.index, loadPort: vectorCalls.port1 },
          [vectorCalls.port1],
          log,
        ),
      );
    const vectorPort = vectorCalls?.port2 ?? null;
    const pictureCalls = new MessageChannel();
    const pictureData = { pool: picturePoolOf(config), loadPort: pictureCalls.port1 };
    const picture = keep(new WorkerThread('picture worker', pictureData, [pictureCalls.port1], log));
    opened.push(() => Promise.race([picture.died, picture.service('thread').close()]));
    const picturePort = pictureCalls.port2;
    const loadData = { config, modelFolder, loadThreads: threads.load, home: folder.id, vectorPort, picturePort };
    const loadPorts = [picturePort, ...(vectorPort ? [vectorPort] : [])];
    const load = keep(new WorkerThread('load worker', loadData, loadPorts, log));
    const [loadThread, loads] = [load.service('thread'), load.service('loads')];
    const { encodePicture } = load.service('pictures');
    const { storeProblem } = load.service('store');
    opened.push(() => Promise.race([load.died, loadThread.close()]));
    // All of them have come to an end before anything is thrown: a thread must not be stopped while it opens a model.
    const [textOpened, ...others] = await Promise.allSettled([
      text.service('thread').open(),
      index?.service('thread').open(),
      loadThread.open(),
    ]);
    for (const other of others) if (other.status === 'rejected') throw other.reason;
    if (textOpened.status === 'rejected') throw textOpened.reason;
    const provider = textOpened.value;

    // The load worker has made a file; this connection only reads.
    const reader = await openMetadataStore(config, { readOnly: true });
    opened.push(() => reader.close());
    const vectors = await openVectorStore(config, index?.service('vectors') ?? null, reader);
    opened.push(() => vectors.close());
    const start = new Start(async (signal) => {
      await loadThread.begin();
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

    const texts = text.service('texts');
    const encoder = cacheTexts({ model: info, encodeTexts: (...args) => texts.encodeTexts(...args) }, CACHED_TEXTS);
    const explainer = text.service('explainer');
    const searched = vectors.durable ? vectors : onceFilled(vectors, start);
    const searcher = new Searcher(reader, searched, encoder, { ...config.limits, maxTexts: MAX_RANKED_TEXTS });
    const uploads = new Uploads({ root: config.uploadsDir, limits: config.limits, reader, log });
    let floor: number | null = null;
    return {
      version: (createRequire(__filename)(join(WORKSPACE, 'package.json')) as { version: string }).version,
      config,
      model: info,
      modelChoice: choice,
      provider,
      get similarityFloor() {
        return floor;
      },
      async measureSimilarity() {
        await start.done;
        floor = await similarityFloor({ samples: SAMPLES, dataDir: config.dataDir, encoder, encodePicture });
      },
      searcher,
      async proveTexts() {
        await Promise.all([texts.encodeTexts(['文图']), explainer.explainTexts(['文图'])]);
      },
      async explainText(asked) {
        checkText(asked, config.limits);
        const [understanding] = await explainer.explainTexts([asked]);
        return understanding as TextUnderstanding;
      },
      reader,
      originals: createOriginalReader(reader.originals),
      pictures: picture.service('pictures'),
      loads,
      encodePicture,
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
      watchJob: (id, signal) => watchJob(reader.loads, id, signal),
      waitForLoad: (job, signal) =>
        waitForLoad({ watchJob: (id, ends) => watchJob(reader.loads, id, ends), storeProblem }, job, signal),
      async waitingFor() {
        const problem = await inTime(storeProblem(), GLANCE_MS, '').catch(() => null);
        return problem === 'full' ? NO_WRITES.full : null;
      },
      started: start.done,
      readiness: createReadiness(reader, vectors, start, storeProblem),
      announce: (address) => folder.announce(address),
      died: Promise.race([
        start.refused,
        ...[text, index, picture, load].flatMap((thread) => (thread ? [thread.died] : [])),
      ]),
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

function picturePoolOf({ limits, threads }: Config): PictureWorkerData['pool'] {
  const { maxPixels, maxDecodeBytes, decodeTimeoutMs: timeoutMs, maxImageBytes: maxBytes } = limits;
  return { maxPixels, maxDecodeBytes, timeoutMs, maxBytes, ...(threads === 0 ? {} : { threads }) };
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
  storeProblem: () => Promise<StoreProblem | null>,
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
    const problem = await inTime(storeProblem(), WRITE_MS, '').catch(() => 'late' as const);
    if (problem !== null) return wait(NO_WRITES[problem]);
    if (!start.isDone) return wait('the indexes are being compared with the rows');
    if (!samplesDone) {
      samplesDone = !(await areSamplesLoading(reader.loads));
    }
    return samplesDone
      ? { ready: true, waitingFor: null }
      : { ready: false, waitingFor: 'the sample pictures are being loaded' };
  };
}
