import { useState, type ImgHTMLAttributes } from 'react';

import { chooseOffer, isWide, neededWidth, offersByHeight, type Offer, type Size } from '../../logic/src/picture-width';
import { croppedOffers } from '../../logic/src/tile-picture';
import type { SizesFragment, TileSizesFragment } from '../generated/operations';

interface Props extends Omit<ImgHTMLAttributes<HTMLImageElement>, 'src' | 'srcSet' | 'sizes'> {
  /** A small tile needs fewer sizes. */
  readonly image: SizesFragment | TileSizesFragment;
  /** The size of its box; null: not known yet, and no picture is requested. */
  readonly drawn: Size | null;
  /** The picture fills a tile, which shows only a part of a very long picture. */
  readonly isTile?: boolean;
}

/** A picture in the width in which it is drawn. `sizes` cannot give that width, because a row enlarges its pictures. */
export function SizedPicture({ image, drawn, isTile = false, ...rest }: Props) {
  const [shown, setShown] = useState<Offer>();
  const own = image.mimeType === 'image/svg+xml' ? Infinity : image.width;
  const cropped = isTile ? croppedOffers(image) : null;
  const needed = drawn && (cropped ? drawn.width * devicePixelRatio : neededWidth(image, drawn, devicePixelRatio));
  const wanted = needed === null ? undefined : chooseOffer(cropped ?? offers(image), needed, own);
  // A larger picture is already loaded, so a smaller one is not requested.
  if (wanted && (shown === undefined || wanted.width > shown.width)) setShown(wanted);
  return shown ? <img {...rest} src={shown.url} width={image.width} height={image.height} /> : null;
}

function offers(image: SizesFragment | TileSizesFragment): Offer[] {
  const small = [
    { width: 160, url: image.at160 },
    { width: 320, url: image.thumbnail },
    { width: 480, url: image.at480 },
    { width: 640, url: image.thumbnail2x },
  ];
  if (!('large' in image)) return small;
  return [
    ...small,
    { width: 960, url: image.at960 },
    { width: 1280, url: image.large },
    { width: 2048, url: image.larger },
    ...(isWide(image)
      ? offersByHeight(image, [
          [480, image.high],
          [960, image.high2x],
        ])
      : []),
  ];
}
