/** Maps the UTF-16 units of a normalised text to ranges of the original text. */
export interface CharacterPlaces {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/**
 * Maps a text through a normalisation that works on single characters. White space has no range. A combining mark
 * belongs to the character before it.
 *
 * @param count how many units of the normalised text are needed
 */
export function characterPlaces(
  text: string,
  normalize: (character: string) => string,
  count: number,
): CharacterPlaces {
  const [starts, ends]: [number[], number[]] = [[], []];
  let at = 0;
  for (const character of text) {
    const next = at + character.length;
    const { length } = normalize(character).replace(/\s/g, '');
    const last = ends.length - 1;
    if (length === 0 && ends[last] === at && /\p{M}/u.test(character)) ends[last] = next;
    else if (starts.length >= count) break;
    for (let i = 0; i < length; i++) {
      starts.push(at);
      ends.push(next);
    }
    at = next;
  }
  return { starts, ends };
}
