import {
  ConflictError,
  ForbiddenError,
  NotFoundError,
  UnavailableError,
  WentuError,
  withTimeout,
  noLoad,
  sentence,
  type Collection,
  type CollectionReader,
  type ImageReader,
  type LoadJob,
  type LoadOptions,
  type LoadReader,
  type SourceFolder,
  type SourceFolders,
} from '@wentu/domain';
import { isFinished, type FolderWatches, type LoadService } from '@wentu/search';
import { checkCount, MAX_PAGE } from './checks';
import { parseId } from './node-id';

/**
 * AVAILABLE: a load can read it now. MISSING: there is no such folder now. OUTSIDE_ROOTS: the settings do not let loads
 * read it. UNREADABLE: its disk or share does not answer, or refuses to be read.
 */
export type SourceState = 'AVAILABLE' | 'MISSING' | 'OUTSIDE_ROOTS' | 'UNREADABLE';

/** A folder that was loaded into a collection. */
export interface Source extends Pick<SourceFolder, 'id' | 'collectionId' | 'directory' | 'watch'> {
  /** Null when the load was so long ago that it is not kept any more. */
  readonly lastLoad: LoadJob | null;
}

export interface SourcePorts {
  readonly collections: Pick<CollectionReader, 'findById'>;
  readonly images: Pick<ImageReader, 'listSources' | 'findSource' | 'countSource' | 'pageSource'>;
  readonly queue: Pick<LoadReader, 'find' | 'listFailures' | 'listUnfinished' | 'newestLoads'>;
  readonly loads: Pick<LoadService, 'start' | 'removeSource'>;
  readonly watches: Pick<FolderWatches, 'watch'>;
  readonly folders: Pick<SourceFolders, 'resolve'>;
  /** Whether a directory is the folder of an upload, which is removed after its load. */
  readonly isUploadFolder: (directory: string) => boolean;
}

/** Time limit for a look at a folder. A share whose server is down never answers. */
const GLANCE_MS = 2_000;
const noSource = (id: string): NotFoundError => new NotFoundError(sentence('NO_SOURCE_OF_ID', { id }));

/** Compares the code, because an error from another thread loses its class. */
const isConflict = (error: unknown): boolean => error instanceof WentuError && error.code === 'CONFLICT';

/** Use cases of sources: the folders of the server that were loaded into a collection. */
export class SourceCases {
  constructor(private readonly ports: SourcePorts) {}

  /** The sources of a collection, ordered by directory. @param first 0 to 1,000 */
  async list({ id }: Pick<Collection, 'id'>, first: number): Promise<Source[]> {
    checkCount('first', first, 0, MAX_PAGE);
    const sources = (await this.ports.images.listSources(id))
      .filter(({ directory }) => !this.ports.isUploadFolder(directory))
      .sort((a, b) => (a.directory < b.directory ? -1 : 1))
      .slice(0, first);
    return await this.withLoads(id, sources);
  }

  async byId(id: string): Promise<Source | null> {
    const number = parseId(id, 'Source');
    const found = number === null ? null : await this.ports.images.findSource(number);
    if (!found || this.ports.isUploadFolder(found.directory)) return null;
    const [source] = await this.withLoads(found.collectionId, [found]);
    return source ?? null;
  }

  async countImages({ id }: Pick<Source, 'id'>): Promise<number> {
    return await this.ports.images.countSource(id);
  }

  /** Whether a load can read the source now. */
  async stateOf({ directory }: Pick<Source, 'directory'>): Promise<SourceState> {
    try {
      const real = await withTimeout(this.ports.folders.resolve(directory), GLANCE_MS, 'the folder does not answer');
      return real === directory ? 'AVAILABLE' : 'MISSING';
    } catch (error) {
      if (error instanceof ForbiddenError) return 'OUTSIDE_ROOTS';
      return error instanceof UnavailableError ? 'UNREADABLE' : 'MISSING';
    }
  }

  /**
   * Queues the load of a source with the options of its last load. A load of it that is queued already is returned.
   * @throws NotFoundError, ForbiddenError, UnavailableError
   */
  async loadAgain(id: string): Promise<LoadJob> {
    const source = await this.byId(id);
    const collection = source && (await this.ports.collections.findById(source.collectionId));
    if (!source || !collection) throw noSource(id);
    const { directory, lastLoad } = source;
    const isWaiting = lastLoad?.status === 'QUEUED' && lastLoad.options.retryOf === undefined;
    if (isWaiting && !lastLoad.cancelRequested) return lastLoad;
    await this.checkDirectory(source);
    const options = await this.optionsOf(source);
    return await this.ports.loads.start(collection.name, directory, options);
  }

