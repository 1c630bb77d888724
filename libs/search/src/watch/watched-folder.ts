import { orLate, WentuError, type FolderWatch, type LoadJob, type WatchFolder, type WatchReport } from '@wentu/domain';
import { openDirectory, type FilePath } from '@wentu/file-access';
import { isFinished } from '../job-watch';

export interface WatchedFolderOptions {
  readonly directory: FilePath;
  readonly watchFolder: WatchFolder;
  /** Queues a load of the folder. */
  startLoad(): Promise<LoadJob>;
  findLoad(id: number): Promise<LoadJob | null>;
  /** Publishes what the watch does. */
  report(report: WatchReport): Promise<void>;
  onError(error: unknown): void;
}

/** A load begins after the folder was quiet for this long. */
const QUIET_MS = 2_000;
/** A folder that is never quiet is loaded this long after the first change. */
const MAX_WAIT_MS = 30_000;
/** Removals wait longer than additions, so that of a move between two folders the addition is loaded first. */
const REMOVALS_LAST_MS = 1_500;
/** How long the watch waits after a load that could not be queued, or that left files for later. */
const RETRY_MS = 5_000;
/** How often the folder itself is looked at: whether it is still there, and the same. */
const LOOK_MS = 2_000;
/** A share whose server is down never answers. */
const ANSWER_MS = 5_000;

interface Pending {
  readonly sinceMs: number;
  lastMs: number;
  hasAdditions: boolean;
}

/**
 * The watch of one folder: combines changes, and queues one load after another. A load is queued when the one before it
 * has ended, so there is at most one, whatever changes. `step` must be called several times a second.
 */
export class WatchedFolder {
  private watch: FolderWatch | null = null;
  private identity: string | null = null;
  private looking: Promise<string> | null = null;
  private pending: Pending | null = null;
  private job: number | null = null;
  private notBeforeMs = 0;
  private lookAtMs = 0;
  private shown = '';
  private isClosed = false;

  constructor(
    private readonly options: WatchedFolderOptions,
    private readonly now: () => number = Date.now,
  ) {}

  async step(): Promise<void> {
    const now = this.now();
    if (now >= this.lookAtMs) {
      this.lookAtMs = now + LOOK_MS;
      await this.look();
    }
    if (this.watch !== null && (await this.isLoadOver()) && this.isDue(this.now())) await this.load();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.end();
  }

  /** Begins to watch a folder that is there; begins again when another folder took its place. */
  private async look(): Promise<void> {
    const [identity, problem] = await this.readIdentity();
    if (identity !== this.identity) await this.end();
    if (identity === null) return await this.publish({ state: 'AWAY', problem });
    if (this.watch === null) await this.begin(identity);
    if (this.watch !== null) await this.publish(this.watch.report);
  }

  private async begin(identity: string): Promise<void> {
    const { directory, watchFolder } = this.options;
    const onReport = (report: WatchReport): void =>
      void this.publish(report).catch((error: unknown) => this.options.onError(error));
    const onChange = ({ hasAdditions }: { hasAdditions: boolean }): void => this.note(hasAdditions);
    try {
      const watch = await watchFolder(directory, onChange, onReport);
      if (this.isClosed) return await watch.close();
      this.watch = watch;
      this.identity = identity;
      // Changes from before the watch.
      this.note(true);
    } catch (error) {
      await this.publish({ state: 'AWAY', problem: reasonOf(error) });
    }
  }

  private async end(): Promise<void> {
    const { watch } = this;
    this.watch = null;
    this.identity = null;
    this.pending = null;
    await watch?.close();
  }

  private note(hasAdditions: boolean): void {
    const now = this.now();
    this.pending ??= { sinceMs: now, lastMs: now, hasAdditions };
    this.pending.lastMs = now;
    this.pending.hasAdditions ||= hasAdditions;
  }

  private isDue(now: number): boolean {
    if (this.pending === null || now < this.notBeforeMs) return false;
    const { sinceMs, lastMs, hasAdditions } = this.pending;
    const quietMs = QUIET_MS + (hasAdditions ? 0 : REMOVALS_LAST_MS);
    return now - lastMs >= quietMs || now - sinceMs >= MAX_WAIT_MS;
  }

  private async load(): Promise<void> {
    const { pending } = this;
    try {
      await this.watch?.refresh();
      // Changes from now on need another load.
      this.pending = null;
      this.job = (await this.options.startLoad()).id;
    } catch (error) {
      // A folder without pictures has nothing to load.
      if (error instanceof WentuError && error.code === 'INVALID_INPUT') return;
      this.notBeforeMs = this.now() + RETRY_MS;
      this.pending ??= pending;
      throw error;
    }
  }

  /** Whether the last load of this watch has ended. Files that it left for later are loaded again. */
  private async isLoadOver(): Promise<boolean> {
    if (this.job === null) return true;
    const job = await this.options.findLoad(this.job);
    if (job && !isFinished(job)) return false;
    this.job = null;
    if (job && job.ignored.unsettled > 0) {
      this.note(true);
      this.notBeforeMs = this.now() + QUIET_MS;
    }
    return true;
  }

  private async publish(report: WatchReport): Promise<void> {
    const text = JSON.stringify(report);
    if (text === this.shown || this.isClosed) return;
    await this.options.report(report);
    this.shown = text;
  }

  /** @returns the identity of the folder, or null and the reason why it cannot be watched now */
  private async readIdentity(): Promise<[string, null] | [null, string]> {
    const { directory } = this.options;
    // A call without an answer blocks a thread of libuv's pool, so there is at most one.
    this.looking ??= identityOf(directory).finally(() => (this.looking = null));
    try {
      const identity = await orLate(this.looking, ANSWER_MS, () => null);
      return identity === null ? [null, `${directory} does not answer; check its disk or share`] : [identity, null];
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const reason = code === 'ENOENT' ? 'does not exist now' : `cannot be read (${code ?? String(error)})`;
      return [null, `${directory} ${reason}; its images stay, and it is watched again when it is back`];
    }
  }
}

async function identityOf(directory: FilePath): Promise<string> {
  const opened = await openDirectory(directory);
  await opened.close();
  return opened.identity;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
