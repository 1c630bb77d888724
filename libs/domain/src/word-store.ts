import type { ImageFilter } from './filter';
import type { ImageRow } from './images';
import type { WordLine } from './words';
import type { WordQuery } from './words/word-query';

/** What was read in a picture. */
export interface ReadWords {
  /** Id of the image's row. */
  readonly id: number;
  /** In reading order, at most MAX_WORD_LINES. None: the picture has no words. */
  readonly lines: readonly WordLine[];
}

/** Which images with the wanted words are found. */
export interface WordSearch {
  readonly query: WordQuery;
  /** Only images that match, as `matches` says. It was checked with `checkFilter`. */
  readonly filter: ImageFilter | null;
  /**
   * Gives the ids of the images that match the filter, ascending; null when they are many or not known. It is called
   * when the first candidates show that few match, and saves looking the others up. Rows decide about these images too.
   */
  readonly fewMatching?: () => Promise<readonly number[] | null>;
  /** Only ids below this one. Null: all. */
  readonly before: number | null;
  /** Largest number of ids. */
  readonly limit: number;
}

/** Read access to the words in pictures. Images that are not READY have none. */
export interface WordsReader {
  /**
   * The lines of READY images, with confidences to 1/1,000 and places to 1/10,000. Images without lines, and images
   * that were not read, are left out.
   */
  get(ids: readonly number[]): Promise<Map<number, WordLine[]>>;
  /** Ids of the READY images whose lines have all words, as `matchWords` says, newest first. */
  find(collectionId: number, search: WordSearch): Promise<number[]>;
  /** The number of READY images that a reader of this revision has not read. */
  countUnread(collectionId: number, revision: string): Promise<number>;
  /** These images, newest first, at most `limit`. @param before only ids below this one; null: all */
  pageUnread(collectionId: number, revision: string, before: number | null, limit: number): Promise<ImageRow[]>;
}

/** Read and write access to the words in pictures. They are deleted with their images. */
export interface Words extends WordsReader {
  /**
   * Replaces the lines of READY images, as read by a reader of this revision.
   * @returns the ids of the images that are READY
   */
  put(collectionId: number, revision: string, read: readonly ReadWords[]): Promise<number[]>;
}
