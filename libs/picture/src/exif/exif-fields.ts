import { MAX_EXIF_VALUE_LENGTH, type ExifField, type ExifGroup } from '@wentu/domain';
import type { TiffDirectory } from '../tiff/directories';
import { lineOf, placeOf, type ExifDirectories } from './exif-facts';
import { flashWords, NUMBER_WORDS } from './exif-names';

/** Gives a field as text; undefined when it is missing, damaged, or has no meaning. */
type Reader = (directory: TiffDirectory, tag: number, name: string) => string | undefined;
type Row = readonly [directory: keyof ExifDirectories, tag: number, name: string, read: Reader];

/** Longer texts are not read, not even a part. */
const MAX_TEXT_BYTES = 64 * 1024;
/** The field UserComment begins with the name of its charset in so many bytes. */
const CHARSET_BYTES = 8;

const text: Reader = (directory, tag) => {
  const bytes = directory.bytes(tag);
  return bytes && bytes.length <= MAX_TEXT_BYTES ? lineOf(bytes) : undefined;
};

/** The fields of Windows are UTF-16, little-endian. */
const wideText: Reader = (directory, tag) => {
  const bytes = directory.bytes(tag);
  if (!bytes || bytes.length > MAX_TEXT_BYTES) return undefined;
  // A character that is cut in half becomes U+FFFD.
  const wide = Buffer.from(bytes).toString('utf16le');
  return lineOf(Buffer.from(wide, 'utf8'));
};

const comment: Reader = (directory, tag) => {
  const bytes = directory.bytes(tag);
  if (!bytes || bytes.length > MAX_TEXT_BYTES || bytes.length <= CHARSET_BYTES) return undefined;
  const charset = Buffer.from(bytes.subarray(0, CHARSET_BYTES)).toString('latin1');
  // JIS is left out: nothing in Wentu reads it. Without a charset the text is that of most programs.
  return /^(ASCII|\0)/.test(charset) ? lineOf(bytes.subarray(CHARSET_BYTES)) : undefined;
};

const whole: Reader = (directory, tag, name) => {
  const [value] = directory.numbers(tag);
  return value === undefined ? undefined : (NUMBER_WORDS[name]?.[value] ?? String(value));
};

const flash: Reader = (directory, tag) => {
  const [value] = directory.numbers(tag);
  return value === undefined ? undefined : flashWords(value);
};

/** A fraction in a unit. @param unit `{}` is the place of the number */
function fraction(unit: string, decimals = 2, isSigned = false): Reader {
  return (directory, tag) => {
    const [value = NaN] = directory.rationals(tag);
    if (!Number.isFinite(value)) return undefined;
    const number = String(Number(value.toFixed(decimals)));
    return unit.replace('{}', isSigned && value > 0 ? `+${number}` : number);
  };
}

/** Photographers write short times as fractions. */
const exposureTime: Reader = (directory, tag) => {
  const [seconds = NaN] = directory.rationals(tag);
  if (!(seconds > 0) || !Number.isFinite(seconds)) return undefined;
  return seconds < 0.3 ? `1/${Math.round(1 / seconds)} s` : `${Number(seconds.toFixed(1))} s`;
};

const millimetres: Reader = (directory, tag) => {
  const [value] = directory.numbers(tag);
  return value ? `${value} mm` : undefined;
};

const version: Reader = (directory, tag) => {
  const bytes = directory.bytes(tag);
  const digits = bytes?.length === 4 ? Buffer.from(bytes).toString('latin1') : '';
  return /^\d{4}$/.test(digits) ? `${Number(digits.slice(0, 2))}.${digits.slice(2)}` : undefined;
};

const altitude: Reader = (directory, tag) => {
  const [metres = NaN] = directory.rationals(tag);
  const isBelow = directory.bytes(5)?.[0] === 1;
  return Number.isFinite(metres) ? `${isBelow ? '-' : ''}${Number(metres.toFixed(1))} m` : undefined;
};

const clock: Reader = (directory, tag) => {
  const [hours = NaN, minutes = NaN, seconds = NaN] = directory.rationals(tag);
  if (!(hours <= 24 && minutes < 60 && seconds < 61)) return undefined;
  return `${[hours, minutes, seconds].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':')} UTC`;
};

