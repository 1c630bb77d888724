import { InvalidInputError } from '@wentu/domain';

/** Largest width and height of a request, in pixels. */
export const MAX_ASKED = 2_048;
/** Longest side of a JPEG, in pixels. */
const MAX_SIDE = 65_535;
/** Longest side of a WebP, and of an AVIF as libheif writes it, in pixels. */
export const MAX_MODERN_SIDE = 16_383;
/**
 * The encoders of AVIF and WebP need the whole picture in memory: 289 million pixels took 100 s and 6 GB. JPEG is
 * encoded line by line.
 */
export const MAX_MODERN_PIXELS = 24_000_000;

/**
 * With one side, the picture is at most so wide or so high. With both, it fills a box of this shape, and the rest is
 * cropped.
 */
export interface AskedSize {
  readonly width?: number;
  readonly height?: number;
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
  /** A vector picture is drawn at any size; other pictures are never enlarged. */
  readonly isVector: boolean;
}

export interface ServedSize {
  readonly width: number;
  readonly height: number;
  /** Served pixels per source pixel, before cropping. */
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

/** The size at which a picture is served. @param maxPixels limit of the pixels of a vector picture */
export function servedSize(picture: PictureSize, asked: AskedSize, maxPixels: number): ServedSize {
  const pixels = picture.width * picture.height;
  // The largest scale that is allowed.
  const most = Math.min(
    picture.isVector ? Math.sqrt(maxPixels / pixels) : 1,
    MAX_SIDE / Math.max(picture.width, picture.height),
  );
  if (asked.width !== undefined && asked.height !== undefined) {
    // If the picture is too small to fill the box, the box becomes smaller and keeps its shape.
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
