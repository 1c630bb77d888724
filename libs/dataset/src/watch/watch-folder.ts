import { realpath } from 'node:fs/promises';
import type { FolderWatch, WatchFolder } from '@wentu/domain';
import { FolderTime } from '../folder-time';
import { EventWatch } from './event-watch';
import { networkTypeOf } from './network-mounts';
import { PollWatch } from './poll-watch';

export interface WatchSettings {
  /** Patterns of files and folders that loads ignore. */
  readonly ignored: readonly string[];
  /** Folders of this server, which it changes itself. */
  readonly own: readonly string[];
  /** How often a folder is compared that reports no changes. Null: DEFAULT_POLL_SECONDS, and only such folders are. */
  readonly pollSeconds: number | null;
  /** As in DatasetLimits. */
  readonly folderTimeoutMs?: number;
}

const DEFAULT_POLL_SECONDS = 30;

/** Watches folders by events of the system, or by comparing them where the system reports none. */
export function createFolderWatcher({ ignored, own, pollSeconds, folderTimeoutMs }: WatchSettings): WatchFolder {
  return async (directory, onChange, onReport) => {
    const poll = (problem: string | null): PollWatch =>
      new PollWatch({
        ...{ directory, ignored, folderTimeoutMs, problem, onChange },
        everyMs: (pollSeconds ?? DEFAULT_POLL_SECONDS) * 1_000,
      });
    if (pollSeconds !== null) return poll(null);
    const network = await new FolderTime(folderTimeoutMs).limit(networkTypeOf(directory));
    if (network !== null) return poll(`${directory} is on another machine (${network}), which reports no changes`);
    let watch: FolderWatch | null = null;
    let isClosed = false;
    const fallBack = (error: unknown): void => {
      if (isClosed) return;
      watch = poll(problemOf(error));
      onReport(watch.report);
      onChange({ hasAdditions: true });
    };
    try {
      const real = await Promise.all(own.map((folder) => realpath(folder).catch(() => folder)));
      watch = await EventWatch.open({ directory, ignored, own: real, onChange, onFailed: fallBack });
    } catch (error) {
      fallBack(error);
    }
    return {
      get report() {
        return (watch as FolderWatch).report;
      },
      refresh: async () => await watch?.refresh(),
      async close() {
        isClosed = true;
        await watch?.close();
      },
    };
  };
}

function problemOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const isLimit = /no space left|inotify|ENOSPC|EMFILE/i.test(message);
  const remedy = isLimit ? '; raise fs.inotify.max_user_watches, then end and begin the watch again' : '';
  return `the system does not report changes (${message})${remedy}`;
}
