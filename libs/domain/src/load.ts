/** PARTIAL: it ended, but some items failed or a folder could not be read; the ledger names them. */
export type LoadStatus = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'PARTIAL' | 'FAILED' | 'CANCELLED';
/** How a load ends. */
export type EndStatus = Exclude<LoadStatus, 'QUEUED' | 'RUNNING'>;

/** Entries of a folder that a load does not take, by reason. A folder counts once, whatever lies in it. */
export interface IgnoredFiles {
  readonly notPicture: number;
  /** What systems and programs leave: bins, snapshots, thumbnails, hidden files. */
  readonly junk: number;
  /** By a pattern of WENTU_IGNORE or of a .wentuignore. */
  readonly excluded: number;
  /** Links to folders, out of the source, or to nothing. */
  readonly link: number;
  /** Files without the name of a picture whose bytes may not be read. */
  readonly unreadable: number;
}

export const NOTHING_IGNORED: IgnoredFiles = { notPicture: 0, junk: 0, excluded: 0, link: 0, unreadable: 0 };

export interface LoadOptions {
  /** Which `{split}_imgs…` files of the directory to read. */
  readonly split?: string;
  /** The model that made a feature file, when no sidecar says so. */
  readonly featuresModel?: string;
  /** Copy originals into the store. By default folders stay by reference, everything else is copied. */
  readonly copyImages?: boolean;
  /** What names an image of a folder: its relative path, or the file name without extension. */
  readonly idFrom?: 'path' | 'stem';
  /** The directory holds files that somebody sent, and goes when the load has ended. */
  readonly isUpload?: boolean;
}

/** What becomes of images whose files have gone: they are taken out, or they stay and are not missed again. */
export type MissingAction = 'REMOVE' | 'KEEP';

export interface LoadProgress {
  /** Items in the source; null while they are being counted. */
  readonly total: number | null;
  /** loaded + skipped + failed. */
  readonly processed: number;
  readonly loaded: number;
  /** Unchanged since an earlier load. */
  readonly skipped: number;
  readonly failed: number;
  /** Of `loaded`: new versions of images that were there. */
  readonly replaced: number;
  /** Images taken out because their file has gone from the folder, or a pattern excludes it now. */
  readonly removed: number;
  /**
   * Images whose file has gone in a way that may be an accident: a whole folder, many at once, another device. They
   * stay.
   */
  readonly missing: number;
  /** Folders that could not be read to their end; images in and below them stay. */
  readonly unreadFolders: number;
  readonly ignored: IgnoredFiles;
  readonly imagesPerSecond: number | null;
}

export interface LoadJob extends LoadProgress {
  readonly id: number;
  /** Name of the collection; of an earlier one that was removed, the last name. It follows a rename. */
  readonly collection: string;
  /** Null until there is a collection of that name: the first picture of a load makes it. */
  readonly collectionId: number | null;
  readonly directory: string;
  readonly options: LoadOptions;
  readonly status: LoadStatus;
  readonly cancelRequested: boolean;
  /** Why the whole job failed. */
  readonly error: LoadFailure | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** One line of a load's ledger. */
export interface LoadFailure {
  readonly item: string;
  readonly code: string;
  readonly message: string;
}
