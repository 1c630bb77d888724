import { InvalidInputError } from '@wentu/domain';

/** Largest width and height that can be asked for, in pixels. */
export const MAX_ASKED = 2_048;
/** Longest side of a JPEG, in pixels. */
const MAX_SIDE = 65_535;
/** Longest side of a WebP, and of an AVIF as libheif writes it, in pixels. */
export const MAX_MODERN_SIDE = 16_383;
/** AVIF and WebP are encoded from the whole picture: 289 million pixels took 100 s and 6 GB. JPEG goes line by line. */
export const MAX_MODERN_PIXELS = 24_000_000;

/**
 * With one of them the picture is no wider or no higher. With both it fills a box of this shape: what sticks out is cut
 * off.
 */
export interface AskedSize {
  readonly width?: number;
  readonly height?: number;
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
  /** It is drawn at any size; other pictures are never enlarged. */
  readonly isVector: boolean;
}

export interface ServedSize {
  readonly width: number;
  readonly height: number;
  /** Pixels that are served for one of the picture's, before anything is cut off. */
  readonly scale: number;
  readonly isCut: boolean;
}

/** @throws InvalidInputError */
export function checkAskedSize(asked: { readonly [side in keyof AskedSize]?: number | null | undefined }): AskedSize {
  const given = Object.entries(asked).filter(([, value]) => value !== null && value !== undefined);
  for (const [name, value] of given)
    if (!(Number(value) >= 1 && Number(value) <= MAX_ASKED))
      throw new InvalidInputError(`${name} is ${value}; give 1 to ${MAX_ASKED} pixels`);
  return Object.fromEntries(given);
}

/** The size at which a picture is served. @param maxPixels most pixels that a vector picture is drawn with */
export function servedSize(picture: PictureSize, asked: AskedSize, maxPixels: number): ServedSize {
  const pixels = picture.width * picture.height;
  // Pixels for one of the picture's.
  const most = Math.min(
    picture.isVector ? Math.sqrt(maxPixels / pixels) : 1,
    MAX_SIDE / Math.max(picture.width, picture.height),
  );
  if (asked.width !== undefined && asked.height !== undefined) {
    // The box keeps its shape when the picture is too small to fill it.
    const cover = Math.max(asked.width / picture.width, asked.height / picture.height);
    const fit = Math.min(1, most / cover);
    return { width: whole(asked.width * fit), height: whole(asked.height * fit), scale: cover * fit, isCut: true };
  }
  const { width = Infinity, height = Infinity } = asked;
  const scale = Math.min(most, width / picture.width, height / picture.height);
  return { width: whole(picture.width * scale), height: whole(picture.height * scale), scale, isCut: false };
}

function whole(pixels: number): number {
  return Math.max(1, Math.round(pixels));
}
