import type { FailureDetail } from './sentence';
/** PARTIAL: the load ended, but some items failed or a folder could not be read. The ledger names the items. */
export type LoadStatus = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'PARTIAL' | 'FAILED' | 'CANCELLED';
/** Status of a finished load. */
export type EndStatus = Exclude<LoadStatus, 'QUEUED' | 'RUNNING'>;

/** Number of folder entries that a load ignores, by reason. A folder counts as one entry, whatever it contains. */
export interface IgnoredFiles {
  readonly notPicture: number;
  /** Files of operating systems and programs: recycle bins, snapshots, thumbnails, hidden files. */
  readonly junk: number;
  /** Excluded by a pattern of WENTU_IGNORE or of a .wentuignore file. */
  readonly excluded: number;
  /** Links to folders, to targets outside the source, or to missing targets. */
  readonly link: number;
  /** Files without a picture extension that the process has no permission to read. */
  readonly unreadable: number;
  /** Files that were being written. The watch of the folder loads them when they are complete. */
  readonly unsettled: number;
}

export const NOTHING_IGNORED: IgnoredFiles = {
  ...{ notPicture: 0, junk: 0, excluded: 0, link: 0, unreadable: 0, unsettled: 0 },
};

/** LOAD: loads a source. REENCODE: encodes the images of a collection with another model, then switches to it. */
export type JobKind = 'LOAD' | 'REENCODE';

export interface ReencodeOptions {
  /** Name of the model. */
  readonly model: string;
  /**
   * Switch to the model even if some images have no embedding of it, because their originals cannot be read. Searches
   * do not find these images then.
   */
  readonly hideUnreadable: boolean;
}

export interface LoadOptions {
  /** Which `{split}_imgs…` files of the directory to read. */
  readonly split?: string;
  /** The model that made a feature file, if no sidecar file names it. */
  readonly featuresModel?: string;
  /** Copy originals into the store. By default, originals of a folder stay by reference and all others are copied. */
  readonly copyImages?: boolean;
  /** How an image of a folder gets its id: its relative path, or the file name without extension. */
  readonly idFrom?: 'path' | 'stem';
  /** The directory contains uploaded files, and is removed when the load has ended. */
  readonly isUpload?: boolean;
  /** Each picture is the new version of the image of its id, wherever that image came from. */
  readonly isPut?: boolean;
  /**
   * The watch of a folder started the load. Files whose path, size and time are those of an earlier load are not read,
   * and files that are being written are left for the next load.
   */
  readonly isWatch?: boolean;
  /** The id of an ended load of this directory: only the items that failed in it are read. */
  readonly retryOf?: number;
}

/** How to treat images whose files are missing: remove them, or keep them and no longer report them as missing. */
export type MissingAction = 'REMOVE' | 'KEEP';

export interface LoadProgress {
  /** Items in the source; null while they are being counted. */
  readonly total: number | null;
  /** loaded + skipped + failed + keptOut. */
  readonly processed: number;
  readonly loaded: number;
  /** Unchanged since an earlier load. */
  readonly skipped: number;
  readonly failed: number;
  /** Pictures of images that were deleted for good. They are left out. */
  readonly keptOut: number;
  /** Part of `loaded`: new versions of images that already existed. */
  readonly replaced: number;
  /** Images removed because their file was deleted from the folder, or because a pattern excludes it now. */
  readonly removed: number;
  /**
   * Images that stay although their files are missing, because this may be an accident: a whole folder, many files at
   * once, or another device.
   */
  readonly missing: number;
  /** Folders that could not be read completely. Images in and below them stay. */
  readonly unreadFolders: number;
  readonly ignored: IgnoredFiles;
  readonly imagesPerSecond: number | null;
}

export interface LoadJob extends LoadProgress {
  readonly id: number;
  /** Name of the collection. It follows a rename. For a dropped collection it is the last name. */
  readonly collection: string;
  /** Null until a collection of that name exists. The first picture of a load creates it. */
  readonly collectionId: number | null;
  readonly kind: JobKind;
  /** Empty for a re-encoding. */
  readonly directory: string;
  /** Empty for a re-encoding. */
  readonly options: LoadOptions;
  /** Null for a load. */
  readonly reencode: ReencodeOptions | null;
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
  /** In English. */
  readonly message: string;
  /** The key and the values of the message; null: it has none, or it is from an older version of Wentu. */
  readonly detail?: FailureDetail | null;
}
