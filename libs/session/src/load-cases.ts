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
import { isFinished, waitForLoad, watchJob, WAITS_FOR, type LoadService, type StoreProblem } from '@wentu/search';
import { checkCount, MAX_PAGE, parseId } from './checks';
import { pageOf, type Page, type PageArguments } from './paging';

export interface LoadPorts {
  readonly queue: Pick<LoadReader, 'find' | 'list' | 'listFailures'>;
  readonly loads: Pick<LoadService, 'start' | 'cancel'>;
  readonly folders: SourceFolders;
  /** What keeps the store from being written. */
  readonly storeProblem: () => Promise<StoreProblem | null>;
}

/** How long somebody who looks at a load waits for more than its row. */
const GLANCE_MS = 1_000;

export interface LoadRequest extends Omit<LoadOptions, 'idFrom' | 'isUpload'> {
  /** `path` (the default) or `stem`. */
  readonly idFrom?: string;
}

/** Loads of folders of the server, and looking at loads of any kind. */
export class LoadCases {
  constructor(private readonly ports: LoadPorts) {}

  /** Queues the load of a folder that lies under the roots. @throws ForbiddenError, NotFoundError, InvalidInputError */
  async start(collection: string, directory: string, { idFrom, ...options }: LoadRequest): Promise<LoadJob> {
    const { folders, loads } = this.ports;
    if (idFrom !== undefined && idFrom !== 'path' && idFrom !== 'stem')
      throw new InvalidInputError(`idFrom is ${JSON.stringify(idFrom)}; give path or stem`);
    const real = await folders.resolve(directory);
    return await loads.start(normalName(collection), real, idFrom ? { ...options, idFrom } : options);
  }

  async find(id: string): Promise<LoadJob | null> {
    const number = parseId(id);
    return number === null ? null : await this.ports.queue.find(number);
  }

  /** Newest first. @param collection null: of all @param first 0 to 1,000 */
  async list(collection: string | null, first: number): Promise<LoadJob[]> {
    checkCount('first', first, 0, MAX_PAGE);
    const filter = collection === null ? {} : { collection: normalName(collection) };
    return await this.ports.queue.list({ ...filter, first });
  }

  /** Newest first. @param collection null: of all */
  async page(collection: string | null, page: PageArguments): Promise<Page<LoadJob>> {
    const { queue } = this.ports;
    const name = collection === null ? null : normalName(collection);
    const filter = name === null ? {} : { collection: name };
    const keyOf = ({ id }: LoadJob): string => String(id);
    const read = async (after: string | null, first: number): Promise<LoadJob[]> =>
      await queue.list({ ...filter, first, ...(after === null ? {} : { before: Number(after) }) });
    return await pageOf({ kind: `loads ${name ?? ''}`, keyOf, read }, page);
  }

  /** Items that were not loaded, in the order they were met. */
  async failuresPage(job: Pick<LoadJob, 'id'>, page: PageArguments): Promise<Page<LoadFailure>> {
    const { queue } = this.ports;
    // A line of the ledger has no other key than its place: lines are only added.
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

  /** Items that were not loaded, in the order they were met. @param first 0 to 1,000 */
  async failures(job: Pick<LoadJob, 'id'>, first: number, offset: number): Promise<LoadFailure[]> {
    checkCount('first', first, 0, MAX_PAGE);
    checkCount('offset', offset, 0, Number.MAX_SAFE_INTEGER);
    return await this.ports.queue.listFailures(job.id, first, offset);
  }

  /** @throws NotFoundError */
  async cancel(id: string): Promise<LoadJob> {
    return await this.ports.loads.cancel(jobId(id));
  }

  /** The state at once, then at most four times a second; ends with the load. @throws NotFoundError */
  watch(id: string, signal?: AbortSignal): AsyncGenerator<LoadJob> {
    return watchJob(this.ports.queue, jobId(id), signal);
  }

  /**
   * The load when it has ended, or when the signal ends the waiting.
   * @throws UnavailableError when it waits for room on a full disk
   */
  async untilEnded(job: LoadJob, signal: AbortSignal): Promise<LoadJob> {
    const { queue, storeProblem } = this.ports;
    return await waitForLoad({ watchJob: (id, ends) => watchJob(queue, id, ends), storeProblem }, job, signal);
  }

  /** What a load waits for; null when that is nothing, or it has ended. */
  async waitingFor(job: LoadJob): Promise<string | null> {
    if (isFinished(job)) return null;
    const problem = await withTimeout(this.ports.storeProblem(), GLANCE_MS, '').catch(() => null);
    return problem === 'full' ? WAITS_FOR.full : null;
  }

  /** Folders that loads may read. @param path null: where one can begin @throws as `start` */
  async folders(path: string | null): Promise<FolderListing> {
    return await this.ports.folders.list(path);
  }

  /** Pictures in a folder and below it, as far as a moment goes. @throws as `start` */
  async countPictures(path: string, signal: AbortSignal): Promise<PictureCount> {
    return await this.ports.folders.count(path, signal);
  }
}

function jobId(id: string): number {
  const number = parseId(id);
  if (number === null) throw noLoad(id);
  return number;
}
