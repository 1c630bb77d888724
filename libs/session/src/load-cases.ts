import {
  withTimeout,
  InvalidInputError,
  noLoad,
  normalName,
  type FolderListing,
  type LoadFailure,
  type LoadJob,
  type LoadOptions,
  type LoadReader,
  type PictureCount,
  type SourceFolders,
} from '@wentu/domain';
import { isFinished, JobWatches, waitForLoad, WAITS_FOR, type LoadService, type StoreProblem } from '@wentu/search';
import { checkCount, MAX_PAGE } from './checks';
import { parseId } from './node-id';
import { pageOf, type Page, type PageArguments } from './paging';

export interface LoadPorts {
  readonly queue: Pick<LoadReader, 'find' | 'list' | 'listFailures'>;
  readonly loads: Pick<LoadService, 'start' | 'cancel'>;
  readonly folders: SourceFolders;
  /** The reason why the store cannot be written; null when it can. */
  readonly storeProblem: () => Promise<StoreProblem | null>;
  /** Calls the listener with the id of each load of this process whose end was written. */
  readonly onLoadEnd?: (listener: (id: number) => void) => void;
}

/** Time limit for the check of the store when a client reads a load. */
const GLANCE_MS = 1_000;

export interface LoadRequest extends Omit<LoadOptions, 'idFrom' | 'isUpload' | 'isPut' | 'retryOf'> {
  /** `path` (the default) or `stem`. */
  readonly idFrom?: string;
}

/** Use cases of loads: starting loads of server folders, and reading loads of any kind. */
export class LoadCases {
  private readonly watches: JobWatches;

  constructor(private readonly ports: LoadPorts) {
    this.watches = new JobWatches(ports.queue);
    ports.onLoadEnd?.((id) => this.watches.noteEnd(id));
  }

  /** Queues the load of a folder below the roots. @throws ForbiddenError, NotFoundError, InvalidInputError */
  async start(collection: string, directory: string, { idFrom, ...options }: LoadRequest): Promise<LoadJob> {
    const { folders, loads } = this.ports;
    if (idFrom !== undefined && idFrom !== 'path' && idFrom !== 'stem')
      throw new InvalidInputError(`idFrom is ${JSON.stringify(idFrom)}; give path or stem`);
    const real = await folders.resolve(directory);
    return await loads.start(normalName(collection), real, idFrom ? { ...options, idFrom } : options);
  }

  async find(id: string): Promise<LoadJob | null> {
    const number = parseId(id, 'LoadJob');
    return number === null ? null : await this.ports.queue.find(number);
  }

  /**
   * Loads, newest first.
   * @param collection null: all collections
   * @param first 0 to 1,000
   * @param among ids of the only collections whose loads are listed; absent: all
   */
  async list(collection: string | null, first: number, among?: readonly number[]): Promise<LoadJob[]> {
    checkCount('first', first, 0, MAX_PAGE);
    const filter = {
      ...(collection === null ? {} : { collection: normalName(collection) }),
      ...(among ? { collectionIds: among } : {}),
    };
    return await this.ports.queue.list({ ...filter, first });
  }

  /** One page of loads, newest first. The parameters are those of `list`. */
  async page(collection: string | null, page: PageArguments, among?: readonly number[]): Promise<Page<LoadJob>> {
    const { queue } = this.ports;
    const name = collection === null ? null : normalName(collection);
    const filter = { ...(name === null ? {} : { collection: name }), ...(among ? { collectionIds: among } : {}) };
    const keyOf = ({ id }: LoadJob): string => String(id);
    const read = async (after: string | null, first: number): Promise<LoadJob[]> =>
      await queue.list({ ...filter, first, ...(after === null ? {} : { before: Number(after) }) });
    return await pageOf({ kind: `loads ${name ?? ''}`, keyOf, read }, page);
  }

  /** One page of the items that failed, in the order of the load. */
  async failuresPage(job: Pick<LoadJob, 'id'>, page: PageArguments): Promise<Page<LoadFailure>> {
    const { queue } = this.ports;
    // The key of a failure is its position in the list; failures are only appended.
    const places = new Map<LoadFailure, number>();
    const keyOf = (failure: LoadFailure): string => String(places.get(failure));
    const read = async (after: string | null, limit: number): Promise<LoadFailure[]> => {
      const offset = after === null ? 0 : Number(after) + 1;
      const lines = await queue.listFailures(job.id, limit, offset);
      lines.forEach((line, i) => places.set(line, offset + i));
      return lines;
    };
    return await pageOf({ kind: `failures ${job.id}`, keyOf, read }, page);
  }

  /** Items that failed, in the order of the load. @param first 0 to 1,000 */
  async failures(job: Pick<LoadJob, 'id'>, first: number, offset: number): Promise<LoadFailure[]> {
    checkCount('first', first, 0, MAX_PAGE);
    checkCount('offset', offset, 0, Number.MAX_SAFE_INTEGER);
    return await this.ports.queue.listFailures(job.id, first, offset);
  }

  /** @throws NotFoundError */
  async cancel(id: string): Promise<LoadJob> {
    return await this.ports.loads.cancel(jobId(id));
  }

  /**
   * Yields the current state at once, then at most four states per second, until the load ends.
   * @throws NotFoundError
   */
  watch(id: string, signal?: AbortSignal): AsyncGenerator<LoadJob> {
    return this.watches.watch(jobId(id), signal);
  }

  /**
   * Waits until the load ends or the signal aborts, and returns the load.
   * @throws UnavailableError when the load waits for space on a full disk
   */
  async untilEnded(job: LoadJob, signal: AbortSignal): Promise<LoadJob> {
    const { storeProblem } = this.ports;
    return await waitForLoad({ watchJob: (id, ends) => this.watches.watch(id, ends), storeProblem }, job, signal);
  }

  /** The thing that a load waits for; null when it waits for nothing or has ended. */
  async waitingFor(job: LoadJob): Promise<string | null> {
    if (isFinished(job)) return null;
    const problem = await withTimeout(this.ports.storeProblem(), GLANCE_MS, '').catch(() => null);
    return problem === 'full' ? WAITS_FOR.full : null;
  }

  /** Folders that loads may read. @param path null: the top level @throws as `start` */
  async folders(path: string | null): Promise<FolderListing> {
    return await this.ports.folders.list(path);
  }

  /** Counts the pictures in a folder and below it, within a time limit. @throws as `start` */
  async countPictures(path: string, signal: AbortSignal): Promise<PictureCount> {
    return await this.ports.folders.count(path, signal);
  }
}

function jobId(id: string): number {
  const number = parseId(id, 'LoadJob');
  if (number === null) throw noLoad(id);
  return number;
}
