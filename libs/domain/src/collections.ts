/**
 * The vector space of a model. Vectors of two spaces can be compared when `space` and `dimension` are equal: the same
 * model may be installed under two names.
 */
export interface EmbeddingSpace {
  readonly id: number;
  /** Name of the model that makes vectors of this space. */
  readonly model: string;
  /** Identity of the space, as in ModelInfo. */
  readonly space: string;
  readonly dimension: number;
}

export type NewSpace = Omit<EmbeddingSpace, 'id'>;

/** Whether vectors of the two spaces can be compared, even if their models have different names. */
export function isSameSpace(
  one: Pick<NewSpace, 'space' | 'dimension'>,
  other: { readonly space: string | null; readonly dimension: number | null },
): boolean {
  return one.space === other.space && one.dimension === other.dimension;
}

/** A space in which images of a collection have embeddings. */
export interface CollectionSpace extends EmbeddingSpace {
  /** Number of READY images with an embedding in this space. */
  readonly imageCount: number;
}

export interface Collection {
  readonly id: number;
  /** NFC, unique. */
  readonly name: string;
  /** Searches use this space, and loads write to it. Other spaces are kept: a collection can go back to them. */
  readonly activeSpace: EmbeddingSpace;
  /** Number of READY images. */
  readonly imageCount: number;
  /** Total size of the picture files of these images. */
  readonly sizeBytes: number;
  readonly createdAt: Date;
}

/** Read access to collections and their spaces. */
export interface CollectionReader {
  /** All collections except those that are being dropped, ordered by name. */
  list(): Promise<Collection[]>;
  find(name: string): Promise<Collection | null>;
  findById(id: number): Promise<Collection | null>;
  /** Collections whose drop has started but not finished. */
  listDropping(): Promise<Collection[]>;
  /**
   * All spaces of a collection, including the active space, ordered by id. It also works while the collection is being
   * dropped.
   */
  listSpaces(collectionId: number): Promise<CollectionSpace[]>;
}

/** Read and write access to collections and their spaces. Each change is one transaction. */
export interface Collections extends CollectionReader {
  /**
   * Creates a collection with one space, which is active. Unfinished loads of this name belong to it from now on.
   * @throws ConflictError when the name is taken
   */
  create(collection: { readonly name: string } & NewSpace): Promise<Collection>;
  /**
   * Adds a space to a collection, or returns the space if the collection already has it.
   * @throws NotFoundError when the collection does not exist
   */
  addSpace(collectionId: number, space: NewSpace): Promise<EmbeddingSpace>;
  /**
   * Makes a space the active space. One transaction checks the conditions and changes the space.
   * @throws ConflictError when more than `maxHidden` READY images, or a PENDING image, have no embedding in the space,
   * and when the job does not hold the collection (`LoadQueue.holdCollection`)
   */
  activateSpace(collectionId: number, spaceId: number, by: SpaceSwitch): Promise<Collection>;
  /**
   * Removes the embeddings of a collection in one space, in slices.
   * @throws ConflictError when the space is active, or while a re-encoding of the collection has not ended
   */
  emptySpace(collectionId: number, spaceId: number): Promise<void>;
  /**
   * Removes a space of a collection, and embeddings that it still has. An unknown space is ignored. @throws as above
   */
  removeSpace(collectionId: number, spaceId: number): Promise<void>;
  /**
   * Renames a collection. Its loads, including running loads, stay with it.
   * @returns null when the collection does not exist
   * @throws ConflictError when the name is taken, or when unfinished loads will create a collection of this name
   */
  rename(collectionId: number, name: string): Promise<Collection | null>;
  /** Hides the collection from all readers, frees its name and cancels its loads. */
  markDropping(collectionId: number): Promise<void>;
  /**
   * Removes the rows of a collection with their embeddings and previews, and its list of kept-out images, in slices.
   * Its copied originals become loose.
   */
  removeImages(collectionId: number): Promise<void>;
  /** Removes the collection; its jobs stay. ConflictError while it has rows or loose originals. */
  remove(collectionId: number): Promise<void>;
}

/** Who switches the space of a collection, and how many images a search may lose. */
export interface SpaceSwitch {
  /** The job that holds the collection, and its owner. */
  readonly jobId: number;
  readonly owner: string;
  /** Largest number of READY images without an embedding in the new space. */
  readonly maxHidden: number;
}

/** Longest collection name in characters (code points). */
export const MAX_COLLECTION_NAME_LENGTH = 128;
