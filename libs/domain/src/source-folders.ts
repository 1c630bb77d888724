export interface FolderEntry {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

export interface FolderListing {
  /** Null for the list of roots. */
  readonly path: string | null;
  /** The parent folder; null if loads may not read it. */
  readonly parent: string | null;
  /** Ordered by name, at most MAX_FOLDERS. Folders that a load would ignore are left out. */
  readonly folders: readonly FolderEntry[];
  /** Number of files in the folder itself that have a picture extension. */
  readonly pictureCount: number;
  /** The folder has more folders or pictures than were counted. */
  readonly truncated: boolean;
}

export const MAX_FOLDERS = 1_000;

export interface PictureCount {
  readonly count: number;
  /** The number of videos, which a load leaves out. */
  readonly videos: number;
  /** The number of other files that a load leaves out, without those of systems and programs. */
  readonly others: number;
  /** The size of the pictures in bytes; null if there was no time to read all sizes. */
  readonly sizeBytes: number | null;
  /** False if the folder may contain more pictures. */
  readonly isComplete: boolean;
}

/** The folders of the server that loads may read. */
export interface SourceFolders {
  /**
   * Resolves a directory that a load may read: after all links are followed, it is below one of the roots.
   * @returns the real path
   * @throws ForbiddenError, NotFoundError, InvalidInputError, UnavailableError
   */
  resolve(directory: string): Promise<string>;
  /** The path that earlier loads stored for a directory, which may not exist any more. @throws InvalidInputError */
  resolveGone(directory: string): Promise<string>;
  /**
   * @param path null: list the roots
   * @throws as `resolve`
   */
  list(path: string | null): Promise<FolderListing>;
  /** Counts the pictures in a folder and its subfolders, for a few seconds at most. @throws as `resolve` */
  count(path: string, signal: AbortSignal): Promise<PictureCount>;
}
