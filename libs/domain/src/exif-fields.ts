/** What an EXIF field is about. */
export type ExifGroup = 'CAMERA' | 'EXPOSURE' | 'TIME' | 'PLACE' | 'AUTHOR' | 'FILE';

/** A field of the EXIF block of an original, as text. */
export interface ExifField {
  readonly group: ExifGroup;
  /** The name in the standard, such as FNumber. */
  readonly name: string;
  /** One line, NFC, without control characters, 1 to MAX_EXIF_VALUE_LENGTH characters. */
  readonly value: string;
}

/** Longest value in characters (code points). Longer texts are cut. */
export const MAX_EXIF_VALUE_LENGTH = 200;
