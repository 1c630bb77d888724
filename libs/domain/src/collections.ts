/**
 * What the vectors of a model share. Vectors of two rows can be compared when `space` and `dimension` are equal: the
 * same model may be installed under two names.
 */
export interface EmbeddingSpace {
  readonly id: number;
  /** Name of the model that makes such vectors. */
  readonly model: string;
  /** Identity of the space, as in ModelInfo. */
  readonly space: string;
  readonly dimension: number;
}

export type NewSpace = Omit<EmbeddingSpace, 'id'>;

export interface Collection {
  readonly id: number;
  /** NFC, unique. */
  readonly name: string;
  /** The space that is searched and loaded into. */
  readonly activeSpace: EmbeddingSpace;
  /** Images that are loaded (READY). */
  readonly imageCount: number;
  /** Of their picture files together. */
  readonly sizeBytes: number;
  readonly createdAt: Date;
}

/** Collections and their spaces, as they are read. */
export interface CollectionReader {
  /** Collections that are not being dropped, by name. */
  list(): Promise<Collection[]>;
  find(name: string): Promise<Collection | null>;
  findById(id: number): Promise<Collection | null>;
  /** Collections whose drop was begun and not finished. */
  listDropping(): Promise<Collection[]>;
  /** All spaces of a collection by id, the active one included; also of one that is being dropped. */
  listSpaces(collectionId: number): Promise<EmbeddingSpace[]>;
}

/** Collections and their spaces. Each change is one transaction. */
export interface Collections extends CollectionReader {
  /**
   * With one space, which is active. Unfinished loads of this name are its loads from here on. ConflictError when the
   * name is taken.
   */
  create(collection: { readonly name: string } & NewSpace): Promise<Collection>;
  /** A further space of a collection; one that it has already is returned. NotFoundError without the collection. */
  addSpace(collectionId: number, space: NewSpace): Promise<EmbeddingSpace>;
  activateSpace(collectionId: number, spaceId: number): Promise<Collection>;
  /**
   * Its loads keep their collection, also those that run. ConflictError when the name is taken, or loads wait for it or
   * run that will make a collection of this name.
   */
  rename(collectionId: number, name: string): Promise<Collection | null>;
  /** From here on nobody sees the collection; its name is free again. Loads of it are cancelled. */
  markDropping(collectionId: number): Promise<void>;
  /** Removes the rows of a collection with their embeddings and previews, in slices. Copied originals are loose then. */
  removeImages(collectionId: number): Promise<void>;
  /** Its jobs stay. ConflictError while it has rows or loose originals. */
  remove(collectionId: number): Promise<void>;
}

/** Longest collection name in characters (code points). */
export const MAX_COLLECTION_NAME_LENGTH = 128;
