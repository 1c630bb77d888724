import type { ImageRow } from './images';

/** From byte `start` to before byte `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Bytes in pieces, each read when it is asked for. Whoever does not read all of them destroys it. */
export interface ByteStream extends AsyncIterable<Uint8Array> {
  destroy(): unknown;
}

/** Reads pictures' own bytes, wherever they are. */
export interface OriginalReader {
  /** Null when the original is gone, or is no longer what was loaded. */
  read(image: ImageRow): Promise<Uint8Array | null>;
  /** The same bytes, or a range of them, never all in memory. Null as of `read`. */
  open(image: ImageRow, range?: ByteRange): Promise<ByteStream | null>;
  /**
   * Whether `read` would find it, by the file's size and without reading it; null when its place does not answer in
   * time.
   */
  isThere(image: ImageRow): Promise<boolean | null>;
}

/** Pictures' bytes that are in the store: originals that were copied, and previews of those that were not. */
export interface StoredPictures {
  /** Copied bytes; null when the original is by reference. */
  read(id: number): Promise<Uint8Array | null>;
  /** The same bytes, or a range of them, never all in memory. */
  open(id: number, range?: ByteRange): Promise<ByteStream | null>;
  exists(id: number): Promise<boolean>;
  readPreview(id: number): Promise<Uint8Array | null>;
  /** Largest picture whose bytes the database takes. */
  maxBytes(): Promise<number>;
}

export interface NewOriginal {
  /** Of the row that its image will have, from `Ids.reserve`. */
  readonly id: number;
  readonly data: Uint8Array;
}

/**
 * Copied originals by the ids of their images' rows. They are not written with the rows: an original is put before its
 * row is inserted, and deleted after its row was removed. In between it is loose, and `listLoose` finds it, however the
 * process ended: nothing that was put is forgotten. Every method may be repeated.
 */
export interface Originals extends StoredPictures {
  /**
   * Writes originals, or replaces loose ones; one that a row has stays as it is. They are loose until `insertPending`
   * inserts their rows. NotFoundError without the collection.
   */
  put(collectionId: number, originals: readonly NewOriginal[]): Promise<void>;
  /** Deletes loose originals. Those that a row has, and unknown ids, are left alone. */
  delete(ids: readonly number[]): Promise<void>;
  /**
   * Loose originals of a collection, also of one that is being dropped: ids, ascending, at most `limit`. A load that runs
   * has some too, with ids that it reserved.
   */
  listLoose(collectionId: number, limit: number): Promise<number[]>;
}
