/** PENDING: committed, not yet in the index. READY: loaded. TOMBSTONE: to be removed from the index, then removed. */
export type ImageState = 'PENDING' | 'READY' | 'TOMBSTONE';

/** Where the picture's own bytes are. */
export type Original =
  | {
      readonly kind: 'reference';
      /** Absolute path. */
      readonly path: string;
      readonly modifiedAtMs: number;
    }
  | { readonly kind: 'copied' };

/** One version of one image. Its embeddings are read by their space. */
export interface ImageRow {
  readonly id: number;
  readonly collectionId: number;
  readonly imageId: string;
  readonly state: ImageState;
  /** SHA-256 of the picture's bytes, hex. */
  readonly contentHash: string;
  readonly mimeType: string;
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
  readonly original: Original;
}

/** A row with its embedding in the space that was asked for. */
export interface EmbeddedImage extends ImageRow {
  /** L2-normalised, of the space's dimension. */
  readonly vector: Float32Array;
}

export interface NewImage {
  /** From `reserveIds`. */
  readonly id: number;
  readonly imageId: string;
  readonly contentHash: string;
  readonly mimeType: string;
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
  /** The folder that was loaded; with it a later load of the same folder finds what has gone from it. */
  readonly source: string;
  /** What tells this picture from others of its name; null where only its bytes do. */
  readonly location: string | null;
  readonly original: Original;
  /** A small JPEG, for originals by reference. */
  readonly preview?: Uint8Array;
}

/** The vector of one image in one space. */
export interface Embedding {
  /** Id of the image's row. */
  readonly imageRowId: number;
  readonly spaceId: number;
  /** L2-normalised, of the space's dimension. */
  readonly vector: Float32Array;
}

export interface NewEmbedding extends Embedding {
  /**
   * Equal fingerprints mean: same bytes, same space, same preprocessing, same given feature. Hex, at most 64
   * characters.
   */
  readonly fingerprint: string;
}

/** A READY version, as far as a load must know it. */
export interface KnownVersion {
  readonly id: number;
  readonly imageId: string;
  /** Of its embedding in the space that was asked for; null when it has none there. */
  readonly fingerprint: string | null;
  readonly source: string;
  readonly original: Original;
  /** False for rows of an older Wentu whose location was never written. */
  readonly hasLocation: boolean;
  /** Its file had gone, and somebody said that it is to stay. */
  readonly isKept: boolean;
}

export interface KnownVersions {
  readonly byLocation: ReadonlyMap<string, KnownVersion>;
  readonly byImageId: ReadonlyMap<string, KnownVersion>;
}

/** A folder that was loaded into a collection. */
export interface SourceFolder {
  readonly id: number;
  readonly directory: string;
  /** What tells its own volume and those mounted below it from others, by path, as the last load found them. */
  readonly devices: ReadonlyMap<string, string>;
}

/** A row as far as it says where its picture is. */
export interface PlacedImage {
  readonly id: number;
  readonly original: Original;
  readonly isKept: boolean;
}

export interface EmbeddingPage {
  /** Ascending. */
  readonly ids: readonly number[];
  /** Row-major `[ids.length, dimension]`. */
  readonly vectors: Float32Array;
}

/** What is under way in a collection. */
export interface Settlement {
  /** How many rows are PENDING or TOMBSTONE: at most so many index entries are not to be shown. */
  readonly unsettled: number;
  /** The largest id of a READY row, 0 without one: another one when images have become READY. */
  readonly newestId: number;
}

/** Image versions, their embeddings and the folders they came from, as they are read. */
export interface ImageReader {
  /** The READY version of an image. */
  find(collectionId: number, imageId: string): Promise<ImageRow | null>;
  /** READY versions, in no particular order; ids that have none are left out. */
  findAll(collectionId: number, imageIds: readonly string[]): Promise<ImageRow[]>;
  /** The same with embeddings; images that have none in this space are left out. */
  findEmbedded(collectionId: number, spaceId: number, imageIds: readonly string[]): Promise<EmbeddedImage[]>;
  /** Rows of any state, in no particular order; unknown ids are left out. */
  get(ids: readonly number[]): Promise<ImageRow[]>;
  /** The same with embeddings; images that have none in this space are left out. */
  getEmbedded(spaceId: number, ids: readonly number[]): Promise<EmbeddedImage[]>;
  /** Unknown ids are left out. */
  getStates(ids: readonly number[]): Promise<Map<number, ImageState>>;
  /** READY rows with id > afterId, ascending, at most `limit`. */
  page(collectionId: number, afterId: number, limit: number): Promise<ImageRow[]>;
  /** The folders that were loaded into a collection, and whose images may still be there. */
  listSources(collectionId: number): Promise<SourceFolder[]>;
  /** READY rows of one loaded folder with id > afterId, ascending, at most `limit`. */
  pageSource(sourceId: number, afterId: number, limit: number): Promise<PlacedImage[]>;
  /** Embeddings of READY rows with id > afterId in one space, ascending, at most `limit`. */
  pageEmbeddings(collectionId: number, spaceId: number, afterId: number, limit: number): Promise<EmbeddingPage>;
  /** Ids of READY rows with id > afterId that have an embedding in one space, ascending, at most `limit`. */
  pageEmbeddedIds(collectionId: number, spaceId: number, afterId: number, limit: number): Promise<number[]>;
  /** Ids of rows in a state with id > afterId, ascending, at most `limit`. */
  pageIdsInState(collectionId: number, state: ImageState, afterId: number, limit: number): Promise<number[]>;
  settlement(collectionId: number): Promise<Settlement>;
  /** READY versions at these locations, and READY versions with these imageIds. */
  findVersions(
    collectionId: number,
    spaceId: number,
    wanted: { readonly locations: readonly string[]; readonly imageIds: readonly string[] },
  ): Promise<KnownVersions>;
}

/** Image versions, their embeddings and the folders they came from. Each change is one transaction. */
export interface Images extends ImageReader {
  /** Copied originals must have been put: InvalidInputError otherwise. */
  insertPending(collectionId: number, images: readonly NewImage[], embeddings: readonly NewEmbedding[]): Promise<void>;
  settle(collectionId: number, ids: readonly number[]): Promise<number[]>;
  relocate(
    collectionId: number,
    moves: readonly { id: number; source: string; location: string | null; original: Original }[],
  ): Promise<void>;
  /** READY rows stay though their file has gone. @returns how many there were */
  keep(collectionId: number, ids: readonly number[]): Promise<number>;
  /** Remembers on which volumes a folder and what is mounted below it lie. */
  setDevices(collectionId: number, directory: string, devices: ReadonlyMap<string, string>): Promise<void>;
  /** READY rows become TOMBSTONE. @returns the ids for which it did. */
  tombstone(collectionId: number, ids: readonly number[]): Promise<number[]>;
  /**
   * Removes PENDING and TOMBSTONE rows with their embeddings and previews; READY ones are left alone. Copied originals
   * are loose then.
   * @returns the ids of these
   */
  removeRows(collectionId: number, ids: readonly number[]): Promise<number[]>;
}

/** Longest imageId in characters (code points). */
export const MAX_IMAGE_ID_LENGTH = 512;
