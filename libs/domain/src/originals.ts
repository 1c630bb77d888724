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
  readCopy(id: number): Promise<Uint8Array | null>;
  /** The same bytes, or a range of them, never all in memory. */
  openCopy(id: number, range?: ByteRange): Promise<ByteStream | null>;
  readPreview(id: number): Promise<Uint8Array | null>;
  /** Largest picture whose bytes the database takes. */
  maxBytes(): Promise<number>;
}
