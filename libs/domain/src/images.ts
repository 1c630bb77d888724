import type { Attributes } from './attributes';
import type { ImageFacts } from './facts';
import type { ImageFilter } from './filter';
import type { ImageList, ListPlace } from './image-list';
import type { GivenAttributes, OwnAttributes } from './own-attributes';
import type { SourceWatch } from './source-watch';

/** PENDING: committed, not yet in the index. READY: loaded. TOMBSTONE: to be removed from the index, then removed. */
export type ImageState = 'PENDING' | 'READY' | 'TOMBSTONE';

/** Where the original bytes of the picture are: in a file, or copied into the store. */
export type Original =
  | {
      readonly kind: 'reference';
      /** Absolute path. */
      readonly path: string;
      readonly modifiedAtMs: number;
    }
  | { readonly kind: 'copied' };

/** One version of one image. Its embeddings are separate, one per space. */
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
  readonly facts: ImageFacts;
  readonly own: OwnAttributes;
}

/** A row with its embedding in the requested space. */
export interface EmbeddedImage extends ImageRow {
  /** L2-normalised, of the space's dimension. */
  readonly vector: Float32Array;
}

export interface NewImage {
  /** From `Ids.reserve`. */
  readonly id: number;
  readonly imageId: string;
  readonly contentHash: string;
  readonly mimeType: string;
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
  /** The loaded folder. A later load of the same folder uses it to find deleted files. */
  readonly source: string;
  /** Distinguishes this picture from others of the same name. Null if only the bytes distinguish them. */
  readonly location: string | null;
  readonly original: Original;
  readonly facts: ImageFacts;
  /** What the source gives, in the form of `checkGiven`. */
  readonly given?: GivenFrom;
  /** A small JPEG, for originals by reference. */
  readonly preview?: Uint8Array;
}

/** Attributes from a source. */
export interface GivenFrom extends GivenAttributes {
  /** Equal keys mean that the source gave the same before. Hex, at most 64 characters. */
  readonly key: string;
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
  /** Equal fingerprints mean equal bytes, space, preprocessing and given feature. Hex, at most 64 characters. */
  readonly fingerprint: string;
}

export interface NewFacts {
  /** Id of the image's row. */
  readonly id: number;
  readonly facts: ImageFacts;
}

export type AddedEmbedding = Omit<NewEmbedding, 'spaceId'>;

/** The fields of a READY version that a load needs. */
export interface KnownVersion {
  readonly id: number;
  readonly imageId: string;
  /** Fingerprint of its embedding in the requested space; null without such an embedding. */
  readonly fingerprint: string | null;
  readonly source: string;
  readonly original: Original;
  readonly sizeBytes: number;
  /** False for a row of an older Wentu version, which did not store locations. */
  readonly hasLocation: boolean;
  /** Its file was missing, and a user decided to keep the image. */
  readonly isKept: boolean;
  /** The `key` of the attributes that a source gave last; null when none gave any. */
  readonly givenKey: string | null;
}

/** A READY version whose file has the wanted bytes. */
export interface ImageContent extends Pick<KnownVersion, 'id' | 'imageId' | 'fingerprint' | 'original'> {
  /** SHA-256 of the picture's bytes, hex. */
  readonly contentHash: string;
}

/** A READY version whose picture has another place now. */
export interface ImageMove {
  readonly id: number;
  readonly source: string;
  readonly location: string | null;
  readonly original: Original;
  /** Its new name; without it, the image keeps its name. No READY version of the collection has the new name. */
  readonly imageId?: string;
}

export interface KnownVersions {
  readonly byLocation: ReadonlyMap<string, KnownVersion>;
  readonly byImageId: ReadonlyMap<string, KnownVersion>;
}

/** A folder that was loaded into a collection. */
export interface SourceFolder {
  readonly id: number;
  readonly collectionId: number;
  readonly directory: string;
  /** Device identifiers by path, for the folder and the mount points below it, from the last load. */
  readonly devices: ReadonlyMap<string, string>;
  /** Null: the folder is not watched. */
  readonly watch: SourceWatch | null;
}

