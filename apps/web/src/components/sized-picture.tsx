import { useState, type ImgHTMLAttributes } from 'react';

import { chooseOffer, neededWidth, type Offer, type Size } from '../../logic/src/picture-width';
import type { SizesFragment } from '../generated/operations';

interface Props extends Omit<ImgHTMLAttributes<HTMLImageElement>, 'src' | 'srcSet' | 'sizes'> {
  readonly image: SizesFragment;
  /** Of its box; null: not known yet, and nothing is asked for. */
  readonly drawn: Size | null;
}

/** A picture in the width that it is drawn in. `sizes` cannot tell a browser that: a row makes its pictures wider than they were. */
export function SizedPicture({ image, drawn, ...rest }: Props) {
  const [shown, setShown] = useState<Offer>();
  const own = image.mimeType === 'image/svg+xml' ? Infinity : image.width;
  const wanted = drawn ? chooseOffer(offers(image), neededWidth(image, drawn, devicePixelRatio), own) : undefined;
  // A smaller one than is here already would be one more for nothing.
  if (wanted && (shown === undefined || wanted.width > shown.width)) setShown(wanted);
  return shown ? <img {...rest} src={shown.url} width={image.width} height={image.height} /> : null;
}

function offers(image: SizesFragment): Offer[] {
  return [
    { width: 160, url: image.at160 },
    { width: 320, url: image.thumbnail },
    { width: 480, url: image.at480 },
    { width: 640, url: image.thumbnail2x },
    { width: 960, url: image.at960 },
    { width: 1280, url: image.large },
    { width: 2048, url: image.larger },
  ];
}
