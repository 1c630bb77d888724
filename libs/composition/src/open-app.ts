import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { DataFolder } from '@wentu/data-folder';
import { createSourceFolders } from '@wentu/dataset';
import { isDiskFull } from '@wentu/domain';
import { createOriginalReader } from '@wentu/metadata';
import { chooseModel, InstalledModels, SimilarityFloors } from '@wentu/models';
import type { ListedModel } from '@wentu/models/store';
import type { PictureDecoder } from '@wentu/picture';
import { isUnavailable, MAX_RANKED_TEXTS, Searcher, untilBack } from '@wentu/search';
import {
  CollectionCases,
  ImageCases,
  LoadCases,
  ModelCases,
  SearchCases,
  ServerCases,
  sessionFor,
  UploadCases,
  type Principal,
  type Session,
  type UseCases,
} from '@wentu/session';
import { Uploads } from '@wentu/uploads';
import type { Logger } from 'pino';
import type { Config } from './config';
import { firstStart, SAMPLES } from './first-start';
import { LazyInstaller } from './lazy-installer';
import { openMetadataStore, openVectorStore } from './open-stores';
import { createReadiness, type Readiness } from './readiness';
import { onceFilled, Start } from './start';
import { startThreads } from './start-threads';
import { createTextEncoders } from './text-encoders';

/** The composed application; the API and the command line use it. */
export interface App {
  readonly config: Config;
  /** The use cases that the principal may call. */
  as(principal: Principal): Session;
  /** Renders pictures for display, in the same processes that decode pictures for loads and searches. */
  readonly pictures: Pick<PictureDecoder, 'render'>;
  /** Encodes and explains a text with the server's own model, to prove that both work. @throws the error of either */
  proveTexts(): Promise<void>;
  /**
   * Measures the similarity floor of the own model. It takes as long as encoding 120 pictures; the result is stored.
   */
  measureSimilarity(): Promise<void>;
  /** Removes uploads without traffic, and upload folders that no load will read any more. */
  removeOldUploads(): Promise<void>;
  /** Resolves when every stored image can be found. While a server is unavailable, this waits for it. */
  readonly started: Promise<void>;
  readiness(): Promise<Readiness>;
  /** Publishes the server's address to other processes that want to open the data folder. */
  announce(address: string): Promise<void>;
  /**
   * Resolves when a thread has died or the store is the wrong one. This process cannot recover; a new process continues
   * the loads and fills the index again.
   */
  readonly died: Promise<Error>;
  close(): Promise<void>;
}

const WORKSPACE = resolve(__dirname, '../../..');

/**
 * Opens the data folder and starts the threads. Resolves when the app accepts loads and searches; `readiness` tells
 * whether every stored image can be found.
 */
export async function openApp(config: Config, log: Logger): Promise<App> {
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
    const threads = await startThreads(config, models.own, folder.id, log, (undo) => opened.push(undo));
    const loads = threads.load.service('loads');
    const { encodePicture } = threads.load.service('pictures');
    const { storeProblem } = threads.load.service('store');
    const encoders = createTextEncoders(models, threads.text.service('texts'), threads.text.service('explainer'));

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
    const searcher = new Searcher(reader, searched, encoders, { ...config.limits, maxTexts: MAX_RANKED_TEXTS });
    const uploads = new Uploads({ root: config.uploadsDir, limits: config.limits, reader, log });
    const folders = createSourceFolders(config.loadRoots);
    const originals = createOriginalReader(reader.originals);
    const onRepaired = (): void => searcher.noteRepair();
    const version = versionOf(WORKSPACE);
    const floors = new SimilarityFloors({
      ...{ samples: SAMPLES, dataDir: config.dataDir, encoders, encodePicture },
      onError: (error) => log.warn({ err: error }, 'the similarity floor of a model was not measured'),
    });
    const installer = new LazyInstaller(config, log);
    opened.push(() => installer.close());
    const listModels = async (): Promise<ListedModel[]> => {
      // The code of downloads is not needed for a start.
      const { openModelStore } = await import('./open-model-store');
      return await openModelStore(config).list();
    };
    const { collections, images } = reader;
    const useCases: UseCases = {
      searches: new SearchCases({ collections, searcher, encodePicture, floors, limits: config.limits }),
      images: new ImageCases({ collections, images, previews: reader.originals, originals }),
      collections: new CollectionCases({ collections, loads, folders, onRepaired }),
      loads: new LoadCases({ queue: reader.loads, loads, folders, storeProblem }),
      uploads: new UploadCases({ uploads, loads }),
      models: new ModelCases({ collections, listModels, installer }),
      server: new ServerCases(() => ({
        version,
        model: info.name,
        modelSource: choice.from,
        dimension: info.dimension,
        executionProvider: threads.provider.name,
        executionProviderReason: threads.provider.reason,
        similarityFloor: floors.own,
        maxUploadBytes: config.limits.maxUploadBytes,
        maxTextLength: config.limits.maxTextLength,
        vectorStore: config.vectorStore,
        indexEngine: threads.indexEngine,
        metadataStore: config.database.kind,
      })),
    };
    return {
      config,
      as: (principal) => sessionFor(principal, useCases),
      pictures: threads.picture.service('pictures'),
      async proveTexts() {
        await Promise.all([encoders.own.encodeTexts(['文图']), encoders.own.explainTexts(['文图'])]);
      },
      async measureSimilarity() {
        await start.done;
        await floors.measureOwn();
      },
      removeOldUploads: () => uploads.removeLeftovers(),
      started: start.done,
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

function versionOf(workspace: string): string {
  return (createRequire(__filename)(join(workspace, 'package.json')) as { version: string }).version;
}
