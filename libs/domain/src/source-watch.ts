import type { LoadOptions } from './load';

/**
 * EVENTS: the system reports changes. POLLING: the folder is compared regularly, because the system reports none. AWAY:
 * the folder does not exist now, or does not answer; nothing is removed, and the watch goes on when it is back.
 */
export type WatchState = 'EVENTS' | 'POLLING' | 'AWAY';

/** What the process that watches a folder does now. */
export interface WatchReport {
  readonly state: WatchState;
  /** Why the folder is polled or away, with the remedy; null when there is nothing to say. */
  readonly problem: string | null;
}

/** The wish that a folder is watched. */
export interface SourceWatch {
  /** The options of its loads. */
  readonly options: LoadOptions;
  /** Null until a process has begun to watch. */
  readonly report: WatchReport | null;
}
