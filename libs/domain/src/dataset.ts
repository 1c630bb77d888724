import type { ItemError } from './errors';
import type { IgnoredFiles } from './load';

/** One image of a source. */
export interface DatasetItem {
  /** How the ledger names it: relative path, `valid_imgs.tsv:12`, or `valid/imgs:KEY`. */
  readonly item: string;
  /** NFC, at most MAX_IMAGE_ID_LENGTH characters, as written in the source: what the image is to be called. */
  readonly imageId: string;
  /**
   * Of a file in a folder: its path. What tells two pictures of one name apart; those of a table are told by its
   * directory and the imageId.
   */
  readonly location?: string;
  /** The picture's bytes. @throws ItemError */
  read(): Promise<Uint8Array>;
  /** For a file in a folder. The path is one of @wentu/file-access. */
  readonly file?: { readonly path: string; readonly modifiedAtMs: number };
  /** A feature computed elsewhere: L2-normalised, of the feature file's dimension. */
  readonly feature?: Float32Array;
}

/** An item that could not even be named properly, or whose feature is bad. */
export interface BrokenItem {
  readonly item: string;
  readonly error: ItemError;
}

export type DatasetEntry = DatasetItem | BrokenItem;

export interface FeatureSource {
  readonly dimension: number;
  /** From the sidecar beside the feature file. */
  readonly model?: string;
  readonly space?: string;
}

/** Features of consecutive lines of a feature file, as they are written there: in double precision, of any length. */
export interface FeatureBlock {
  readonly dimension: number;
  /** JSON literals, exactly as written: `7000000000123456789` or `"a.jpg"`. */
  readonly ids: readonly string[];
  /** One an id, of `dimension` finite numbers. */
  readonly features: readonly Float64Array[];
}

/** What the last walk of a folder has met. Whole once `entries` has ended. */
export interface FolderSurvey {
  readonly ignored: IgnoredFiles;
  /** Folders that could not be read to their end. */
  readonly unreadFolders: number;
  /**
   * What tells the volumes apart on which the folder and the mount points below it lie, by path. Paths are those of
   * @wentu/file-access.
   */
  readonly devices: ReadonlyMap<string, string>;
  /** Whether the walk read this folder to its end, and the same folder is still there. */
  wasRead(folder: string): Promise<boolean>;
  /**
   * Whether a path below the folder is junk, or excluded by a pattern.
   * @param source the folder that the path was loaded from: one that was loaded by itself is no junk, whatever its name
   * is
   */
  isExcluded(path: string, source: string): boolean;
}

/** A source of images, read as a stream. */
export interface Dataset {
  readonly kind: 'folder' | 'upload' | 'tsv' | 'lmdb' | 'features';
  /** Absolute, real path of the directory. */
  readonly directory: string;
  readonly features?: FeatureSource;
  /** How many entries there will be, give or take what is broken. May take a walk or a pass over the file. */
  count(signal?: AbortSignal): Promise<number>;
  /** In an order that is the same every time. Stops with the signal's reason. */
  entries(signal?: AbortSignal): AsyncIterable<DatasetEntry>;
  /** Of a folder. */
  readonly survey?: FolderSurvey;
  close(): Promise<void>;
}

export type OpenDataset = (
  directory: string,
  options: {
    split?: string;
    idFrom?: 'path' | 'stem';
    isUpload?: boolean;
    /** Asked for a folder without pictures: one that had some is not refused. */
    mayBeEmpty?: () => Promise<boolean>;
  },
) => Promise<Dataset>;
