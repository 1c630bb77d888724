import { tileRatio } from './format';
import type { Offer } from './picture-width';

/** A picture with the URLs of its parts: cropped to the shapes of the tallest and the widest tile. */
export interface TilePicture {
  readonly width: number;
  readonly height: number;
  readonly tall: string;
  readonly tall2x: string;
  readonly wide: string;
  readonly wide2x: string;
}

/**
 * The cropped offers of a tile, narrowest first; null when the tile shows the whole picture. A whole long screenshot
 * would have a megabyte, and a whole panorama would be a strip of a few pixels. The widths are those in
 * `operations.graphql`.
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
