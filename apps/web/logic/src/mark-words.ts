/** A text in three parts; the middle one is to be marked, and may be empty. */
export interface Marked {
  readonly before: string;
  readonly match: string;
  readonly after: string;
}

/** Characters that are kept before a match when a line is cut. */
const KEPT_BEFORE = 2;

/**
 * Finds the first of the words in a line that was read in a picture. White space, case and width do not matter. A word
 * that is written in other (simplified or traditional) characters, or that goes over the end of the line, is not
 * marked.
 */
export function markWords(line: string, words: readonly string[]): Marked {
  const folded: string[] = [];
  /** By character of the folded text: the place in the line. */
  const places: number[] = [];
  let at = 0;
  for (const character of line) {
    for (const part of fold(character)) {
      folded.push(part);
      places.push(at);
    }
    at += character.length;
  }
  places.push(line.length);
  for (const word of words) {
    const wanted = [...fold(word)];
    const found = wanted.length === 0 ? -1 : indexOf(folded, wanted);
    const [start, end] = [places[found], endOf(line, places[found + wanted.length - 1])];
    if (found >= 0 && start !== undefined && end !== undefined)
      return { before: line.slice(0, start), match: line.slice(start, end), after: line.slice(end) };
  }
  return { before: '', match: '', after: line };
}

/** The line with its beginning cut, so that the match is seen in a narrow place. */
export function cutBefore({ before, match, after }: Marked): Marked {
  const characters = [...before];
  const isShort = characters.length <= KEPT_BEFORE + 1;
  return { before: isShort ? before : `…${characters.slice(-KEPT_BEFORE).join('')}`, match, after };
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s/g, '');
}

function endOf(line: string, start: number | undefined): number | undefined {
  return start === undefined ? undefined : start + String.fromCodePoint(line.codePointAt(start) ?? 0).length;
}

function indexOf(list: readonly string[], part: readonly string[]): number {
  return list.findIndex((_, at) => part.every((character, i) => list[at + i] === character));
}
