export interface FolderEntry {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

export interface FolderListing {
  /** Null for the list of roots. */
  readonly path: string | null;
  /** The folder above; null where nothing above may be read. */
  readonly parent: string | null;
  /** By name; those a load would skip are left out. At most MAX_FOLDERS. */
  readonly folders: readonly FolderEntry[];
  /** Picture files in the folder itself, as far as their names tell. */
  readonly pictureCount: number;
  /** There are more folders or pictures than were counted. */
  readonly truncated: boolean;
}

export const MAX_FOLDERS = 1_000;

export interface PictureCount {
  readonly count: number;
  /** False: there may be more. */
  readonly isComplete: boolean;
}

/** The folders of the server that loads may read. */
export interface SourceFolders {
  /**
   * The real path of a directory that a load may read: it lies under one of the roots after all links are followed.
   * @throws ForbiddenError, NotFoundError, InvalidInputError, UnavailableError
   */
  resolve(directory: string): Promise<string>;
  /** The path that loads knew a directory by; it need not be there any more. @throws InvalidInputError */
  resolveGone(directory: string): Promise<string>;
  /** @param path null: where one can begin @throws as `resolve` */
  list(path: string | null): Promise<FolderListing>;
  /** Pictures in a folder and in all below it, as far as some seconds go. @throws as `resolve` */
  count(path: string, signal: AbortSignal): Promise<PictureCount>;
}
