import type { TextUnderstanding } from '@wentu/domain';

export interface TokenReader {
  /** The ids of a text without special tokens, also those that do not fit. */
  readonly read: (text: string) => readonly number[];
  /** Whether the model does not know what the id stands for. */
  readonly isUnknown: (id: number) => boolean;
  /** The number of tokens that fit the context. */
  readonly limit: number;
}

const WORD = /[\p{L}\p{N}]/u;

/**
 * What a model reads of a text, when its tokenizer does not say where in the text a token is. The used text is the
 * longest beginning whose tokens fit; characters are read one by one only when the text has an unknown token.
 */
export function explainCharacters(text: string, { read, isUnknown, limit }: TokenReader): TextUnderstanding {
  const isCut = read(text).length > limit;
  const usedText = isCut ? longestBeginning(text, (part) => read(part).length <= limit) : text;
  const ignoredText = text.slice(usedText.length).trimStart();
  // A language code before the text is no part of it.
  const empty = read('').length;
  const ids = read(usedText);
  if (!ids.some(isUnknown)) return { understood: ids.length > empty, unknownWords: [], usedText, ignoredText };

  const unknown = new Map<string, boolean>();
  const isUnknownCharacter = (character: string): boolean => {
    let found = unknown.get(character);
    if (found === undefined) unknown.set(character, (found = read(character).some(isUnknown)));
    return found;
  };
  const hasWords = WORD.test(usedText);
  const counts = (character: string): boolean => (hasWords ? WORD.test(character) : /\S/.test(character));
  const characters = [...usedText];
  const words = characters.filter(counts);
  return {
    understood: words.some((character) => !isUnknownCharacter(character)),
    unknownWords: [...new Set(runs(characters, (character) => counts(character) && isUnknownCharacter(character)))],
    usedText,
    ignoredText,
  };
}

/** Characters that follow one another and pass, together. */
function runs(characters: readonly string[], passes: (character: string) => boolean): string[] {
  const found: string[] = [];
  let run = '';
  for (const character of [...characters, '']) {
    if (character !== '' && passes(character)) run += character;
    else if (run !== '') {
      found.push(run);
      run = '';
    }
  }
  return found;
}

/** By bisection: a longer text hardly ever has fewer tokens. */
function longestBeginning(text: string, fits: (part: string) => boolean): string {
  const ends = [0];
  for (const character of text) ends.push((ends.at(-1) as number) + character.length);
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(text.slice(0, ends[middle]))) low = middle;
    else high = middle - 1;
  }
  return text.slice(0, ends[low]);
}
