import type { BrokenItem } from '@wentu/domain';

/** Pictures that are found by their ids, to join features with them. `Place` is held for every picture: it should be small. */
export interface PictureTable<Place = unknown> {
  readonly directory: string;
  /** Such as `valid_imgs.tsv` or `valid/imgs`. */
  readonly name: string;
  /** All of them; none is read. Ids may come twice. */
  places(signal?: AbortSignal): AsyncIterable<BrokenItem | PictureAt<Place>>;
  /** How the ledger names a picture. */
  itemOf(picture: PictureAt<Place>): string;
  /** @throws ItemError */
  read(picture: PictureAt<Place>): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface PictureAt<Place> {
  readonly imageId: string;
  readonly place: Place;
}
