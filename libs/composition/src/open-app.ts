import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { DataFolder } from '@wentu/data-folder';
import { createSourceFolders } from '@wentu/dataset';
import { isDiskFull, normalName, type Keys, type NewAuditEntry } from '@wentu/domain';
import { createOriginalReader } from '@wentu/metadata';
import { Calibrations, chooseModel, InstalledModels, ModelSpeeds } from '@wentu/models';
import type { ModelStore } from '@wentu/models/store';
import type { PictureDecoder } from '@wentu/picture';
import {
  CollectionCentres,
  Facets,
  isUnavailable,
  MAX_RANKED_TEXTS,
  Relevance,
  Searcher,
  AutoSearcher,
  WordSearcher,
  type SearchMeasures,
  untilBack,
} from '@wentu/search';
import {
  AttributeCases,
  AuditCases,
  CollectionCases,
  DuplicateCases,
  ImageCases,
  KeyCases,
  LoadCases,
  ModelCases,
  type ModelPorts,
  PutCases,
  SearchCases,
  ServerCases,
  sessionFor,
  SourceCases,
  UploadCases,
  type Principal,
  type Session,
  type UseCases,
} from '@wentu/session';
import { RemotePictures, Uploads } from '@wentu/uploads';
import { isUploadFolder } from '@wentu/uploads/folder';
import type { Logger } from 'pino';
import { SAMPLES, type Config } from './config';
import { firstStart } from './first-start';
import { LazyInstaller } from './lazy-installer';
import { openMetadataStore, openVectorStore } from './open-stores';
import { openCounters, openRateLimiter, type Counters, type RateLimiter } from './rate-limiter';
import { createReadiness, type Readiness } from './readiness';
import { onceFilled, Start } from './start';
import { startThreads } from './start-threads';
import { createTextEncoders } from './text-encoders';
import { towersOfSpaces } from './text-towers';

/** The composed application; the API and the command line use it. */
export interface App {
  readonly config: Config;
  /** The use cases that the principal may call. */
  as(principal: Principal): Session;
  /** Keys and sign-ins: who a client is. */
  readonly identities: Identities;
  /** Renders pictures for display, in the same processes that decode pictures for loads and searches. */
  readonly pictures: Pick<PictureDecoder, 'render'>;
  /** Limits the requests of each client; null: the settings have no limit. */
  readonly rateLimiter: RateLimiter | null;
  /** Counts what clients do, such as wrong keys, over all processes that share MySQL. */
  readonly counters: Counters;
  /** Encodes and explains a text with the server's own model, to prove that both work. @throws the error of either */
  proveTexts(): Promise<void>;
  /**
   * Measures the similarities of the own model. It takes as long as encoding 120 pictures; the result is stored.
   */
  measureSimilarity(): Promise<void>;
  /** Removes uploads without traffic, and upload folders that no load will read any more. */
  removeOldUploads(): Promise<void>;
  /** Resolves when every stored image can be found. While a server is unavailable, this waits for it. */
  readonly started: Promise<void>;
  readiness(): Promise<Readiness>;
  /** The loads and repairs of all processes that have not ended, by status. @throws UnavailableError */
  unfinishedLoads(): Promise<Readonly<Record<'QUEUED' | 'RUNNING', number>>>;
  /** What this server runs with, for metrics. */
  describe(): Promise<ServerSetup>;
  /** Publishes the server's address to other processes that want to open the data folder. */
  announce(address: string): Promise<void>;
  /**
   * Resolves when a thread has died or the store is the wrong one. This process cannot recover; a new process continues
   * the loads and fills the index again.
   */
  readonly died: Promise<Error>;
  close(): Promise<void>;
}

/** What authentication reads and writes. */
export interface Identities extends Pick<Keys, 'list' | 'findSignIn' | 'addSignIn' | 'removeSignIn' | 'noteUse'> {
  /** Ids of the collections with these names; unknown names have none. */
  collectionIds(names: readonly string[]): Promise<number[]>;
  /** The number of changes of keys in this process. */
  changeCount(): number;
  /** Adds a line to the audit log. */
  note(entry: NewAuditEntry): Promise<void>;
}

export interface ServerSetup {
  readonly version: string;
  readonly metadataStore: string;
  readonly vectorStore: string;
  readonly executionProvider: string;
}

const WORKSPACE = resolve(__dirname, '../../..');
/** How often the load worker hears of searches, which is much less than the time for which it waits. */
const SEARCH_NOTE_MS = 250;

/**
 * Opens the data folder and starts the threads. Resolves when the app accepts loads and searches; `readiness` tells
 * whether every stored image can be found.
 * @param openTowers false: the towers of the own model are opened when they are first used, for a program that may not
 *   need them. Then an error of the model is found at that time only
 */
