import type { TextUnderstanding } from '@wentu/domain';
import { characterPlaces } from './character-places';

/** A word as the tokenizer reads it. */
export interface Word {
  /** Normalised. */
  readonly text: string;
  readonly ids: readonly number[];
  /** UTF-16 units of the text that each id stands for. */
  readonly lengths: readonly number[];
  /** The share of the text whose ids are unknown to the model, in [0, 1]. */
  readonly unknownShare: number;
}

/** A word of the text, and the words that are read in its place: itself, or those of its compatibility form. */
export interface Part {
  readonly source: Word;
  readonly words: readonly Word[];
}

/** The characters that BERT splits words at. */
const PUNCTUATION = /^[\p{P}$+<=>^`|~]+$/u;

/**
 * @param parts the words of the text, with at least one piece more than the limit where there are as many
 * @param limit pieces that fit the context
 * @param normalize what the tokenizer makes of a character before it splits words
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

/** The parts of which at least one piece fits, and how many UTF-16 units of their normalised text do. */
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

/** How many units of a part's own text its first pieces, of these lengths, stand for. */
function beginning({ source, words }: Part, lengths: readonly number[], normalize: (text: string) => string): number {
  const length = lengths.reduce((sum, each) => sum + each, 0);
  if (words[0] === source) return length;
  const read = (character: string): string => normalize(character.normalize('NFKC'));
  return characterPlaces(source.text, read, length).ends[length - 1] ?? source.text.length;
}

function withoutControls(text: string): string {
  return text.replace(/\p{Cc}/gu, '');
}
