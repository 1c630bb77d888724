import type { WordLine } from '../words';
import { foldWords, withoutSpaces } from './fold-words';
import type { WordQuery } from './word-query';

/** Where the words of a query are in a picture. */
export interface WordMatch {
  /** The words of the query as they were written, without white space. */
  readonly words: readonly string[];
  /** Places in the list of lines, ascending: the lines that have a part of a word. Not empty. */
  readonly lines: readonly number[];
}

/**
 * Everything that separates a character that stands alone: white space, punctuation, symbols and control characters.
 */
const SEPARATORS = /[\s\p{P}\p{S}\p{C}]+/u;

/** The texts of lines as one text without white space. */
interface Joined {
  readonly text: string;
  /** Where each line begins in the text. */
  readonly starts: readonly number[];
  /** By line: the characters that stand alone in it. */
  readonly alone: () => readonly ReadonlySet<string>[];
}

/** The text in the form of `foldWords`, and the characters in it that stand alone. */
export function foldedText(lines: readonly Pick<WordLine, 'text'>[]): { text: string; alone: ReadonlySet<string> } {
  const { text, alone } = joined(lines.map((line) => foldWords(line.text)));
  return { text, alone: new Set(alone().flatMap((characters) => [...characters])) };
}

/**
 * Whether the lines of a picture have all words of a query, and where. This is the one meaning of a search for words;
 * stores find exactly these pictures.
 *
 * - A word of two or more characters (code points in the form of `foldWords`) is any part of the text: all lines in
 *   their order, without white space. So it may go over the end of a line.
 * - A word of one character has to stand alone: between white space, punctuation, symbols and the ends of a line, or as
 *   the only character of a line.
 * - Case, width, and simplified or traditional do not matter. A word in quotation marks is also looked for as it was
 *   written; of it, only white space does not matter.
 * @returns null when a word is missing
 */
export function matchWords({ terms }: WordQuery, lines: readonly Pick<WordLine, 'text'>[]): WordMatch | null {
  const exact = joined(lines.map(({ text }) => text.normalize('NFC')));
  // The exact form takes less time, and most candidates of an exact word lack it.
  if (terms.some(({ text, isExact }) => isExact && linesWith(text, exact).length === 0)) return null;
  const folded = joined(lines.map(({ text }) => foldWords(text)));
  const found = new Set<number>();
  for (const { text, folded: word, isExact } of terms) {
    const places = linesWith(word, folded);
    if (places.length === 0) return null;
    for (const line of isExact ? linesWith(text, exact) : places) found.add(line);
  }
  return { words: terms.map(({ text }) => text), lines: [...found].sort((a, b) => a - b) };
}

/**
 * Whether the lines have the exact words of a query as they were written. With the folded words of the query, that is
 * what `matchWords` says.
 */
export function hasExactWords({ terms }: WordQuery, lines: readonly Pick<WordLine, 'text'>[]): boolean {
  const exact = joined(lines.map(({ text }) => text.normalize('NFC')));
  return terms.every(({ text, isExact }) => !isExact || linesWith(text, exact).length > 0);
}

/** The lines that have a part of the word. */
function linesWith(word: string, { text, starts, alone }: Joined): number[] {
  if ([...word].length < 2) return alone().flatMap((characters, line) => (characters.has(word) ? [line] : []));
  const found: number[] = [];
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    for (const [line, start] of starts.entries()) {
      const end = starts[line + 1] ?? text.length;
      if (start < at + word.length && at < end && !found.includes(line)) found.push(line);
    }
  }
  return found;
}

function joined(texts: readonly string[]): Joined {
  const starts: number[] = [];
  let text = '';
  for (const each of texts) {
    starts.push(text.length);
    text += withoutSpaces(each);
  }
  return { text, starts, alone: () => texts.map(standingAlone) };
}

function standingAlone(text: string): ReadonlySet<string> {
  const pieces = [...text.split(SEPARATORS), withoutSpaces(text)];
  return new Set(pieces.filter((piece) => [...piece].length === 1));
}
