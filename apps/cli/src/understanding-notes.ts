import type { TextUnderstanding } from '@wentu/domain';
import type { Words } from './words/english';

const LONGEST = 60;

/** Lines for stderr about the parts of a text that the model did not use; empty when it used the whole text. */
export function understandingNotes(
  { understood, unknownWords, usedText, ignoredText }: TextUnderstanding,
  text: string,
  words: Words['understanding'],
): string[] {
  const notes: string[] = [];
  if (!understood) notes.push(words.nothing(shorten(text)));
  else if (unknownWords.length > 0) notes.push(words.unknown(unknownWords.map(shorten).join(words.comma)));
  if (ignoredText !== '') notes.push(words.cut(Array.from(usedText).length, shorten(ignoredText)));
  return notes;
}

/** One line, cut by code points. */
function shorten(text: string): string {
  const characters = Array.from(text.replace(/[\p{Cc}\s]+/gu, ' ').trim());
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : characters.join('');
}
