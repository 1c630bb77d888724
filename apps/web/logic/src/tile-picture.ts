import { tileRatio } from './format';

/** A picture with the addresses of it that the page asks for: whole, and cut to the shapes of the highest and the widest tile. */
export interface TilePicture {
  readonly width: number;
  readonly height: number;
  readonly thumbnail: string;
  readonly thumbnail2x: string;
  readonly tall: string;
  readonly tall2x: string;
  readonly wide: string;
  readonly wide2x: string;
}

/** A width in pixels, and the address of the picture at that width. */
export interface TileOffer {
  readonly width: number;
  readonly url: string;
}

/**
 * What a tile can show, narrowest first. A tile that shows a part of its picture asks for that part: of a long screenshot the whole is a
 * megabyte, and of a panorama it is a strip of a few pixels. The addresses are of these widths in `operations.graphql`.
 */
export function tileOffers(picture: TilePicture): readonly [TileOffer, TileOffer] {
  const ratio = picture.width / picture.height;
  const shown = tileRatio(picture.width, picture.height);
  if (ratio < shown) return offers([320, picture.tall], [640, picture.tall2x]);
  if (ratio > shown) return offers([480, picture.wide], [960, picture.wide2x]);
  return offers([320, picture.thumbnail], [640, picture.thumbnail2x]);
}

function offers(small: readonly [number, string], large: readonly [number, string]): readonly [TileOffer, TileOffer] {
  return [
    { width: small[0], url: small[1] },
    { width: large[0], url: large[1] },
  ];
}
