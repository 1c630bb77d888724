/** How much a hit is like the text of a search, in words: keys of the dictionary. */
export type Likeness = 'likeVery' | 'likeYes' | 'likeSome' | 'likeHardly' | 'likeWords';

/** From this relevance on a picture is very much like the text. See docs/page.md for the measurement. */
const VERY = 1.4;
/** From here on it probably shows the text. */
const YES = 1;
/** Below this a picture has no more to do with the text than most of the collection. */
const SOME = 0.75;

/**
 * @param relevance 0 is the mean of the text over the collection, 1 the line from which a picture shows the text
 * @returns null when nothing can be said: the search is for no text, or the model is not measured yet
 */
export function likenessOf({
  relevance,
  matched,
}: {
  readonly relevance: number | null;
  readonly matched: object | null;
}): Likeness | null {
  if (matched) return 'likeWords';
  if (relevance === null) return null;
  if (relevance >= YES) return relevance >= VERY ? 'likeVery' : 'likeYes';
  return relevance >= SOME ? 'likeSome' : 'likeHardly';
}
