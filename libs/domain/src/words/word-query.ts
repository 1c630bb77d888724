import { sentence } from '../sentence';
import { InvalidInputError } from '../errors';
import { foldWords, withoutSpaces } from './fold-words';

/** A word that a picture has to contain. */
export interface WordTerm {
  /** As it was written, in NFC, without white space. */
  readonly text: string;
  /** In the form of `foldWords`, without white space. Not empty. */
  readonly folded: string;
  /** The picture has to contain `text` too: the same case, width and characters. */
  readonly isExact: boolean;
}

/** Words that a picture has to contain, all of them. */
export interface WordQuery {
  readonly terms: readonly WordTerm[];
}

/** Largest number of words in a query. */
export const MAX_WORD_TERMS = 32;

/**
 * A text in quotation marks, or a text between spaces. A quotation mark without its end lasts to the end of the query.
 */
const TERM = /["“”＂]([^"“”＂]*)(?:["“”＂]|$)|[^\s"“”＂]+/gu;

/**
 * Reads the words of a query: pieces between spaces, and pieces in quotation marks ("…" or “…”), which are exact.
 * @throws InvalidInputError without a word, and for too many words
 */
export function parseWordQuery(text: string): WordQuery {
  const terms = [...text.normalize('NFC').matchAll(TERM)]
    .map(([piece, quoted]): WordTerm => {
      const word = withoutSpaces(quoted ?? piece);
      return { text: word, folded: withoutSpaces(foldWords(word)), isExact: quoted !== undefined };
    })
    .filter(({ folded }) => folded !== '');
  if (terms.length === 0) throw new InvalidInputError(sentence('TEXT_WITHOUT_WORDS', { text: text.slice(0, 100) }));
  if (terms.length > MAX_WORD_TERMS)
    throw new InvalidInputError(sentence('TOO_MANY_WORDS', { count: terms.length, max: MAX_WORD_TERMS }));
  return { terms };
}
