/** Where the time of a picture comes from: its EXIF block, or the modification time of its file. */
export type TakenAtSource = 'EXIF' | 'FILE';

/** A point on the earth, WGS 84, in degrees: latitude -90 to 90, longitude -180 to 180. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** The usable facts of an EXIF block. Texts are NFC without control characters, at most MAX_FACT_LENGTH characters. */
export interface ExifFacts {
  readonly takenAt?: {
    /** Milliseconds since 1970. Without an offset it is the local time of the camera, read as UTC. */
    readonly atMs: number;
    /** Minutes that the local time was ahead of UTC; null when the camera did not write them. */
    readonly offsetMinutes: number | null;
  };
  /** Brand and model, such as `Nikon D750`. */
  readonly camera?: string;
  readonly lens?: string;
  readonly place?: Place;
  /** The EXIF value, 1 to 8; 1 is upright. */
  readonly orientation?: number;
}

/** What is known about a picture besides its pixels. An unknown fact is null. */
export interface ImageFacts {
  readonly takenAt: (NonNullable<ExifFacts['takenAt']> & { readonly source: TakenAtSource }) | null;
  readonly camera: string | null;
  readonly lens: string | null;
  readonly place: Place | null;
  /** The EXIF value, 1 to 8. */
  readonly orientation: number | null;
}

/** The version of the code that reads facts. A row of an earlier version, such as 0, was not read by this code. */
export const FACTS_VERSION = 1;
/** The largest offset of a local time, in both directions: that of Kiribati. */
export const MAX_OFFSET_MINUTES = 14 * 60;
/** Longest camera and lens in characters (code points). */
export const MAX_FACT_LENGTH = 128;
/** The first photograph is from 1826. Later years than the last one are certainly wrong. */
const [FIRST_YEAR, LAST_YEAR] = [1826, 2100];

export const NO_FACTS: ImageFacts = { takenAt: null, camera: null, lens: null, place: null, orientation: null };

/** Combines the facts of an EXIF block with those of the file. @param modifiedAtMs undefined: there is no such file */
export function imageFacts(exif: ExifFacts | undefined, modifiedAtMs: number | undefined): ImageFacts {
  const { takenAt, camera = null, lens = null, place = null, orientation = null } = exif ?? {};
  const others = { camera, lens, place, orientation };
  if (takenAt) return { takenAt: { ...takenAt, source: 'EXIF' }, ...others };
  const atMs = modifiedAtMs === undefined ? null : checkedTime(Math.floor(modifiedAtMs));
  return { takenAt: atMs === null ? null : { atMs, offsetMinutes: null, source: 'FILE' }, ...others };
}

/** The time itself; null when no picture can have been taken then. */
export function checkedTime(atMs: number): number | null {
  const year = new Date(atMs).getUTCFullYear();
  return year >= FIRST_YEAR && year <= LAST_YEAR ? atMs : null;
}
