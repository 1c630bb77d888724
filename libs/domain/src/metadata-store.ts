import type { AuditLog, AuditReader, KeyReader, Keys } from './access';
import type { CollectionReader, Collections } from './collections';
import type { ImageAttributes } from './image-attributes';
import type { ImageReader, Images } from './images';
import type { KeptOutImages, KeptOutReader } from './kept-out';
import type { LoadQueue, LoadReader } from './load-queue';
import type { Originals, StoredPictures } from './originals';
import type { SourceWatches } from './watch';
import type { Words, WordsReader } from './word-store';

/**
 * Actions that happen only once per database, even if their result is removed later: creating `default`, loading the
 * samples.
 */
export type Milestone = 'default-made' | 'samples-loaded';

/** Ids of image versions. */
export interface Ids {
  /**
   * Reserves `count` consecutive ids that were never returned before.
   * @returns the first id
   */
  reserve(count: number): Promise<number>;
}

/** Read access to the metadata store, which is the only source of truth. */
export interface MetadataReader {
  readonly collections: CollectionReader;
  readonly images: ImageReader;
  readonly originals: StoredPictures;
  readonly keptOut: KeptOutReader;
  readonly words: WordsReader;
  readonly loads: LoadReader;
  readonly keys: KeyReader;
  readonly audit: AuditReader;
  /** UUID of the database, created with it. */
  storeId(): Promise<string>;
  /** Whether this milestone was recorded with `reach`. */
  hasReached(milestone: Milestone): Promise<boolean>;
}

/** A plain object of ports that share one database: each port sees the committed changes of the others. */
export interface MetadataStore extends MetadataReader {
  readonly collections: Collections;
  readonly images: Images;
  readonly attributes: ImageAttributes;
  readonly originals: Originals;
  readonly keptOut: KeptOutImages;
  readonly words: Words;
  readonly loads: LoadQueue;
  readonly keys: Keys;
  readonly audit: AuditLog;
  readonly ids: Ids;
  readonly watches: SourceWatches;
  /** Records the milestone permanently: `hasReached` returns true from now on. */
  reach(milestone: Milestone): Promise<void>;
  /**
   * Whether the store is a server that may be unavailable for a while. Its calls then throw UnavailableError, and
   * succeed again when the server is back.
   */
  readonly isRemote: boolean;
  /** Resolves when the database answers; UnavailableError otherwise. */
  ping(): Promise<void>;
  /**
   * Resolves when a small write was committed, because a database that answers may still refuse writes.
   * @throws UnavailableError
   */
  proveWrite(): Promise<void>;
  close(): Promise<void>;
}
