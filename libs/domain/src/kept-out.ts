/** An image that was deleted for good: loads leave its picture out until it is allowed again. */
export interface KeptOutImage {
  /** Ascending in the order of the deletions. */
  readonly id: number;
  readonly imageId: string;
  /** SHA-256 of the picture's bytes at the deletion, hex. */
  readonly contentHash: string;
  /** The file of an original by reference; null for an original in the store. */
  readonly path: string | null;
  readonly keptOutAt: Date;
}

/** Read access to the images that are kept out of a collection. */
export interface KeptOutReader {
  count(collectionId: number): Promise<number>;
  /** Entries with a smaller id, newest first, at most `limit`. @param before null: from the newest */
  page(collectionId: number, before: number | null, limit: number): Promise<KeptOutImage[]>;
  /** The locations among these whose pictures are kept out. */
  findLocations(collectionId: number, locations: readonly string[]): Promise<Set<string>>;
  /** Entries with these hashes, without those whose bytes a READY image of the collection has too. */
  findContents(collectionId: number, contentHashes: readonly string[]): Promise<KeptOutImage[]>;
}

/** Read and write access to the images that are kept out of a collection. Each change is one transaction. */
export interface KeptOutImages extends KeptOutReader {
  /**
   * Changes READY rows to TOMBSTONE and keeps their images out. `Images.settle` keeps out versions that a running load
   * has inserted meanwhile.
   * @returns the ids of the changed rows
   */
  add(collectionId: number, rowIds: readonly number[]): Promise<number[]>;
  /** Follows pictures that were moved. Unknown entries are ignored. */
  relocate(
    collectionId: number,
    moves: readonly { id: number; location: string; path: string | null }[],
  ): Promise<void>;
  /**
   * Removes all entries with these imageIds.
   * @param which `unplaced`: only those of pictures without a location
   * @returns the number of removed entries
   */
  allow(collectionId: number, imageIds: readonly string[], which?: 'all' | 'unplaced'): Promise<number>;
}
