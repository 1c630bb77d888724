import { createHash, type Hash } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { UnavailableError, type FolderWatch, type WatchedChange, type WatchReport } from '@wentu/domain';
import { fsPath } from '@wentu/file-access';
import { FolderTime } from '../folder-time';
import { FolderWalk } from '../folder-walk';

export interface PollOptions {
  readonly directory: string;
  /** Patterns of files and folders that loads ignore. */
  readonly ignored: readonly string[];
  readonly everyMs: number;
  /** As in DatasetLimits. */
  readonly folderTimeoutMs: number | undefined;
  readonly problem: string | null;
  onChange(change: WatchedChange): void;
}

/** Digest of the names, sizes and times of all pictures, and their number. */
interface Look {
  readonly digest: string;
  readonly count: number;
}

/**
 * Watches a folder that reports no changes, such as a network share: compares the names, sizes and times of its
 * pictures regularly. It reads no picture.
 */
export class PollWatch implements FolderWatch {
  readonly report: WatchReport;
  private readonly closing = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private last: Look | null = null;

  constructor(private readonly options: PollOptions) {
    this.report = { state: 'POLLING', problem: options.problem };
    this.schedule(0);
  }

  async refresh(): Promise<void> {
    // The next comparison walks the whole folder.
  }

  async close(): Promise<void> {
    this.closing.abort();
    clearTimeout(this.timer);
    await this.looking;
  }

  private schedule(afterMs: number): void {
    this.timer = setTimeout(() => {
      this.looking = this.compare()
        .catch(() => undefined)
        .then(() => {
          if (!this.closing.signal.aborted) this.schedule(this.options.everyMs);
        });
    }, afterMs);
  }

  private async compare(): Promise<void> {
    const now = await this.look();
    const before = this.last;
    this.last = now;
    // After the first look, a load finds the changes that the watch has not seen.
    if (before?.digest !== now.digest) this.options.onChange({ hasAdditions: now.count >= (before?.count ?? 0) });
  }

  /** @throws when the folder does not answer */
  private async look(): Promise<Look> {
    const { directory, ignored, folderTimeoutMs } = this.options;
    const { signal } = this.closing;
    const time = new FolderTime(folderTimeoutMs);
    const digest = createHash('sha1');
    let count = 0;
    for await (const file of new FolderWalk(directory, ignored, time).files(signal)) {
      if ('error' in file) digest.update(`${file.item}\n`);
      else await add(digest, file.target, time);
      count++;
    }
    return { digest: digest.digest('hex'), count };
  }
}

async function add(digest: Hash, path: string, time: FolderTime): Promise<void> {
  try {
    const { size, mtimeMs } = await time.limit(lstat(fsPath(path)));
    digest.update(`${path}\n${size} ${mtimeMs}\n`);
  } catch (error) {
    if (error instanceof UnavailableError) throw error;
    digest.update(`${path}\n`);
  }
}
