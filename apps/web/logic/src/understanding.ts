import { fill, type Dictionary } from './dictionary';

/** The type of the API. */
export interface Understanding {
  readonly understood: boolean;
  readonly unknownWords: readonly string[];
  readonly cut: boolean;
  readonly usedText: string;
  readonly ignoredText: string;
}

export interface Note {
  readonly title: string;
  readonly text: string;
}

const LONGEST_WORD = 30;
const LONGEST_REST = 60;
/** The limit of listed words; a note is too small for fifty. */
const MOST_WORDS = 10;

/** The note above the results when the model did not use the whole text. */
export function understandingNotes(
  { unknownWords, cut, usedText, ignoredText }: Understanding,
  t: Dictionary,
  count: (value: number) => string,
): Note[] {
  const notes: Note[] = [];
  if (unknownWords.length > 0) {
    const listed = unknownWords.slice(0, MOST_WORDS).map((word) => shorten(word, LONGEST_WORD));
    const words = [...listed, ...(unknownWords.length > MOST_WORDS ? ['…'] : [])].join(t.listComma);
    notes.push({ title: fill(t.unknownWordsTitle, { words }), text: t.unknownWordsText });
  }
  if (cut) {
    notes.push({
      title: fill(t.cutTitle, { count: count([...usedText].length) }),
      text: fill(t.cutText, { rest: shorten(ignoredText, LONGEST_REST) }),
    });
  }
  return notes;
}

/** @param length in code points, so that no character is cut in two */
export function shorten(text: string, length: number): string {
  const characters = [...text];
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text;
}
