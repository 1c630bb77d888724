import type { SourceFolder } from './images';
import type { LoadOptions } from './load';
import type { WatchReport } from './source-watch';

/** Folders that are watched. At most one process watches a folder: the one that holds its lease. */
export interface SourceWatches {
  /**
   * Begins or ends the watch of a source folder.
   * @param options of its loads; null: it is not watched any more
   * @returns null when there is no such source
   */
  set(sourceId: number, options: LoadOptions | null): Promise<SourceFolder | null>;
  /**
   * Extends the leases of this owner, and gives it the watched folders that have none. Folders of collections that are
   * being dropped are left out.
   * @returns all folders that this owner has to watch now
   */
  claim(owner: string, leaseMs: number): Promise<SourceFolder[]>;
  /** Ignored when the owner has no lease of the folder. */
  report(sourceId: number, owner: string, report: WatchReport): Promise<void>;
  /** Ends the leases of all owners whose names begin with the prefix. */
  release(ownerPrefix: string): Promise<void>;
}

export interface WatchedChange {
  /** A file or folder was added. A move is a removal and an addition. */
  readonly hasAdditions: boolean;
}

export interface FolderWatch {
  readonly report: WatchReport;
  /** Called before each load. When it resolves, the watch sees changes in folders that were added before. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Watches the tree of a folder until `close`.
 * @param directory absolute, without links
 * @param onChange called after changes below the folder. It may be called for changes that matter to no load
 * @param onReport called when the state of the watch has changed
 * @throws when the folder does not exist or cannot be read
 */
export type WatchFolder = (
  directory: string,
  onChange: (change: WatchedChange) => void,
  onReport: (report: WatchReport) => void,
) => Promise<FolderWatch>;
