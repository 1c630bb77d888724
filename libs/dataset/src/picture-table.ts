import type { BrokenItem } from '@wentu/domain';

/**
 * Pictures that can be found by id, to join features with them. A `Place` is kept in memory for every picture, so it
 * should be small.
 */
export interface PictureTable<Place = unknown> {
  readonly directory: string;
  /** For example `valid_imgs.tsv` or `valid/imgs`. */
  readonly name: string;
  /** Lists all pictures without reading them. An id may occur twice. */
  places(signal?: AbortSignal): AsyncIterable<BrokenItem | PictureAt<Place>>;
  /** The name of a picture in the ledger. */
  itemOf(picture: PictureAt<Place>): string;
  /** @throws ItemError */
  read(picture: PictureAt<Place>): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface PictureAt<Place> {
  readonly imageId: string;
  readonly place: Place;
}
