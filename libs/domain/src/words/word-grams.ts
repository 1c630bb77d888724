import type { WordLine } from '../words';
import { foldedText } from './match-words';
import type { WordQuery, WordTerm } from './word-query';

/** Code points are below this number. */
const FACTOR = 2 ** 21;
/** Largest number of grams that a query is looked up with. `matchWords` decides about the rest. */
const MAX_QUERY_GRAMS = 32;

/**
 * What a picture is found by: each pair of neighbouring characters of its text, and each character that stands alone.
 * A gram is a safe integer: `first * 2^21 + second`, or the code point of a character that stands alone.
 */
export function gramsOfLines(lines: readonly Pick<WordLine, 'text'>[]): Set<number> {
  const { text, alone } = foldedText(lines);
  const grams = new Set(pairsOf(text));
  for (const character of alone) grams.add(codePoint(character));
  return grams;
}

/** Grams that every picture with these words has. At least one. */
export function gramsOfQuery({ terms }: WordQuery): number[] {
  const grams = terms.map(gramsOfTerm);
  // One gram of each term in turn, so that a long term leaves a place for all others.
  const found = new Set<number>();
  const longest = Math.max(...grams.map(({ length }) => length));
  for (let at = 0; at < longest; at++)
    for (const ofTerm of grams) {
      const gram = ofTerm[at];
      if (gram !== undefined && found.size < MAX_QUERY_GRAMS) found.add(gram);
    }
  return [...found];
}

function gramsOfTerm({ folded }: WordTerm): number[] {
  const pairs = pairsOf(folded);
  return pairs.length === 0 ? [codePoint(folded)] : pairs;
}

function pairsOf(text: string): number[] {
  const pairs: number[] = [];
  let before = -1;
  for (const character of text) {
    const code = codePoint(character);
    if (before !== -1) pairs.push(before * FACTOR + code);
    before = code;
  }
  return pairs;
}

function codePoint(character: string): number {
  return character.codePointAt(0) as number;
}
