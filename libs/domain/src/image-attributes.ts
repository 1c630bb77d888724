import type { OwnChange } from './own-attributes';

/** A point whose attributes an index may have in an earlier state. */
export interface StalePoint {
  readonly id: number;
  readonly imageRowId: number;
}

/** The result of one change. */
export interface ChangedAttributes {
  readonly imageId: string;
  /** DONE; NOT_FOUND when the collection has no such image; INVALID when the image would have too much. */
  readonly status: 'DONE' | 'NOT_FOUND' | 'INVALID';
  /** Why it is INVALID. */
  readonly message: string | null;
}

export interface AttributeChange extends OwnChange {
  /** The change is from a source, which gives this key. */
  readonly givenKey?: string;
}

/**
 * Changes of the owner's attributes. Rows change first. Until the indexes follow, an entry says which points are stale,
 * and a row decides about its image.
 */
export interface ImageAttributes {
  /**
   * Admits names to a collection, as `ownAttribute` makes them, up to MAX_OWN_NAMES.
   * @returns the admitted ones among these
   */
  admit(collectionId: number, names: readonly string[]): Promise<Set<string>>;
  /**
   * Changes the READY version of each image, and a PENDING one too, in one transaction.
   * @param changes in the form of `checkChange`
   * @returns a result for each change, and the stale points of these images
   */
  change(
    collectionId: number,
    changes: readonly AttributeChange[],
  ): Promise<{ readonly results: ChangedAttributes[]; readonly stale: StalePoint[] }>;
  /** Entries with id > afterId, ascending, at most `limit`. */
  pageStale(collectionId: number, afterId: number, limit: number): Promise<StalePoint[]>;
  /** Entries of these rows. */
  staleOf(rowIds: readonly number[]): Promise<StalePoint[]>;
  /**
   * Says that the indexes have the attributes of their rows: removes these entries, and changes `attributesVersion`.
   */
  removeStale(collectionId: number, ids: readonly number[]): Promise<void>;
}
