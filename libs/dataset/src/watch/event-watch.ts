import { lstat } from 'node:fs/promises';
import { basename, relative, sep } from 'node:path';
import type { FolderWatch, WatchedChange, WatchReport } from '@wentu/domain';
import { isBelow, openRegularFile } from '@wentu/file-access';
import { isPictureName, PICTURE_HEAD_BYTES, pictureType } from '@wentu/picture-format';
import { IGNORE_FILE, IgnoreRules } from '../ignore-rules';

export interface EventOptions {
  readonly directory: string;
  /** Patterns of files and folders that loads ignore. */
  readonly ignored: readonly string[];
  /** Folders of this server, which it changes itself. */
  readonly own: readonly string[];
  onChange(change: WatchedChange): void;
  /** Called once when the system cannot report changes any more. The watch is over then. */
  onFailed(error: Error): void;
}

interface Event {
  readonly path: string;
  readonly type: 'create' | 'update' | 'delete';
}

/** Watches a folder by the events of the system: inotify, FSEvents or ReadDirectoryChangesW. */
export class EventWatch implements FolderWatch {
  readonly report: WatchReport = { state: 'EVENTS', problem: null };
  private readonly rules: IgnoreRules;
  private unsubscribe: () => Promise<void> = async () => undefined;
  private handling: Promise<void> = Promise.resolve();
  private hasNewFolders = false;
  private isClosed = false;

  private constructor(private readonly options: EventOptions) {
    this.rules = new IgnoreRules(options.ignored, basename(options.directory));
  }

  /** @throws when the system refuses, for example because it has too few inotify watches */
  static async open(options: EventOptions): Promise<EventWatch> {
    const watch = new EventWatch(options);
    await watch.subscribe();
    return watch;
  }

  /**
   * inotify watches single folders. The library misses folders that appear in a new folder before it watches that one,
   * so it begins again after new folders. The load that follows finds what happened meanwhile.
   */
  async refresh(): Promise<void> {
    await this.handling;
    if (!this.hasNewFolders || this.isClosed) return;
    this.hasNewFolders = false;
    try {
      await this.unsubscribe();
      await this.subscribe();
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.unsubscribe();
  }

  private async subscribe(): Promise<void> {
    // The binary of the library is only loaded where a folder is watched.
    const { subscribe } = await import('@parcel/watcher');
    const { options } = this;
    const subscription = await subscribe(options.directory, (error, events) => {
      if (error) this.fail(error);
      else this.handling = this.handling.then(() => this.handle(events)).catch(() => options.onChange(ADDED));
    });
    this.unsubscribe = () => subscription.unsubscribe();
    if (this.isClosed) await subscription.unsubscribe();
  }

  private fail(error: Error): void {
    if (this.isClosed) return;
    void this.close().catch(() => undefined);
    this.options.onFailed(error);
  }

  private async handle(events: readonly Event[]): Promise<void> {
    let [hasAdditions, hasRemovals] = [false, false];
    for (const { path, type } of events) {
      if (this.isClosed || (hasAdditions && this.hasNewFolders)) break;
      if (!this.isRead(path)) continue;
      if (type === 'delete') hasRemovals = true;
      else if (type === 'create' && (await isFolder(path))) this.hasNewFolders = hasAdditions = true;
      else hasAdditions ||= await mayBePicture(path);
    }
    if (hasAdditions) this.options.onChange(ADDED);
    else if (hasRemovals) this.options.onChange({ hasAdditions: false });
  }

  /** Whether a load would look at the path. The patterns of `.wentuignore` files are left to the load. */
  private isRead(path: string): boolean {
    const { directory, own } = this.options;
    if (own.some((folder) => path === folder || isBelow(path, folder))) return false;
    const names = relative(directory, path).split(sep);
    if (names.at(-1) === IGNORE_FILE) return true;
    return names.every((_name, i) => {
      const depth = i + 1;
      return this.rules.reason(names.slice(0, depth), depth < names.length, Array<null>(depth).fill(null)) === null;
    });
  }
}

const ADDED: WatchedChange = { hasAdditions: true };

async function isFolder(path: string): Promise<boolean> {
  return await lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** False for a file that is certainly no picture, such as a log that is written all the time. */
async function mayBePicture(path: string): Promise<boolean> {
  if (isPictureName(path) || basename(path) === IGNORE_FILE) return true;
  try {
    const file = await openRegularFile(path);
    try {
      const head = Buffer.alloc(PICTURE_HEAD_BYTES);
      const { bytesRead } = await file.read(head, 0, head.length, 0);
      return bytesRead === 0 || pictureType(head.subarray(0, bytesRead)) !== null;
    } finally {
      await file.close();
    }
  } catch {
    // A folder, a link, or a file that is gone.
    return true;
  }
}
