/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A width that the server makes a picture in, and where that is. */
export interface Offer {
  readonly width: number;
  readonly url: string;
}

/** Of a picture that is more than this many times as high as wide, the whole is a strip that nobody can read. */
const LONG = 2.5;

export function isLong({ width, height }: Size): boolean {
  return height > LONG * width;
}

/** Of one that is more than this many times as wide as high, it is a line. */
const WIDE = 8;

export function isWide({ width, height }: Size): boolean {
  return width > WIDE * height;
}

/** At these heights of a wide picture, the widths that it has then: most of them are wider than can be asked for. */
export function offersByHeight({ width, height }: Size, byHeight: readonly (readonly [number, string])[]): Offer[] {
  return byHeight.map(([most, url]) => ({ width: Math.round((width / height) * Math.min(most, height)), url }));
}

/**
 * How wide a picture has to be, in its own pixels, to fill a box without being stretched.
 * @param box as it is drawn, in CSS pixels; a box of another shape shows a part of the picture (`object-fit: cover`)
 * @param pixelRatio pixels of the screen for one CSS pixel
 */
export function neededWidth(picture: Size, box: Size, pixelRatio: number): number {
  const cover = Math.max(box.width, (box.height * picture.width) / picture.height);
  return Number.isFinite(cover) ? Math.round(cover * pixelRatio) : Math.round(box.width * pixelRatio);
}

/**
 * The narrowest of the offers that is as wide as needed, or as wide as the picture itself; else the widest.
 * @param offers in ascending order
 * @param ownWidth of the picture; Infinity for one without pixels of its own, a drawing
 */
export function chooseOffer(offers: readonly Offer[], needed: number, ownWidth = Infinity): Offer | undefined {
  return offers.find(({ width }) => width >= Math.min(needed, ownWidth)) ?? offers.at(-1);
}
