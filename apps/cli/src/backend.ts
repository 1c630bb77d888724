import type {
  AccessKey,
  ChangedAttributes,
  ImageFilter,
  ImageOrder,
  LoadFailure,
  LoadProgress,
  LoadStatus,
  MissingAction,
  OwnChange,
  Role,
  TextUnderstanding,
  WatchState,
  WentuErrorCode,
} from '@wentu/domain';
import type { Facet, FacetField, SourceState } from '@wentu/session';

/** Runs the commands: on the data folder itself, or on the server that uses it. */
export interface Backend {
  collections(): Promise<CollectionView[]>;
  search(request: SearchRequest): Promise<SearchView>;
  /** Starts a load and yields its states until it ends. An abort cancels the load. */
  load(request: LoadRequest, signal: AbortSignal): AsyncGenerator<JobView>;
  /** Starts the change of the model of a collection and yields its states until it ends. An abort cancels it. */
  reencode(request: ReencodeRequest, signal: AbortSignal): AsyncGenerator<JobView>;
  /** The models of which a collection has embeddings. @throws NotFoundError */
  spaces(collection: string): Promise<readonly SpaceView[]>;
  /** Removes the embeddings of a model. */
  dropSpace(collection: string, model: string): Promise<void>;
  /** Searches a collection for duplicates and yields its states until it ends. An abort cancels it. */
  findDuplicates(collection: string, signal: AbortSignal): AsyncGenerator<DuplicateSearchView>;
  /** The largest groups that the last search found. */
  duplicates(collection: string, first: number): Promise<DuplicatesView>;
  /** The folders that were loaded into a collection, at most 1,000. @throws NotFoundError */
  sources(collection: string): Promise<readonly SourceView[]>;
  /** Begins or ends the watch of a source. */
  watchSource(source: string, on: boolean): Promise<void>;
  failures(jobId: string, first: number): Promise<LoadFailure[]>;
  /** For images whose files were not found in a directory. @returns the number of these images */
  resolveMissing(collection: string, directory: string, action: MissingAction): Promise<number>;
  /** The original; null when it does not exist any more. */
  original(hit: HitView): Promise<Uint8Array | null>;
  drop(name: string): Promise<boolean>;
  /** @param keepOut whether later loads leave the pictures out @returns the number of deleted images */
  deleteImages(collection: string, imageIds: readonly string[], keepOut: boolean): Promise<number>;
  /** Images of a list, page after page. @throws NotFoundError */
  images(collection: string, list: ListRequest): AsyncIterable<ImageView>;
  /** The number of images that match. @throws NotFoundError */
  matchingCount(collection: string, filter: ImageFilter): Promise<number>;
  facets(collection: string, request: FacetRequest): Promise<readonly Facet[]>;
  /** @param expectedCount the number of images that match @returns the number of deleted images */
  deleteMatching(collection: string, filter: ImageFilter, expectedCount: number, keepOut: boolean): Promise<number>;
  /** Changes tags and attributes of at most 1,000 images. @returns a result for each. @throws NotFoundError */
  changeAttributes(collection: string, changes: readonly OwnChange[]): Promise<readonly ChangedAttributes[]>;
  /** All images that were deleted for good, newest first. @throws NotFoundError */
  keptOut(collection: string): AsyncIterable<KeptOutView>;
  /** @returns the number of images that were kept out */
  allowImages(collection: string, imageIds: readonly string[]): Promise<number>;
  /** All keys, newest first, also revoked ones. */
  keys(): Promise<readonly KeyView[]>;
  /** @returns the secret; null for a password */
  createKey(request: KeyRequest): Promise<string | null>;
  /** @param password the new one; null for a key @returns the new secret; null for a password */
  rotateKey(id: string, password: string | null): Promise<string | null>;
  revokeKey(id: string): Promise<void>;
  /** The newest lines of the audit log, newest first. */
  audit(first: number): Promise<readonly AuditView[]>;
  /** Repairs one collection, or all. */
  repair(collection?: string): Promise<RepairView[]>;
  close(): Promise<void>;
}

