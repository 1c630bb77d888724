import type { ItemError } from './errors';
import type { GivenAttributes } from './own-attributes';
import type { IgnoredFiles } from './load';

/** One image of a source. */
export interface DatasetItem {
  /** Name of the item in the ledger: relative path, `valid_imgs.tsv:12`, or `valid/imgs:KEY`. */
  readonly item: string;
  /** The id that the source gives to the image: NFC, at most MAX_IMAGE_ID_LENGTH characters. */
  readonly imageId: string;
  /**
   * For a file in a folder: its path. It distinguishes pictures of the same name. Pictures of a table are distinguished
   * by the directory of the table and the imageId.
   */
  readonly location?: string;
  /** The picture's bytes. @throws ItemError */
  read(): Promise<Uint8Array>;
  /** Present for a file in a folder. The path is in the form of @wentu/file-access. */
  readonly file?: { readonly path: string; readonly modifiedAtMs: number; readonly sizeBytes: number };
  /** A feature computed elsewhere: L2-normalised, of the feature file's dimension. */
  readonly feature?: Float32Array;
  /**
   * What the source gives to the image, in the form of `checkGiven`; undefined when it gives nothing. @throws ItemError
   * for a broken sidecar. The picture is loaded all the same
   */
  given?(): Promise<GivenAttributes | undefined>;
}

/** An item that has no usable name, or whose feature is invalid. */
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

/** Features of consecutive lines of a feature file, not normalised, in double precision. */
export interface FeatureBlock {
  readonly dimension: number;
  /** JSON literals, exactly as written: `7000000000123456789` or `"a.jpg"`. */
  readonly ids: readonly string[];
  /** One feature per id, each with `dimension` finite numbers. */
  readonly features: readonly Float64Array[];
}

/** Result of the last walk of a folder. It is complete when `entries` has ended. */
export interface FolderSurvey {
  readonly ignored: IgnoredFiles;
  /** Number of folders that could not be read completely. */
  readonly unreadFolders: number;
  /**
   * Device identifiers by path, for the folder and for the mount points below it. Paths are in the form of
   * @wentu/file-access.
   */
  readonly devices: ReadonlyMap<string, string>;
  /** Whether the walk read this folder completely, and the path still leads to the same folder. */
  wasRead(folder: string): Promise<boolean>;
  /**
   * Whether an entry of a folder was added, removed or renamed after the walk began to read it. Of file systems that
   * keep no such time for folders, this is false.
   */
  wasChanged(folder: string): Promise<boolean>;
  /**
   * Whether a path below the folder is junk or is excluded by a pattern.
   * @param source the folder that the image was loaded from. A folder that was loaded directly is not junk, whatever
   * its name is
   */
  isExcluded(path: string, source: string): boolean;
}

/** A source of images, read as a stream. */
export interface Dataset {
  readonly kind: 'folder' | 'upload' | 'tsv' | 'lmdb' | 'features';
  /** Absolute, real path of the directory. */
  readonly directory: string;
  readonly features?: FeatureSource;
  /** Approximate number of entries, because broken items may be missing. It may need a walk or a pass over the file. */
  count(signal?: AbortSignal): Promise<number>;
  /** The entries, always in the same order. It stops with the reason of the signal. */
  entries(signal?: AbortSignal): AsyncIterable<DatasetEntry>;
  /** Present for a folder. */
  readonly survey?: FolderSurvey;
  close(): Promise<void>;
}

export type OpenDataset = (
  directory: string,
  options: {
    split?: string;
    idFrom?: 'path' | 'stem';
    isUpload?: boolean;
    /** Called for a folder without pictures. If it returns true, such a folder is accepted. */
    mayBeEmpty?: () => Promise<boolean>;
  },
) => Promise<Dataset>;
