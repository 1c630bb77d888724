import { randomBytes } from 'node:crypto';
import {
  InvalidInputError,
  NotFoundError,
  sentence,
  type LoadJob,
  type LoadOptions,
  type MetadataStore,
  type SourceFolder,
  type WatchFolder,
} from '@wentu/domain';
import { WatchedFolder } from './watched-folder';

export interface FolderWatchesOptions {
  readonly store: Pick<MetadataStore, 'watches' | 'images' | 'collections' | 'loads'>;
  /** Names the place where at most one process runs at a time. Leases of earlier processes of this home end at once. */
  readonly home: string;
  readonly watchFolder: WatchFolder;
  startLoad(collection: string, directory: string, options: LoadOptions): Promise<LoadJob>;
  /** Receives errors of work that no caller awaits. */
  onError(error: unknown): void;
}

/** How long a folder is not watched after its process died. */
const LEASE_MS = 20_000;
const CLAIM_MS = 5_000;
const STEP_MS = 250;

interface Active {
  readonly folder: WatchedFolder;
  /** A folder on a dead share must not delay the others. */
  isStepping: boolean;
}

/**
 * Watches the source folders that are marked for it, and loads those that change. One instance per process that loads.
 */
export class FolderWatches {
  private readonly owner: string;
  private readonly active = new Map<number, Active>();
  private claiming: Promise<void> = Promise.resolve();
  private claimAtMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;
  private lastError = '';

  constructor(private readonly options: FolderWatchesOptions) {
    this.owner = `${options.home}/${randomBytes(8).toString('hex')}`;
  }

  /** Begins to watch. Leases of earlier processes of this home are ended first. */
  async open(): Promise<void> {
    await this.options.store.watches.release(`${this.options.home}/`);
    if (this.isClosed) return;
    this.timer = setInterval(() => this.step(), STEP_MS);
  }

  /**
   * Begins or ends the watch of a source folder.
   * @param options of its loads; null: it is not watched any more
   * @throws NotFoundError when there is no such source; InvalidInputError for a source without files of its own
   */
  async watch(sourceId: number, options: LoadOptions | null): Promise<SourceFolder> {
    const { watches } = this.options.store;
    if (options?.isUpload || options?.split !== undefined) throw new InvalidInputError(sentence('WATCH_PICTURES_ONLY'));
    const source = await watches.set(sourceId, options);
    if (!source) throw new NotFoundError(sentence('NO_SOURCE', { id: sourceId }));
    this.claimAtMs = 0;
    await this.claim();
    return source;
  }

  /** Ends all watches of this process. Another process, or the next start, watches the folders again. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.timer);
    await this.claiming;
    await Promise.all([...this.active.values()].map(({ folder }) => folder.close()));
    this.active.clear();
    await this.options.store.watches.release(this.owner).catch((error: unknown) => this.options.onError(error));
  }

  private step(): void {
    if (performance.now() >= this.claimAtMs) void this.claim().catch((error: unknown) => this.complain(error));
    for (const active of this.active.values()) {
      if (active.isStepping) continue;
      active.isStepping = true;
      active.folder
        .step()
        .catch((error: unknown) => this.complain(error))
        .finally(() => (active.isStepping = false));
    }
  }

  private claim(): Promise<void> {
    this.claimAtMs = performance.now() + CLAIM_MS;
    const next = this.claiming.catch(() => undefined).then(() => this.claimNow());
    this.claiming = next.catch(() => undefined);
    return next;
  }

  private async claimNow(): Promise<void> {
    if (this.isClosed) return;
    const mine = await this.options.store.watches.claim(this.owner, LEASE_MS);
    this.lastError = '';
    const wanted = new Set(mine.map(({ id }) => id));
    for (const [id, { folder }] of this.active) {
      if (wanted.has(id)) continue;
      this.active.delete(id);
      await folder.close();
    }
    for (const source of mine)
      if (!this.active.has(source.id)) this.active.set(source.id, { folder: this.folderOf(source), isStepping: false });
  }

  private folderOf({ id, directory }: SourceFolder): WatchedFolder {
    const { store, watchFolder } = this.options;
    return new WatchedFolder({
      ...{ directory, watchFolder },
      onError: (error) => this.complain(error),
      startLoad: () => this.startLoad(id),
      findLoad: (job) => store.loads.find(job),
      report: (report) => store.watches.report(id, this.owner, report),
    });
  }

  /** The collection may have been renamed, and the options changed, since the watch began. */
  private async startLoad(sourceId: number): Promise<LoadJob> {
    const { store } = this.options;
    const source = await store.images.findSource(sourceId);
    const collection = source && (await store.collections.findById(source.collectionId));
    if (!collection || !source.watch) throw new InvalidInputError(sentence('WATCH_ENDED', { id: sourceId }));
    return await this.options.startLoad(collection.name, source.directory, { ...source.watch.options, isWatch: true });
  }

  /** Reported once, not four times a second of an outage. */
  private complain(error: unknown): void {
    if (String(error) !== this.lastError) this.options.onError(error);
    this.lastError = String(error);
  }
}
