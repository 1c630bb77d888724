import type { EndStatus, LoadFailure, LoadJob, LoadOptions, LoadProgress } from './load';

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

/** What is under way in a collection. */
export interface Settlement {
  /** How many rows are PENDING or TOMBSTONE: at most so many index entries are not to be shown. */
  readonly unsettled: number;
  /** The largest id of a READY row, 0 without one: another one when images have become READY. */
  readonly newestId: number;
}

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

/** Reads pictures' own bytes, wherever they are. */
export interface OriginalReader {
  /** Null when the original is gone, or is no longer what was loaded. */
  read(image: ImageRow): Promise<Uint8Array | null>;
  /**
   * Whether `read` would find it, by the file's size and without reading it; null when its place does not answer in
   * time.
   */
  isThere(image: ImageRow): Promise<boolean | null>;
}

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
  /** The picture's bytes, when `original.kind` is 'copied'. */
  readonly data?: Uint8Array;
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

/**
 * What is done once in the life of a database, also when its result is removed later: making `default`, loading the
 * samples.
 */
export type Milestone = 'default-made' | 'samples-loaded';

/** The reading half of the metadata store, the only truth. */
export interface MetadataReader {
  /** UUID made with the database. */
  storeId(): Promise<string>;
  /** Whether something that is done once in the life of this database has been done: see `reach`. */
  hasReached(milestone: Milestone): Promise<boolean>;
  /** Collections that are not being dropped, by name. */
  listCollections(): Promise<Collection[]>;
  findCollection(name: string): Promise<Collection | null>;
  findCollectionById(id: number): Promise<Collection | null>;
  /** Collections whose drop was begun and not finished. */
  listDropping(): Promise<Collection[]>;
  /** All spaces of a collection by id, the active one included; also of one that is being dropped. */
  listSpaces(collectionId: number): Promise<EmbeddingSpace[]>;

  /** The READY version of an image. */
  findImage(collectionId: number, imageId: string): Promise<ImageRow | null>;
  /** READY versions, in no particular order; ids that have none are left out. */
  findImages(collectionId: number, imageIds: readonly string[]): Promise<ImageRow[]>;
  /** The same with embeddings; images that have none in this space are left out. */
  findEmbedded(collectionId: number, spaceId: number, imageIds: readonly string[]): Promise<EmbeddedImage[]>;
  /** Rows of any state, in no particular order; unknown ids are left out. */
  getImages(ids: readonly number[]): Promise<ImageRow[]>;
  /** The same with embeddings; images that have none in this space are left out. */
  getEmbedded(spaceId: number, ids: readonly number[]): Promise<EmbeddedImage[]>;
  /** Unknown ids are left out. */
  getStates(ids: readonly number[]): Promise<Map<number, ImageState>>;
  /** READY rows with id > afterId, ascending, at most `limit`. */
  pageImages(collectionId: number, afterId: number, limit: number): Promise<ImageRow[]>;
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
  /** Copied bytes; null when the original is by reference. */
  readOriginal(id: number): Promise<Uint8Array | null>;
  readPreview(id: number): Promise<Uint8Array | null>;
  /** Largest picture whose bytes the database takes. */
  maxOriginalBytes(): Promise<number>;

  findJob(id: number): Promise<LoadJob | null>;
  /** Newest first. A page: for what must see every job that is not finished, `listUnfinishedJobs`. */
  listJobs(filter: { collection?: string; first: number }): Promise<LoadJob[]>;
  /** All that are QUEUED or RUNNING, however many, of one collection or of all; oldest first. */
  listUnfinishedJobs(collection?: string): Promise<LoadJob[]>;
  /** In the order they were met. */
  listFailures(jobId: number, first: number, offset: number): Promise<LoadFailure[]>;
}

/** The writing half. Each method is one transaction. */
export interface MetadataWriter {
  /** From here on `hasReached` is true. */
  reach(milestone: Milestone): Promise<void>;
  /** With one space, which is active. ConflictError when the name is taken. */
  createCollection(collection: { readonly name: string } & NewSpace): Promise<Collection>;
  /** A further space of a collection; one that it has already is returned. NotFoundError without the collection. */
  addSpace(collectionId: number, space: NewSpace): Promise<EmbeddingSpace>;
  /**
   * From here on searches and loads use this space. ConflictError when a READY or PENDING row has no embedding in it,
   * NotFoundError when the collection has no such space.
   */
  activateSpace(collectionId: number, spaceId: number): Promise<Collection>;
  /**
   * ConflictError when the name is taken, or while jobs of the old name or the new one are QUEUED or RUNNING: they know their collection
   * by its name. None is created meanwhile. @returns null when there is no such collection
   */
  renameCollection(collectionId: number, name: string): Promise<Collection | null>;
  /** From here on nobody sees the collection; its name is free again. */
  markDropping(collectionId: number): Promise<void>;
  /** Removes the collection, its rows, embeddings, originals and previews, in slices; its jobs stay. */
  removeCollection(collectionId: number): Promise<void>;