/** The fields of a row that say where its picture is. */
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
  /** By row, as `imageAttributes` gives them. */
  readonly attributes: readonly Attributes[];
}

/** What filters and facets read of rows. */
export interface AttributePage {
  /** Ascending. */
  readonly ids: readonly number[];
  /** By row, as `imageAttributes` gives them. */
  readonly attributes: readonly Attributes[];
}

/** Summary of the rows of a collection, for searches. */
export interface Settlement {
  /** Number of PENDING and TOMBSTONE rows. At most this many index entries must not be shown. */
  readonly unsettled: number;
  /** The largest id of a READY row, 0 without any. It changes when an image becomes READY. */
  readonly newestId: number;
  /** The id of the newest re-encoding, 0 without any: it changes before an index gets entries of existing rows. */
  readonly reencodingId: number;
  /** It changes after an index got the changed attributes of existing rows. */
  readonly attributesVersion: number;
}

/** State of the READY rows of a collection at one moment. It changes with each change of what facets count. */
export interface Contents {
  readonly imageCount: number;
  /** The largest id of a READY row, 0 without any. */
  readonly newestId: number;
  /** As `countWithoutFacts`. */
  readonly withoutFacts: number;
  /** It changes with what owners gave to existing rows. */
  readonly attributesVersion: number;
}

/** Read access to image versions, their embeddings and their source folders. */
export interface ImageReader {
  /** The READY version of an image. */
  find(collectionId: number, imageId: string): Promise<ImageRow | null>;
  /** READY versions, in no particular order. Ids without a READY version are left out. */
  findAll(collectionId: number, imageIds: readonly string[]): Promise<ImageRow[]>;
  /** The same with embeddings. Images without an embedding in this space are left out. */
  findEmbedded(collectionId: number, spaceId: number, imageIds: readonly string[]): Promise<EmbeddedImage[]>;
  /** Rows of any state, in no particular order; unknown ids are left out. */
  get(ids: readonly number[]): Promise<ImageRow[]>;
  /** The same with embeddings. Images without an embedding in this space are left out. */
  getEmbedded(spaceId: number, ids: readonly number[]): Promise<EmbeddedImage[]>;
  /** Unknown ids are left out. */
  getStates(ids: readonly number[]): Promise<Map<number, ImageState>>;
  /** READY rows with id > afterId, ascending, at most `limit`. */
  page(collectionId: number, afterId: number, limit: number): Promise<ImageRow[]>;
  /** READY rows of a list, in its order. @param after null: from the beginning */
  list(collectionId: number, list: ImageList, after: ListPlace | null, limit: number): Promise<ImageRow[]>;
  /** The place of the READY row that has `index` rows before it in the list. Null: the list is not so long. */
  placeAt(collectionId: number, list: ImageList, index: number): Promise<ListPlace | null>;
  /** The number of READY rows before this place in the list. */
  countBefore(collectionId: number, list: ImageList, place: ListPlace): Promise<number>;
  /** The number of READY rows that match. The filter was checked with `checkFilter`. */
  countMatching(collectionId: number, filter: ImageFilter): Promise<number>;
  /** Ids of READY rows that match with id > afterId, ascending, at most `limit`. */
  pageMatchingIds(collectionId: number, filter: ImageFilter, afterId: number, limit: number): Promise<number[]>;
  /** Attributes of READY rows with id > afterId, ascending, at most `limit`. */
  pageAttributes(collectionId: number, afterId: number, limit: number): Promise<AttributePage>;
  /** Folders that were loaded into a collection and may still have images in it. */
  listSources(collectionId: number): Promise<SourceFolder[]>;
  findSource(sourceId: number): Promise<SourceFolder | null>;
  /** Number of READY rows of one source folder. */
  countSource(sourceId: number): Promise<number>;
  /** READY rows of one source folder with id > afterId, ascending, at most `limit`. */
  pageSource(sourceId: number, afterId: number, limit: number): Promise<PlacedImage[]>;
  /** Embeddings of READY rows with id > afterId in one space, ascending, at most `limit`. */
  pageEmbeddings(collectionId: number, spaceId: number, afterId: number, limit: number): Promise<EmbeddingPage>;
  /** Ids of READY rows with id > afterId that have an embedding in one space, ascending, at most `limit`. */
  pageEmbeddedIds(collectionId: number, spaceId: number, afterId: number, limit: number): Promise<number[]>;
  /** Ids of rows in a state with id > afterId, ascending, at most `limit`. */
  pageIdsInState(collectionId: number, state: ImageState, afterId: number, limit: number): Promise<number[]>;
  settlement(collectionId: number): Promise<Settlement>;
  contents(collectionId: number): Promise<Contents>;
  /** The number of READY rows whose facts no code of FACTS_VERSION has read. */
  countWithoutFacts(collectionId: number): Promise<number>;
  /** These rows with id > afterId, ascending, at most `limit`. */
  pageWithoutFacts(collectionId: number, afterId: number, limit: number): Promise<ImageRow[]>;
  /**
   * READY versions at these locations, and READY versions with these imageIds, with their fingerprints in the space.
   */
  findVersions(
    collectionId: number,
    spaceId: number,
    wanted: { readonly locations: readonly string[]; readonly imageIds: readonly string[] },
  ): Promise<KnownVersions>;
  /** READY versions with these bytes, with their fingerprints in the space, at most `limit`. */
  findContents(
    collectionId: number,
    spaceId: number,
    contentHashes: readonly string[],
    limit: number,
  ): Promise<ImageContent[]>;
}