export async function openApp(config: Config, log: Logger, { openTowers = true } = {}): Promise<App> {
  const opened: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const undo of opened.reverse().splice(0)) await undo();
  };
  try {
    const choice = await chooseModel(config);
    const models = await InstalledModels.open(choice.folder, config.dataDir, config);
    const { info } = models.own;
    log.info({ model: info.name, folder: choice.folder, from: choice.from }, 'model');
    const folder = await DataFolder.open(config.dataDir);
    opened.push(() => folder.close());
    const threads = await startThreads(config, models.own, openTowers, folder.id, log, (undo) => opened.push(undo));
    const loads = threads.load.service('loads');
    const watches = threads.load.service('watches');
    const { encodePicture, imagesPerSecond } = threads.load.service('pictures');
    const keys = threads.load.service('keys');
    const auditLog = threads.load.service('audit');
    const readWords = threads.load.service('words');
    const { storeProblem } = threads.load.service('store');
    const encoders = createTextEncoders(models, threads.text);
    const towers = towersOfSpaces(models, threads.text, (error) =>
      log.warn({ err: error }, 'the text tower of a model was not opened'),
    );

    // The load worker has created the SQLite file; this connection only reads.
    const reader = await openMetadataStore(config, { readOnly: true });
    opened.push(() => reader.close());
    const vectors = await openVectorStore(config, threads.index?.service('vectors') ?? null, reader);
    opened.push(() => vectors.close());
    const start = new Start(async (signal) => {
      await threads.load.service('thread').begin();
      await untilBack(
        () => firstStart(config, reader, loads, log),
        { signal, onWait: (error) => log.warn(error.message) },
        // When the disk of a SQLite file is full, the start fails, so that the user sees the reason.
        (error) => isUnavailable(error) && (reader.isRemote || !isDiskFull(error)),
      );
    });
    opened.push(async () => start.stop());
    // With SQLite and the embedded index the server listens only when the start is complete. With remote stores it
    // listens before, and `readiness` reports which store it waits for.
    if (reader.isRemote || vectors.isRemote)
      start.done.catch((error: unknown) => log.error({ err: error }, 'the start failed'));
    else await start.done;

    const searched = vectors.isRemote ? vectors : onceFilled(vectors, start);
    const calibrations = new Calibrations({
      ...{ samples: SAMPLES, dataDir: config.dataDir, shipped: join(WORKSPACE, 'models/calibrations.json') },
      ...{ encoders, encodePicture },
      onError: (error) => log.warn({ err: error }, 'the similarities of a model were not measured'),
    });
    const relevance = new Relevance(new CollectionCentres(reader.images), calibrations);
    const limits = { ...config.limits, maxTexts: MAX_RANKED_TEXTS };
    const nearSimilarities = threads.load.service('nearSimilarities');
    const measures: SearchMeasures = {
      lineOf: async (text, of) => await relevance.lineOf(text, of),
      nearSimilarityOf: async (space, signal) => await nearSimilarities.of(space, signal),
    };
    const searcher = new Searcher(reader, searched, encoders, limits, measures);
    const facets = new Facets(reader.images);
    const wordSearcher = new WordSearcher(reader, encoders, limits, measures, facets);
    const uploads = new Uploads({ root: config.uploadsDir, limits: config.limits, reader, log });
    const folders = createSourceFolders(config.loadRoots);
    const originals = createOriginalReader(reader.originals);
    const onRepaired = (): void => searcher.noteRepair();
    const version = versionOf(WORKSPACE);
    const speeds = new ModelSpeeds({
      ...{ dataDir: config.dataDir, settings: config, imagesPerSecond },
      encodeTexts: (texts, model) => threads.text.encodeTexts(model, texts),
      isBusy: async () => (await reader.loads.listUnfinished()).some(({ status }) => status === 'RUNNING'),
      onError: (error) => log.warn({ err: error }, 'the speed of a model was not measured'),
    });
    opened.push(async () => speeds.close());
    const installer = new LazyInstaller(config, info.name, log);
    opened.push(() => installer.close());
    // The code of downloads is not needed for a start.
    const store = async (): Promise<ModelStore> => (await import('./open-model-store')).openModelStore(config);
    const modelPorts: ModelPorts['models'] = {
      list: async () => await (await store()).list(),
      recommend: async () => await (await store()).recommend((await threads.provider()).name === 'cuda'),
      async measure(name) {
        const model = await models.find(name);
        if (model) speeds.measure(model);
      },
      isShipped: async (space) => await models.isShipped(space),
    };
    const { collections, images, keptOut, words } = reader;
    const onLoadEnd = (listener: (id: number) => void): void => void (threads.load.onLoadEnd = listener);
    const loadCases = new LoadCases({ queue: reader.loads, loads, folders, storeProblem, onLoadEnd });
    const counters = await openCounters(config);
    opened.push(() => counters.close());
    const remote = new RemotePictures({ hosts: config.fetchHosts });
    opened.push(() => remote.close());
    const puts = new PutCases({
      remote,
      ...{ uploads, loads, queue: reader.loads, collections, images },
      untilEnded: (job, signal) => loadCases.untilEnded(job, signal),
    });
    let keyChanges = 0;
    const noteKeyChange = (): void => void keyChanges++;
    const useCases: UseCases = {
      attributes: new AttributeCases({ collections, images, loads }),
      searches: new SearchCases({
        ...{
          remote,
          collections,
          searcher,
          words: wordSearcher,
          auto: new AutoSearcher(searcher, wordSearcher),
          encodePicture,
          calibrations,
          limits: config.limits,
          now: () => new Date(),
        },
        onSearch: onceInAWhile(() => void readWords.noteSearch().catch(() => undefined)),
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      }),
      images: new ImageCases({
        collections,
        images,
        previews: reader.originals,
        originals,
        words,
        facets,
        limits: config.limits,
        pictures: threads.picture.service('pictures'),
      }),
      collections: new CollectionCases({
        ...{ collections, images, keptOut, loads, folders, onRepaired },
        words: readWords,
      }),
      duplicates: new DuplicateCases({ collections, images, duplicates: threads.load.service('duplicates') }),
      loads: loadCases,
      sources: new SourceCases({ collections, images, queue: reader.loads, loads, watches, folders, isUploadFolder }),
      uploads: new UploadCases({ uploads, loads }),
      puts,
      keys: new KeyCases({
        ...{ collections, reader: reader.keys },
        keys: {
          add: async (key) => await keys.add(key).finally(noteKeyChange),
          replaceSecret: async (id, secret) => await keys.replaceSecret(id, secret).finally(noteKeyChange),
          revoke: async (id) => await keys.revoke(id).finally(noteKeyChange),
        },
      }),
      audit: new AuditCases({ audit: reader.audit }),
      models: new ModelCases({ collections, models: modelPorts, towers, installer, admin: installer }),
      server: new ServerCases(async () => {
        const provider = await threads.provider();
        return {
          version,
          model: info.name,
          modelSource: choice.from,
          dimension: info.dimension,
          executionProvider: provider.name,
          executionProviderReason: provider.reason,
          similarityFloor: calibrations.ownFloor,
          maxUploadBytes: config.limits.maxUploadBytes,
          maxTextLength: config.limits.maxTextLength,
          vectorStore: config.vectorStore,
          indexEngine: threads.indexEngine,
          metadataStore: config.database.kind,
        };
      }),
    };
    return {
      config,
      as: (principal) => sessionFor(principal, useCases, { collections, images, queue: reader.loads, audit: auditLog }),
      identities: {
        list: () => reader.keys.list(),
        findSignIn: (tokenHash) => reader.keys.findSignIn(tokenHash),
        addSignIn: (signIn) => keys.addSignIn(signIn),
        removeSignIn: (tokenHash) => keys.removeSignIn(tokenHash),
        noteUse: (ids) => keys.noteUse(ids),
        async collectionIds(names) {
          const found = await Promise.all(names.map((name) => collections.find(normalName(name))));
          return found.flatMap((each) => each?.id ?? []);
        },
        changeCount: () => keyChanges,
        note: (entry) => auditLog.add(entry),
      },
      pictures: threads.picture.service('pictures'),
      rateLimiter: openRateLimiter(config, counters),
      counters,
      async proveTexts() {
        await Promise.all([encoders.own.encodeTexts(['文图']), encoders.own.explainTexts(['文图'])]);
      },
      async measureSimilarity() {
        await start.done;
        await calibrations.measureOwn();
      },
      removeOldUploads: () => uploads.removeLeftovers(),
      started: start.done,
      async unfinishedLoads() {
        const jobs = await reader.loads.listUnfinished();
        const running = jobs.filter(({ status }) => status === 'RUNNING').length;
        return { QUEUED: jobs.length - running, RUNNING: running };
      },
      async describe() {
        const [metadataStore, executionProvider] = [config.database.kind, (await threads.provider()).name];
        return { version, metadataStore, vectorStore: config.vectorStore, executionProvider };
      },
      readiness: createReadiness(reader, vectors, start, storeProblem),
      announce: (address) => folder.announce(address),
      died: Promise.race([start.refused, threads.died]),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Passes calls on, at most one in SEARCH_NOTE_MS. */
function onceInAWhile(call: () => void): () => void {
  let next = 0;
  return () => {
    if (performance.now() < next) return;
    next = performance.now() + SEARCH_NOTE_MS;
    call();
  };
}

function versionOf(workspace: string): string {
  return (createRequire(__filename)(join(workspace, 'package.json')) as { version: string }).version;
}
