import type { CollectionsQuery, HitFragment, PictureFragment } from './generated/operations';

export type Collection = CollectionsQuery['collections'][number];

/** A hit, or a picture that is shown without a search: then it has no similarity. */
export interface ShownPicture {
  readonly image: PictureFragment;
  /** The name of its collection. */
  readonly collection: string;
  readonly similarity: number | null;
  readonly distance: number | null;
  /** 0 is the mean of the text over the collection, 1 the line from which a picture shows it; null: not known. */
  readonly relevance?: number | null;
  /** The words of the search that the picture has; null or absent for a hit by its meaning. */
  readonly matched?: HitFragment['matched'];
  /** Other pictures that look the same. */
  readonly duplicates?: readonly ShownPicture[];
}
