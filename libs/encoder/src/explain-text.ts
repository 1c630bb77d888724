import type { TextUnderstanding } from '@wentu/domain';
import { characterPlaces } from './character-places';

/** A word as the tokenizer reads it. */
export interface Word {
  /** The normalised text. */
  readonly text: string;
  readonly ids: readonly number[];
  /** The number of UTF-16 units of the text for each id. */
  readonly lengths: readonly number[];
  /** The share of the text whose ids the model does not know, in [0, 1]. */
  readonly unknownShare: number;
}

/** A word of the text and the words that the model reads instead: the same word, or those of its compatibility form. */
export interface Part {
  readonly source: Word;
  readonly words: readonly Word[];
}

/** The characters at which BERT splits words. */
const PUNCTUATION = /^[\p{P}$+<=>^`|~]+$/u;

/**
 * @param parts the words of the text, with at least one piece more than the limit if the text has that many
 * @param limit the number of pieces that fit the context
 * @param normalize the normalisation of the tokenizer, before it splits words
 */
export function explainParts(
  text: string,
  parts: readonly Part[],
  limit: number,
  normalize: (text: string) => string,
): TextUnderstanding {
  const { used, usedLength, isCut } = fit(parts, limit, normalize);
  const words = used.flatMap((part) => part.words);
  const hasWords = words.some((word) => !PUNCTUATION.test(word.text));
  const counts = (word: Word): boolean => !hasWords || !PUNCTUATION.test(word.text);
  const understood = words.some((word) => counts(word) && word.unknownShare === 0);
  const isUnknown = (word: Word): boolean => counts(word) && word.unknownShare > 0;
  if (!isCut && !words.some(isUnknown)) return { understood, unknownWords: [], usedText: text, ignoredText: '' };

  const normalizedLength = used.reduce((sum, part) => sum + part.source.text.length, 0);
  const { starts, ends } = characterPlaces(text, normalize, normalizedLength);
  const unknownWords = new Set<string>();
  let start = 0;
  for (const { source, words: read } of used) {
    const end = start + source.text.length;
    for (const word of read.filter(isUnknown))
      unknownWords.add(word === source ? withoutControls(text.slice(starts[start], ends[end - 1])) : word.text);
    start = end;
  }
  const cut = isCut ? (ends[usedLength - 1] ?? text.length) : text.length;
  return {
    understood,
    unknownWords: [...unknownWords],
    usedText: text.slice(0, cut),
    ignoredText: text.slice(cut).trimStart(),
  };
}

/** Returns the parts of which at least one piece fits, and how many UTF-16 units of their normalised text fit. */
function fit(
  parts: readonly Part[],
  limit: number,
  normalize: (text: string) => string,
): { readonly used: readonly Part[]; readonly usedLength: number; readonly isCut: boolean } {
  const used: Part[] = [];
  let usedLength = 0;
  let left = limit;
  for (const part of parts) {
    if (left === 0) return { used, usedLength, isCut: true };
    const lengths = part.words.flatMap((word) => word.lengths);
    used.push(part);
    if (lengths.length > left)
      return { used, usedLength: usedLength + beginning(part, lengths.slice(0, left), normalize), isCut: true };
    usedLength += part.source.text.length;
    left -= lengths.length;
  }
  return { used, usedLength, isCut: false };
}

/** How many UTF-16 units of the part's own text its first pieces, with these lengths, cover. */
function beginning({ source, words }: Part, lengths: readonly number[], normalize: (text: string) => string): number {
  const length = lengths.reduce((sum, each) => sum + each, 0);
  if (words[0] === source) return length;
  const read = (character: string): string => normalize(character.normalize('NFKC'));
  return characterPlaces(source.text, read, length).ends[length - 1] ?? source.text.length;
}

function withoutControls(text: string): string {
  return text.replace(/\p{Cc}/gu, '');
}