/** The fields that are given, by group, in their order. Fields with parts of the picture's coding are left out. */
const TABLE: Readonly<Record<ExifGroup, readonly Row[]>> = {
  CAMERA: [
    ['main', 271, 'Make', text],
    ['main', 272, 'Model', text],
    ['exposure', 42_035, 'LensMake', text],
    ['exposure', 42_036, 'LensModel', text],
    ['exposure', 42_033, 'BodySerialNumber', text],
    ['exposure', 42_037, 'LensSerialNumber', text],
    ['exposure', 42_032, 'CameraOwnerName', text],
    ['main', 305, 'Software', text],
    ['main', 316, 'HostComputer', text],
  ],
  EXPOSURE: [
    ['exposure', 33_434, 'ExposureTime', exposureTime],
    ['exposure', 33_437, 'FNumber', fraction('f/{}', 1)],
    ['exposure', 34_855, 'PhotographicSensitivity', whole],
    ['exposure', 37_386, 'FocalLength', fraction('{} mm', 1)],
    ['exposure', 41_989, 'FocalLengthIn35mmFilm', millimetres],
    ['exposure', 37_380, 'ExposureBiasValue', fraction('{} EV', 1, true)],
    ['exposure', 34_850, 'ExposureProgram', whole],
    ['exposure', 41_986, 'ExposureMode', whole],
    ['exposure', 37_383, 'MeteringMode', whole],
    ['exposure', 37_385, 'Flash', flash],
    ['exposure', 41_987, 'WhiteBalance', whole],
    ['exposure', 37_384, 'LightSource', whole],
    ['exposure', 37_381, 'MaxApertureValue', fraction('{} APEX', 1)],
    ['exposure', 37_379, 'BrightnessValue', fraction('{} APEX', 1)],
    ['exposure', 37_382, 'SubjectDistance', fraction('{} m')],
    ['exposure', 41_996, 'SubjectDistanceRange', whole],
    ['exposure', 41_988, 'DigitalZoomRatio', fraction('{} ×')],
    ['exposure', 41_990, 'SceneCaptureType', whole],
    ['exposure', 34_864, 'SensitivityType', whole],
    ['exposure', 41_992, 'Contrast', whole],
    ['exposure', 41_993, 'Saturation', whole],
    ['exposure', 41_994, 'Sharpness', whole],
  ],
  TIME: [
    ['exposure', 36_867, 'DateTimeOriginal', text],
    ['exposure', 36_881, 'OffsetTimeOriginal', text],
    ['exposure', 37_521, 'SubSecTimeOriginal', text],
    ['exposure', 36_868, 'DateTimeDigitized', text],
    ['exposure', 36_882, 'OffsetTimeDigitized', text],
    ['main', 306, 'DateTime', text],
    ['exposure', 36_880, 'OffsetTime', text],
  ],
  PLACE: [
    ['gps', 6, 'GPSAltitude', altitude],
    ['gps', 17, 'GPSImgDirection', fraction('{}°', 1)],
    ['gps', 13, 'GPSSpeed', fraction('{}', 1)],
    ['gps', 12, 'GPSSpeedRef', text],
    ['gps', 31, 'GPSHPositioningError', fraction('{} m', 1)],
    ['gps', 29, 'GPSDateStamp', text],
    ['gps', 7, 'GPSTimeStamp', clock],
    ['gps', 18, 'GPSMapDatum', text],
  ],
  AUTHOR: [
    ['main', 315, 'Artist', text],
    ['main', 33_432, 'Copyright', text],
    ['main', 270, 'ImageDescription', text],
    ['main', 40_091, 'XPTitle', wideText],
    ['main', 40_092, 'XPComment', wideText],
    ['main', 40_093, 'XPAuthor', wideText],
    ['main', 40_094, 'XPKeywords', wideText],
    ['main', 40_095, 'XPSubject', wideText],
    ['exposure', 37_510, 'UserComment', comment],
    ['main', 18_246, 'Rating', whole],
  ],
  FILE: [
    ['main', 274, 'Orientation', whole],
    ['exposure', 40_962, 'PixelXDimension', whole],
    ['exposure', 40_963, 'PixelYDimension', whole],
    ['exposure', 40_961, 'ColorSpace', whole],
    ['main', 282, 'XResolution', fraction('{}', 1)],
    ['main', 283, 'YResolution', fraction('{}', 1)],
    ['main', 296, 'ResolutionUnit', whole],
    ['exposure', 42_016, 'ImageUniqueID', text],
    ['exposure', 36_864, 'ExifVersion', version],
  ],
};

/**
 * The fields of an EXIF block as texts, by group: at most one for each row of the table. EXIF may be wrong or hostile:
 * a field that is damaged is left out, and every value is one short line of text.
 */
export function exifFields(directories: ExifDirectories): ExifField[] {
  const fields = (Object.keys(TABLE) as ExifGroup[]).flatMap((group) => {
    const own = TABLE[group].flatMap(([kind, tag, name, read]) => {
      const directory = directories[kind];
      const value = directory ? read(directory, tag, name) : undefined;
      return value ? [{ group, name, value: cut(value) }] : [];
    });
    return group === 'PLACE' ? [...coordinates(directories), ...own] : own;
  });
  return fields;
}

function coordinates({ gps }: ExifDirectories): ExifField[] {
  const place = placeOf(gps);
  if (!place) return [];
  const value = (degrees: number): string => String(Number(degrees.toFixed(6)));
  return [
    { group: 'PLACE', name: 'GPSLatitude', value: value(place.latitude) },
    { group: 'PLACE', name: 'GPSLongitude', value: value(place.longitude) },
  ];
}

function cut(value: string): string {
  const characters = [...value];
  return characters.length <= MAX_EXIF_VALUE_LENGTH
    ? value
    : `${characters.slice(0, MAX_EXIF_VALUE_LENGTH - 1).join('')}…`;
}
