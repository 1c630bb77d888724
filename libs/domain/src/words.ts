/** A point of a picture: fractions of the width and the height of the upright picture, 0 to 1 from the top left. */
export interface PicturePoint {
  readonly x: number;
  readonly y: number;
}

/** A line of text that was read in a picture. */
export interface WordLine {
  /** NFC without control characters, 1 to MAX_WORD_LINE_LENGTH code points. */
  readonly text: string;
  /** The mean probability of its characters, 0 to 1. */
  readonly confidence: number;
  /** The corners, clockwise in the direction of reading: the first is where the text begins, at its upper side. */
  readonly box: readonly [PicturePoint, PicturePoint, PicturePoint, PicturePoint];
}

/** Longest line in code points. A longer one is cut. */
export const MAX_WORD_LINE_LENGTH = 500;
/** Most lines of a picture. Further ones, in reading order, are left out. */
export const MAX_WORD_LINES = 1_000;

/** Reads the words in pictures. */
export interface WordReader {
  /**
   * Names the models and the code that reads: lines read by another revision may differ, and are read again. At most 64
   * characters.
   */
  readonly revision: string;
  /**
   * @param bytes the bytes of the picture's file
   * @returns the lines in reading order; none for a picture without text
   * @throws ItemError when the picture cannot be decoded
   */
  read(bytes: Uint8Array, signal?: AbortSignal): Promise<WordLine[]>;
  close(): Promise<void>;
}