/**
 * Read and write access to image versions, their embeddings and their source folders. Each change is one transaction.
 */
export interface Images extends ImageReader {
  /** Removes a source folder and its watch, unless a version in any state is in it. @returns whether it is gone */
  removeSource(sourceId: number): Promise<boolean>;
  /**
   * Inserts PENDING rows with their embeddings. A new version of an image takes over the owner's attributes that its
   * source does not give, and all of them when the source gave the same before.
   * @returns the owner's attributes by row; rows without any are left out
   * @throws InvalidInputError when the original of a copied image was not put
   */
  insertPending(
    collectionId: number,
    images: readonly NewImage[],
    embeddings: readonly NewEmbedding[],
  ): Promise<ReadonlyMap<number, OwnAttributes>>;
  /**
   * Makes PENDING rows READY, and makes the READY versions that they replace TOMBSTONE. Rows whose images are kept out
   * (`KeptOutImages`) become TOMBSTONE too.
   * @returns the ids of the rows that became TOMBSTONE
   */
  settle(collectionId: number, ids: readonly number[]): Promise<number[]>;
  /**
   * Adds embeddings of READY rows in another space. Existing embeddings of the space are replaced. Rows that are not
   * READY any more get none.
   * @returns the ids of the rows that are READY
   * @throws InvalidInputError when the collection does not have the space, or a vector has another dimension
   */
  addEmbeddings(collectionId: number, spaceId: number, embeddings: readonly AddedEmbedding[]): Promise<number[]>;
  /**
   * Sets the facts of READY rows, as read by the code of FACTS_VERSION.
   * @returns the ids of the rows that are READY
   */
  setFacts(collectionId: number, facts: readonly NewFacts[]): Promise<number[]>;
  /** Changes source, location, original and name of READY rows. The rows are not kept any more. */
  relocate(collectionId: number, moves: readonly ImageMove[]): Promise<void>;
  /**
   * Marks READY rows whose files are missing as kept.
   * @returns the number of marked rows
   */
  keep(collectionId: number, ids: readonly number[]): Promise<number>;
  /** Stores the device identifiers of a folder and of the mount points below it. */
  setDevices(collectionId: number, directory: string, devices: ReadonlyMap<string, string>): Promise<void>;
  /**
   * Changes READY rows to TOMBSTONE.
   * @returns the ids of the changed rows
   */
  tombstone(collectionId: number, ids: readonly number[]): Promise<number[]>;
  /**
   * Removes PENDING and TOMBSTONE rows with their embeddings and previews, and leaves READY rows unchanged. Copied
   * originals of the removed rows become loose.
   * @returns the ids of these originals
   */
  removeRows(collectionId: number, ids: readonly number[]): Promise<number[]>;
}

/** Longest imageId in characters (code points). */
export const MAX_IMAGE_ID_LENGTH = 512;
