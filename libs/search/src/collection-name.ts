import { InvalidInputError, MAX_COLLECTION_NAME_LENGTH, normalName } from '@wentu/domain';

/** Emoji sequences hold joiners and selectors, and are seen. `v` flag: TypeScript's target is older than it. */
const EMOJI = new RegExp(String.raw`\p{RGI_Emoji}`, 'gv');
/** Joiners within words of scripts that need them, and variants of ideographs. */
const NEEDED =
  /(?<=[\p{M}\p{Script=Arabic}])[\u200C\u200D](?=\p{L})|(?<=\p{Script=Han})[\uFE00-\uFE02\u{E0100}-\u{E01EF}]/gu;
/**
 * Control characters, line separators, and all that is not seen or turns the direction of what follows: two names would
 * look the same.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** @returns the name in NFC @throws InvalidInputError */
export function checkCollectionName(name: string): string {
  const normal = normalName(name);
  const isBad =
    normal.trim() === '' ||
    normal !== normal.trim() ||
    Array.from(normal).length > MAX_COLLECTION_NAME_LENGTH ||
    UNSEEN.test(normal.replace(EMOJI, '').replace(NEEDED, ''));
  if (!isBad) return normal;
  throw new InvalidInputError(
    `${visible(name)} is no collection name; give 1 to ${MAX_COLLECTION_NAME_LENGTH} characters ` +
      'without control characters, characters that are not seen, or spaces around them',
  );
}

/** For messages: what is not seen is written as its code. */
function visible(name: string): string {
  const shown = JSON.stringify(Array.from(name).slice(0, 200).join(''));
  return shown.replace(
    new RegExp(UNSEEN.source, 'gu'),
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