export interface KeyView {
  readonly id: string;
  readonly name: string;
  readonly kind: AccessKey['kind'];
  readonly role: Role;
  /** Null: all collections. */
  readonly collections: readonly string[] | null;
  readonly prefix: string | null;
  /** Times as ISO 8601; null: none. */
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

export interface KeyRequest {
  readonly name: string;
  readonly role: Role;
  readonly collections: readonly string[] | null;
  readonly expiresAt: Date | null;
  readonly password: string | null;
}

export interface AuditView {
  /** ISO 8601. */
  readonly at: string;
  readonly who: string | null;
  readonly action: string;
  readonly target: string | null;
  readonly outcome: string;
}

export interface RepairView {
  readonly collection: string;
  readonly upserted: number;
  readonly removedFromIndex: number;
  readonly removedRows: number;
}

export interface ListRequest {
  readonly filter: ImageFilter | null;
  /** Null: the order of loading. */
  readonly order: ImageOrder | null;
}

export interface ImageView {
  readonly imageId: string;
  readonly mimeType: string;
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
  readonly takenAt: Date | null;
  readonly camera: string | null;
}

export interface FacetRequest {
  readonly filter: ImageFilter | null;
  readonly fields: readonly FacetField[];
  readonly folder: string;
  readonly limit: number;
}

export interface KeptOutView {
  readonly imageId: string;
  readonly keptOutAt: Date;
}

export interface SourceView {
  readonly id: string;
  readonly directory: string;
  readonly state: SourceState;
  readonly imageCount: number;
  /** Null: the folder is not watched. */
  readonly watch: { readonly state: WatchState | 'STARTING'; readonly problem: string | null } | null;
  /** The newest load; null when it is not kept any more. */
  readonly lastLoad: {
    readonly id: string;
    readonly status: LoadStatus;
    readonly failed: number;
    readonly finishedAt: string | null;
  } | null;
}

export interface CollectionView {
  readonly name: string;
  readonly imageCount: number;
  readonly model: string;
  readonly dimension: number;
}

/** The largest page of a search. A longer list is searched for without dates and conditions. */
export const MAX_PAGE_HITS = 1_000;

export interface SearchRequest {
  /** At least one. */
  readonly terms: readonly TermView[];
  /** Names; empty: the server's default collection. */
  readonly collections: readonly string[] | 'all';
  readonly filter: ImageFilter | null;
  /** WORDS: the only term is a text whose words were read in the pictures. */
  readonly match: 'MEANING' | 'WORDS';
  readonly topK: number;
  /** Each picture once. */
  readonly collapse: boolean;
  /** Whether a date in the only text becomes a condition. */
  readonly datesInWords: boolean;
}

/** A text, an image by its global id, or the bytes of a picture, with a weight from −1 to 1. */
export type TermView = ({ readonly text: string } | { readonly image: string } | { readonly picture: Uint8Array }) & {
  readonly weight: number;
};

export interface SearchView {
  readonly hits: readonly HitView[];
  /** What the model reads of the first text if it is wanted; null without one. */
  readonly understanding: TextUnderstanding | null;
  /** How a date in the text was understood; null: there is none, or the text was searched as it is. */
  readonly understood: UnderstoodView | null;
  /** RANKS: the hits of several models were merged by ranks. NEWEST: the hits have the words, the last loaded first. */
  readonly ranking: 'SIMILARITY' | 'RANKS' | 'NEWEST' | 'FUSED';
  readonly unanswered: readonly UnansweredView[];
}

export interface UnderstoodView {
  /** The text that was searched for. */
  readonly text: string;
  /** The piece of the text that is the date. */
  readonly words: string;
  /** The earliest time by the clocks of the cameras, such as 2025-06-01T00:00:00; null: any before. */
  readonly takenAfter: string | null;
  /** The first time that is too late; null: any after. */
  readonly takenBefore: string | null;
}

/** A collection that could not be searched, and the reason. */
export interface UnansweredView {
  readonly collection: string;
  readonly code: WentuErrorCode;
  readonly message: string;
}

export interface HitView {
  /** Orders the hits, highest first. */
  readonly score: number;
  readonly similarity: number;
  readonly distance: number;
  /** Whether the image probably shows the text; null when that is not known. */
  readonly isRelevant: boolean | null;
  readonly collection: string;
  /** The global id of the image. */
  readonly id: string;
  readonly imageId: string;
  readonly mimeType: string;
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
  /** The lines of text that have the words; null unless words were searched for. */
  readonly lines: readonly string[] | null;
  /** Later hits that show the same picture; empty unless the search asked for each picture once. */
  readonly duplicates: readonly DuplicateHitView[];
}

export type DuplicateHitView = Pick<HitView, 'id' | 'imageId' | 'collection' | 'score' | 'similarity'>;

export interface LoadRequest {
  readonly directory: string;
  readonly collection: string;
  readonly idFrom: 'path' | 'stem';
  readonly split?: string;
  readonly featuresModel?: string;
  readonly copyImages?: boolean;
}

export interface ReencodeRequest {
  readonly collection: string;
  readonly model: string;
  readonly hideUnreadable: boolean;
}

export interface DuplicateSearchView {
  readonly status: 'NONE' | 'RUNNING' | 'DONE' | 'FAILED' | 'CANCELLED';
  /** The share of the work that is done, 0 to 1; null unless it runs. */
  readonly done: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Images that were added or changed since the last complete search. */
  readonly newImageCount: number;
}

export interface DuplicatesView {
  readonly search: DuplicateSearchView;
  /** Number of groups, also of those that are not in `groups`. */
  readonly totalCount: number;
  readonly spareBytes: number;
  readonly groups: readonly {
    readonly imageCount: number;
    readonly spareBytes: number;
    /** The best one first, at most MAX_GROUP_IMAGES. */
    readonly images: readonly DuplicateImageView[];
  }[];
}

export interface DuplicateImageView {
  readonly kind: 'BEST' | 'EXACT' | 'NEAR';
  readonly similarity: number;
  readonly imageId: string;
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
}

/** How many images of a group are shown. */
export const MAX_GROUP_IMAGES = 100;

export interface SpaceView {
  readonly model: string;
  readonly dimension: number;
  readonly imageCount: number;
  readonly missingCount: number;
  readonly isActive: boolean;
}

export interface JobView extends LoadProgress {
  readonly id: string;
  readonly status: LoadStatus;
  readonly error: LoadFailure | null;
}
