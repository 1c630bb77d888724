import type { ImageRow } from './images';

/** A range of bytes. `start` is included, `end` is not. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Bytes in pieces; each piece is read when it is requested. A caller that does not read all pieces must call `destroy`.
 */
export interface ByteStream extends AsyncIterable<Uint8Array> {
  destroy(): unknown;
}

/** Reads the original bytes of pictures, from files or from the store. */
export interface OriginalReader {
  /** Returns null when the original does not exist any more, or has changed since it was loaded. */
  read(image: ImageRow): Promise<Uint8Array | null>;
  /** The same bytes, or a range of them, as a stream. Returns null in the same cases as `read`. */
  open(image: ImageRow, range?: ByteRange): Promise<ByteStream | null>;
  /**
   * Whether `read` would find the original. It compares only the size of the file.
   * @returns null when the file system does not answer in time
   */
  isThere(image: ImageRow): Promise<boolean | null>;
}

/** Picture bytes in the store: copied originals, and previews of originals by reference. */
export interface StoredPictures {
  /** The bytes of a copied original; null when the original is by reference. */
  read(id: number): Promise<Uint8Array | null>;
  /** The same bytes, or a range of them, as a stream. */
  open(id: number, range?: ByteRange): Promise<ByteStream | null>;
  exists(id: number): Promise<boolean>;
  readPreview(id: number): Promise<Uint8Array | null>;
  /** Size of the largest picture that the database can store, in bytes. */
  maxBytes(): Promise<number>;
}

export interface NewOriginal {
  /** Id of the future row of the image, from `Ids.reserve`. */
  readonly id: number;
  readonly data: Uint8Array;
}

/**
 * Copied originals, by the ids of the rows of their images. Originals and rows are written separately: an original is
 * put before its row is inserted, and is deleted after its row was removed. An original without a row is loose.
 * `listLoose` finds loose originals even after a crash, so none is lost. Every method is idempotent and may be retried.
 */
export interface Originals extends StoredPictures {
  /**
   * Writes originals, or replaces loose originals. Originals that have a row stay unchanged. New originals are loose
   * until `insertPending` inserts their rows.
   * @throws NotFoundError when the collection does not exist
   */
  put(collectionId: number, originals: readonly NewOriginal[]): Promise<void>;
  /** Deletes loose originals. Ids of originals that have a row, and unknown ids, are ignored. */
  delete(ids: readonly number[]): Promise<void>;
  /**
   * Ids of the loose originals of a collection, ascending, at most `limit`. It also works while the collection is being
   * dropped. A running load has loose originals too, with ids that it has reserved.
   */
  listLoose(collectionId: number, limit: number): Promise<number[]>;
}
