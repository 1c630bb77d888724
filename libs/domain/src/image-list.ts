import type { ImageFacts } from './facts';
import type { ImageFilter } from './filter';

/** What a list of images is ordered by. LOADED_AT is the order of the ids. NAME is the imageId, by code points. */
export type ImageOrderField = 'LOADED_AT' | 'TAKEN_AT' | 'SIZE' | 'NAME';

/** Images without the value come last in both directions. Images with equal values are ordered by id. */
export interface ImageOrder {
  readonly field: ImageOrderField;
  readonly direction: 'ASC' | 'DESC';
}

export const LOAD_ORDER: ImageOrder = { field: 'LOADED_AT', direction: 'ASC' };

/** The images of a collection that match, in an order. */
export interface ImageList {
  /** Absent: every image. Checked with `checkFilter`. */
  readonly filter?: ImageFilter;
  readonly order: ImageOrder;
}

/** The value by which an image is ordered; null when the image has none. */
export type OrderValue = string | number | null;

/** A place in a list, which stays valid when its image is deleted. */
export interface ListPlace {
  readonly value: OrderValue;
  readonly id: number;
}

/** The columns of an image's row by which lists are ordered. */
interface OrderedImage {
  readonly id: number;
  readonly imageId: string;
  readonly sizeBytes: number;
  readonly facts: Pick<ImageFacts, 'takenAt'>;
}

export function orderValue({ field }: ImageOrder, row: OrderedImage): OrderValue {
  switch (field) {
    case 'LOADED_AT':
      return row.id;
    case 'TAKEN_AT':
      return row.facts.takenAt?.atMs ?? null;
    case 'SIZE':
      return row.sizeBytes;
    case 'NAME':
      return row.imageId;
  }
}