  /** First of `count` ids that were never given out before. */
  reserveIds(count: number): Promise<number>;
  /**
   * Inserts rows as PENDING, with one or more embeddings each. All or none. Rows that are PENDING already are written
   * again: a caller that got no answer repeats the call.
   * @throws InvalidInputError when an image has no embedding in the active space, or one that does not fit its space
   */
  insertPending(collectionId: number, images: readonly NewImage[], embeddings: readonly NewEmbedding[]): Promise<void>;
  /**
   * PENDING rows become READY, and the READY versions that they replace become TOMBSTONE. Ids that are not PENDING are ignored.
   * @returns ids of the versions that were tombstoned.
   */
  settle(collectionId: number, ids: readonly number[]): Promise<number[]>;
  /**
   * The same bytes are at another place now, or were touched: READY rows get their new folder and reference, and are no
   * longer kept without a file.
   */
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
  /** Removes PENDING and TOMBSTONE rows with their embeddings, originals and previews; READY ones are left alone. */
  removeRows(collectionId: number, ids: readonly number[]): Promise<void>;

  /**
   * A new QUEUED job.
   * @param maxQueued LimitExceededError when so many are QUEUED already, in all collections together
   */
  createJob(job: { collection: string; directory: string; options: LoadOptions }, maxQueued?: number): Promise<LoadJob>;
  /**
   * Takes the oldest job that may run: QUEUED, or RUNNING with an expired lease, of a collection without another running job.
   * Sets it RUNNING under this owner's lease; a job taken from an expired lease counts a crash. It ends none: see `ClaimedJob`.
   * @param owner one process's alone
   * @param known jobs that this owner has been given. One that it holds beside them, because it never got the answer, is given again first
   */
  claimJob(owner: string, leaseMs: number, known: readonly number[]): Promise<ClaimedJob | null>;
  /** Progress and lease; `inFlight` are the items to suspect if the process dies now. False when the lease is lost. */
  heartbeat(
    jobId: number,
    owner: string,
    leaseMs: number,
    progress: LoadProgress,
    inFlight: readonly string[],
  ): Promise<HeartbeatResult>;
  /**
   * Appends to the ledger of a job that this owner runs; keeps at most MAX_FAILURES a job.
   * @param from how many lines this run has added before: whoever does not know whether these were added may repeat it
   */
  addFailures(jobId: number, owner: string, from: number, failures: readonly LoadFailure[]): Promise<void>;
  /** Ends a job that this owner runs. */
  finishJob(
    jobId: number,
    owner: string,
    status: EndStatus,
    progress: LoadProgress,
    error?: LoadFailure,
  ): Promise<void>;
  /** Puts a running job of this owner back to QUEUED (graceful shutdown): no crash is counted. */
  releaseJob(jobId: number, owner: string): Promise<void>;
  /**
   * QUEUED becomes CANCELLED at once, unless it has run before: what it may have left goes first, by whoever claims it. A RUNNING job is
   * asked to stop. Others are left alone.
   */
  requestCancel(jobId: number): Promise<LoadJob | null>;
  /** The same for all jobs of a collection that are QUEUED or RUNNING. @returns those, as they are now, oldest first */
  requestCancelAll(collection: string): Promise<LoadJob[]>;
  /** Expires the leases of owners whose names begin so: for one who knows at its start that they are dead. */
  expireLeases(ownerPrefix: string): Promise<void>;
  /** Keeps the newest `keep` finished jobs and removes the others with their ledgers. */
  pruneJobs(keep: number): Promise<void>;
}

/**
 * One with `cancelRequested`, or with more than MAX_CRASHES, is not to be run: its owner removes what the run that died has left and
 * then ends it. Its counts and its ledger are still those of that run.
 */
export interface ClaimedJob {
  readonly job: LoadJob;
  /** How often in a row the process died while running it, without anything loaded in between. */
  readonly crashes: number;
  /** Items that were in flight at each of these crashes. */
  readonly suspects: readonly string[];
}

export type HeartbeatResult = 'ok' | 'cancel' | 'lost';

export interface MetadataStore extends MetadataReader, MetadataWriter {
  /** Whether it is a server that may be away for a while; calls are UnavailableErrors then, and work again when it is back. */
  readonly isRemote: boolean;
  /** Resolves when the database answers; UnavailableError otherwise. */
  ping(): Promise<void>;
  /**
   * Resolves when a small change was committed: a database that answers may still take no writes. UnavailableError
   * otherwise.
   */
  proveWrite(): Promise<void>;
  close(): Promise<void>;
}

/** A job is taken up again after at most this many crashes. */
export const MAX_CRASHES = 3;
/** Most ledger entries kept for one job; all are counted. */
export const MAX_FAILURES = 10_000;
/** Longest imageId in characters (code points). */
export const MAX_IMAGE_ID_LENGTH = 512;
/** Longest collection name in characters (code points). */
export const MAX_COLLECTION_NAME_LENGTH = 128;
