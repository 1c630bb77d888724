import type { WordQuery } from '@wentu/domain';
import type { FoundHit } from './search-page';

/** The constant of reciprocal ranks, as for the other rankings. */
const RANK_CONSTANT = 60;
/** Images with the words have every so many places. */
const EVERY = 4;
/** … when it is not known whether the nearest images show the text. */
const EVERY_UNJUDGED = 2;
/**
 * Images with the words come first when the nearest image has less relevance than this. Two characters are in a picture
 * by chance more often than a longer text. Measured by tools/bench/word-ranking.mjs.
 */
const MEANT = { twoCharacters: 0.9, furtherCharacter: 0.1, most: 1.2 };

/**
 * Merges the nearest images and those with the words, which come in the order of their similarity. They come first when
 * the text is in quotation marks, or when no image probably shows it. Otherwise they have every fourth place, so that
 * what the text means stays where it is.
 * @param found nearest first
 * @returns each picture once, with scores by places
 */
export function fuseHits(query: WordQuery, found: readonly FoundHit[], worded: readonly FoundHit[]): FoundHit[] {
  const matchedOf = new Map(worded.map(({ image, matched }) => [image.id, matched]));
  const meant = found.map((hit) => ({ ...hit, matched: matchedIn(hit, matchedOf) }));
  // A picture of one list may be a duplicate in the other one.
  const shownAs = new Map(
    meant.flatMap((hit) => [hit, ...hit.duplicates].map(({ image }) => [image.id, hit] as const)),
  );
  const written = [...worded]
    .sort((a, b) => b.similarity - a.similarity || b.image.id - a.image.id)
    .map((hit) => shownAs.get(hit.image.id) ?? hit);
  const every = placesOfWords(query, found);
  const fused = new Map<number, FoundHit>();
  for (let [m, w] = [0, 0]; m < meant.length || w < written.length;) {
    const isTurn = (fused.size + 1) % every === 0;
    const hit = (isTurn ? written[w] : meant[m]) ?? written[w] ?? meant[m];
    if (hit === written[w]) w++;
    else m++;
    if (hit && !fused.has(hit.image.id))
      fused.set(hit.image.id, { ...hit, score: 1 / (RANK_CONSTANT + fused.size + 1) });
  }
  return [...fused.values()];
}

/** The words in the picture, or in the first duplicate that has them. */
function matchedIn(
  { image, duplicates }: FoundHit,
  matchedOf: ReadonlyMap<number, FoundHit['matched']>,
): FoundHit['matched'] {
  const ids = [image, ...duplicates.map((same) => same.image)].map(({ id }) => id);
  return matchedOf.get(ids.find((id) => matchedOf.has(id)) ?? -1) ?? null;
}

/** 1: all of them come first. */
function placesOfWords({ terms }: WordQuery, found: readonly FoundHit[]): number {
  if (terms.some(({ isExact }) => isExact)) return 1;
  const relevances = found.flatMap(({ relevance }) => relevance ?? []);
  if (relevances.length === 0) return EVERY_UNJUDGED;
  const characters = terms.reduce((sum, { folded }) => sum + [...folded].length, 0);
  const meant = MEANT.twoCharacters + MEANT.furtherCharacter * (characters - 2);
  return Math.max(...relevances) < Math.min(MEANT.most, meant) ? 1 : EVERY;
}
