import type { CollectionReader, Collections } from './collections';
import type { ImageReader, Images } from './images';
import type { LoadQueue, LoadReader } from './load-queue';
import type { Originals, StoredPictures } from './originals';

/**
 * What is done once in the life of a database, also when its result is removed later: making `default`, loading the
 * samples.
 */
export type Milestone = 'default-made' | 'samples-loaded';

/** Ids of image versions. */
export interface Ids {
  /** First of `count` ids that were never given out before. */
  reserve(count: number): Promise<number>;
}

/** What the metadata store, the only truth, tells. */
export interface MetadataReader {
  readonly collections: CollectionReader;
  readonly images: ImageReader;
  readonly originals: StoredPictures;
  readonly loads: LoadReader;
  /** UUID made with the database. */
  storeId(): Promise<string>;
  /** Whether something that is done once in the life of this database has been done: see `reach`. */
  hasReached(milestone: Milestone): Promise<boolean>;
}

/** A plain object of its parts. They share one database, so that what one has committed the others see. */
export interface MetadataStore extends MetadataReader {
  readonly collections: Collections;
  readonly images: Images;
  readonly originals: Originals;
  readonly loads: LoadQueue;
  readonly ids: Ids;
  /** From here on `hasReached` is true. */
  reach(milestone: Milestone): Promise<void>;
  /**
   * Whether it is a server that may be away for a while; calls are UnavailableErrors then, and work again when it is
   * back.
   */
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
