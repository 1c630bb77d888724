import { tileRatio } from './format';
import type { Offer } from './picture-width';

/**
 * A picture with the addresses of its parts that the page asks for: cut to the shapes of the highest and the widest
 * tile.
 */
export interface TilePicture {
  readonly width: number;
  readonly height: number;
  readonly tall: string;
  readonly tall2x: string;
  readonly wide: string;
  readonly wide2x: string;
}

/**
 * What a tile can show that shows a part of its picture only, narrowest first; null: it shows the whole. Of a long
 * screenshot the whole is a megabyte, and of a panorama it is a strip of a few pixels. The addresses are of these
 * widths in `operations.graphql`.
 */
export function croppedOffers(picture: TilePicture): readonly Offer[] | null {
  const ratio = picture.width / picture.height;
  const shown = tileRatio(picture.width, picture.height);
  if (ratio < shown) return offers([320, picture.tall], [640, picture.tall2x]);
  return ratio > shown ? offers([480, picture.wide], [960, picture.wide2x]) : null;
}

function offers(...list: readonly (readonly [number, string])[]): readonly Offer[] {
  return list.map(([width, url]) => ({ width, url }));
}