  /**
   * Queues a load of the items that failed in an ended load, at most as many as its ledger keeps. Other files of the
   * folder are not read, and no image is removed.
   * @throws NotFoundError, ForbiddenError, UnavailableError; ConflictError when nothing of it can be read again
   */
  async retryFailures(id: string): Promise<LoadJob> {
    const { queue, collections, loads } = this.ports;
    const number = parseId(id, 'LoadJob');
    const job = number === null ? null : await queue.find(number);
    // A collection of the same name may be another one.
    const known = job?.collectionId == null ? null : await collections.findById(job.collectionId);
    if (!job || job.kind !== 'LOAD' || (job.collectionId !== null && !known)) throw noLoad(id);
    if (!isFinished(job)) throw new ConflictError(sentence('RETRY_RUNNING', { id: job.id }));
    const { isWatch: _fromWatch, ...options } = job.options;
    if (options.isUpload || options.isPut) throw new ConflictError(sentence('RETRY_UPLOAD', { id: job.id }));
    if ((await queue.listFailures(job.id, 1, 0)).length === 0)
      throw new ConflictError(sentence('RETRY_NONE', { id: job.id }));
    await this.checkDirectory(job);
    return await loads.start(known?.name ?? job.collection, job.directory, { ...options, retryOf: job.id });
  }

  /**
   * Begins or ends the watch of a source: while it is watched, changes in its folder are loaded without a request. A
   * watch begins with a load.
   * @throws NotFoundError, ForbiddenError, UnavailableError; InvalidInputError for a dataset
   */
  async watch(id: string, isOn: boolean): Promise<Source> {
    const source = await this.byId(id);
    if (!source) throw noSource(id);
    if (isOn) await this.checkDirectory(source);
    const options = isOn ? await this.optionsOf(source) : null;
    const { watch } = await this.ports.watches.watch(source.id, options);
    return { ...source, watch };
  }

  /**
   * Removes a source with its images from its collection and ends its watch. Files stay.
   * @param expectedCount the number of its images
   * @returns the number of removed images
   * @throws NotFoundError; ConflictError for another number, or while the source is loaded
   */
  async remove(id: string, expectedCount: number): Promise<number> {
    checkCount('expectedCount', expectedCount, 0, Number.MAX_SAFE_INTEGER);
    const source = await this.byId(id);
    if (!source) throw noSource(id);
    const { directory, watch } = source;
    const count = await this.countImages(source);
    if (count !== expectedCount)
      throw new ConflictError(sentence('SOURCE_COUNT', { count, directory, expected: expectedCount }));
    await this.checkNotLoading(source);
    if (!watch) return await this.ports.loads.removeSource(source.id, expectedCount);
    // Otherwise the watch would load the pictures again.
    await this.ports.watches.watch(source.id, null);
    try {
      // The watch may have started a load since the first check.
      await this.checkNotLoading(source);
      return await this.ports.loads.removeSource(source.id, expectedCount);
    } catch (error) {
      // A refusal changes nothing. After another error the user calls again, and the watch would bring images back.
      if (isConflict(error)) await this.ports.watches.watch(source.id, watch.options);
      throw error;
    }
  }

  /** The newest load tells too little: an older one may run while a newer one was cancelled. @throws ConflictError */
  private async checkNotLoading({ collectionId, directory }: Source): Promise<void> {
    const unfinished = await this.ports.queue.listUnfinished({ collectionId });
    if (unfinished.some((job) => job.kind === 'LOAD' && job.directory === directory))
      throw new ConflictError(sentence('SOURCE_LOADING', { directory }));
  }

  private async checkDirectory({ directory }: Pick<Source, 'directory'>): Promise<void> {
    if ((await this.ports.folders.resolve(directory)) !== directory)
      throw new NotFoundError(sentence('FOLDER_LINKED', { directory }));
  }

  private async withLoads(collectionId: number, sources: readonly SourceFolder[]): Promise<Source[]> {
    const directories = sources.map(({ directory }) => directory);
    const loads = await this.ports.queue.newestLoads(collectionId, directories);
    return sources.map(({ id, directory, watch }) => {
      return { id, collectionId, directory, watch, lastLoad: loads.get(directory) ?? null };
    });
  }

  /** Options that load the images of a source as they were loaded. With other options they would be encoded again. */
  private async optionsOf({ id, lastLoad, watch }: Source): Promise<LoadOptions> {
    const { isWatch: _fromWatch, retryOf: _onlyFailed, ...options } = watch?.options ?? lastLoad?.options ?? {};
    if (watch || lastLoad) return options;
    const [image] = await this.ports.images.pageSource(id, 0, 1);
    return image ? { copyImages: image.original.kind === 'copied' } : {};
  }
}
