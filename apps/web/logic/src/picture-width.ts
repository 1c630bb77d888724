/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A width that the server can make of a picture, and its URL. */
export interface Offer {
  readonly width: number;
  readonly url: string;
}

/** A picture with a greater ratio of height to width would be an unreadable strip when it is shown whole. */
const LONG = 2.5;

export function isLong({ width, height }: Size): boolean {
  return height > LONG * width;
}

/** A picture with a greater ratio of width to height would be a thin line. */
const WIDE = 8;

export function isWide({ width, height }: Size): boolean {
  return width > WIDE * height;
}

/** Offers of a wide picture at these heights. Most of their widths are larger than the API allows. */
export function offersByHeight({ width, height }: Size, byHeight: readonly (readonly [number, string])[]): Offer[] {
  return byHeight.map(([most, url]) => ({ width: Math.round((width / height) * Math.min(most, height)), url }));
}

/**
 * The width that a picture needs, in its own pixels, to fill a box without being enlarged.
 * @param box the drawn size in CSS pixels; a box of another shape shows a part of the picture (`object-fit: cover`)
 * @param pixelRatio screen pixels per CSS pixel
 */
export function neededWidth(picture: Size, box: Size, pixelRatio: number): number {
  const cover = Math.max(box.width, (box.height * picture.width) / picture.height);
  return Number.isFinite(cover) ? Math.round(cover * pixelRatio) : Math.round(box.width * pixelRatio);
}

/**
 * The narrowest offer that is as wide as needed, or as wide as the picture itself; else the widest.
 * @param offers in ascending order
 * @param ownWidth the width of the picture; Infinity for a vector picture, which has no pixels of its own
 */
export function chooseOffer(offers: readonly Offer[], needed: number, ownWidth = Infinity): Offer | undefined {
  return offers.find(({ width }) => width >= Math.min(needed, ownWidth)) ?? offers.at(-1);
}
