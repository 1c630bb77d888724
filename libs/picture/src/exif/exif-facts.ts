import { isUtf8 } from 'node:buffer';
import { checkedTime, MAX_FACT_LENGTH, MAX_OFFSET_MINUTES, type ExifFacts, type Place } from '@wentu/domain';
import { TAG, type TiffDirectory } from '../tiff/directories';
import { cameraName } from './camera-name';

/** The directories of EXIF: the main one, the one with the facts of the exposure, and the one with the place. */
export interface ExifDirectories {
  readonly main?: TiffDirectory | null;
  readonly exposure?: TiffDirectory | null;
  readonly gps?: TiffDirectory | null;
}

/** Longer fields are not read. */
const MAX_TEXT_BYTES = 1_024;
/** Decimal places of a degree that are kept: a centimetre on the ground. */
const DEGREE_STEPS = 1e7;

/**
 * The facts that can be used. EXIF may be wrong or hostile, so every value is checked, and a value that is out of range
 * is left out.
 * @returns undefined when there is none
 */
export function exifFacts({ main, exposure, gps }: ExifDirectories): ExifFacts | undefined {
  const takenAt =
    timeOf(exposure, TAG.dateTimeOriginal, TAG.subSecOriginal, TAG.offsetOriginal) ??
    timeOf(exposure, TAG.dateTimeDigitized, TAG.subSecDigitized, TAG.offsetDigitized);
  const camera = cameraName(textOf(main, TAG.make), textOf(main, TAG.model));
  const lens = textOf(exposure, TAG.lensModel);
  const place = placeOf(gps);
  const orientation = main?.number(TAG.orientation, 0) ?? 0;
  const facts: ExifFacts = {
    ...(takenAt ? { takenAt } : {}),
    ...(camera === undefined || isTooLong(camera) ? {} : { camera }),
    ...(lens === undefined ? {} : { lens }),
    ...(place ? { place } : {}),
    ...(orientation >= 1 && orientation <= 8 ? { orientation } : {}),
  };
  return Object.keys(facts).length === 0 ? undefined : facts;
}

/** A text of at most MAX_FACT_LENGTH characters; a longer one is left out. */
function textOf(directory: TiffDirectory | null | undefined, tag: number): string | undefined {
  const bytes = directory?.bytes(tag);
  if (!bytes || bytes.length > MAX_TEXT_BYTES) return undefined;
  const text = lineOf(bytes);
  return text === undefined || isTooLong(text) ? undefined : text;
}

/**
 * A text in one line: its characters before a NUL, NFC, without control characters. A text in another charset than
 * UTF-8 is left out, because nothing says which one it is.
 */
export function lineOf(bytes: Uint8Array): string | undefined {
  const end = bytes.indexOf(0);
  const used = end < 0 ? bytes : bytes.subarray(0, end);
  if (!isUtf8(used)) return undefined;
  // Cf has the characters that change the direction of a text.
  const text = Buffer.from(used)
    .toString('utf8')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .normalize('NFC');
  // Cameras without a name for the lens write signs, such as `----`.
  return /[\p{L}\p{N}]/u.test(text) ? text : undefined;
}

function isTooLong(text: string): boolean {
  return [...text].length > MAX_FACT_LENGTH;
}

/** The times of EXIF 2.32: the local time as `2024:05:01 09:30:00`, parts of the second, and `+08:00`. */
function timeOf(
  directory: TiffDirectory | null | undefined,
  tag: number,
  subSecTag: number,
  offsetTag: number,
): ExifFacts['takenAt'] {
  // Some programs write other separators.
  const found = /^(\d{4})[:/.-](\d\d)[:/.-](\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?$/.exec(textOf(directory, tag) ?? '');
  if (!found) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1)
    .map((part) => Number(part || 0));
  const subSec = /^\d{1,9}$/.exec(textOf(directory, subSecTag) ?? '')?.[0] ?? '0';
  const ms = Math.floor(Number(`0.${subSec}`) * 1_000);
  const local = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  const date = new Date(local);
  // Date.UTC takes 30 February for 1 March.
  const isDay = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isDay || hour > 23 || minute > 59 || second > 59 || checkedTime(local) === null) return undefined;
  const offsetMinutes = offsetOf(textOf(directory, offsetTag));
  return { atMs: local - (offsetMinutes ?? 0) * 60_000, offsetMinutes };
}

function offsetOf(text: string | undefined): number | null {
  if (text === 'Z') return 0;
  const found = /^([+-])(\d\d):([0-5]\d)$/.exec(text ?? '');
  if (!found) return null;
  const minutes = Number(found[2]) * 60 + Number(found[3]);
  if (minutes > MAX_OFFSET_MINUTES) return null;
  return found[1] === '-' && minutes > 0 ? -minutes : minutes;
}

export function placeOf(gps: TiffDirectory | null | undefined): Place | undefined {
  const latitude = degreesOf(gps, TAG.gpsLatitude, TAG.gpsLatitudeRef, 'NS', 90);
  const longitude = degreesOf(gps, TAG.gpsLongitude, TAG.gpsLongitudeRef, 'EW', 180);
  if (latitude === undefined || longitude === undefined) return undefined;
  // Devices without a fix write zeros.
  return latitude === 0 && longitude === 0 ? undefined : { latitude, longitude };
}

/** @param signs the letters of positive and of negative degrees */
function degreesOf(
  gps: TiffDirectory | null | undefined,
  tag: number,
  refTag: number,
  signs: string,
  most: number,
): number | undefined {
  const [degrees = NaN, minutes = 0, seconds = 0] = gps?.rationals(tag) ?? [];
  const ref = textOf(gps, refTag) ?? '';
  if (ref.length !== 1 || !signs.includes(ref)) return undefined;
  // Comparisons with NaN, which is the value of 0/0, are false.
  if (!(degrees >= 0 && minutes >= 0 && minutes <= 60 && seconds >= 0 && seconds <= 60)) return undefined;
  const value = Math.round((degrees + minutes / 60 + seconds / 3_600) * DEGREE_STEPS) / DEGREE_STEPS;
  if (value > most) return undefined;
  return ref === signs[1] && value !== 0 ? -value : value;
}
