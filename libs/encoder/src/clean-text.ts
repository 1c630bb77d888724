/** How a text is changed before it is split into tokens. */
export type Cleaning = 'none' | 'lower-case' | 'white-space' | 'canonical';

/** White space for Python's str.split: also the four information separators. */
const INFORMATION_SEPARATORS = '\x1c-\x1f';
const WHITE_SPACE = new RegExp(`[\\p{White_Space}${INFORMATION_SEPARATORS}]+`, 'gu');
/** Python's string.punctuation. */
const PUNCTUATION = /[!-/:-@[-`{-~]/g;

/**
 * `white-space` and `canonical` are the cleaning of open_clip: white space becomes one space; `canonical` also removes
 * punctuation and capitals. `lower-case` is the normaliser of transformers, which does not know the end of a word.
 */
export function cleanText(text: string, cleaning: Cleaning): string {
  if (cleaning === 'none') return text;
  if (cleaning === 'lower-case') return [...text].map((character) => character.toLowerCase()).join('');
  const spaced = text.replace(WHITE_SPACE, ' ').replace(/^ | $/g, '');
  return cleaning === 'canonical' ? spaced.replace(PUNCTUATION, '').toLowerCase() : spaced;
}
