import { InvalidInputError, MAX_COLLECTION_NAME_LENGTH, normalName, sentence } from '@wentu/domain';

/**
 * Emoji sequences contain joiners and variation selectors, and are visible. The pattern is a string, because the
 * compile target of TypeScript is older than its `v` flag.
 */
const EMOJI = new RegExp(String.raw`\p{RGI_Emoji}`, 'gv');
/** Joiners in words of scripts that need them, and variation selectors of ideographs. */
const NEEDED =
  /(?<=[\p{M}\p{Script=Arabic}])[\u200C\u200D](?=\p{L})|(?<=\p{Script=Han})[\uFE00-\uFE02\u{E0100}-\u{E01EF}]/gu;
/**
 * Control characters, line separators, and characters that are invisible or change the text direction: with them, two
 * different names would look the same.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** @returns the name in NFC @throws InvalidInputError */
export function checkCollectionName(name: string): string {
  const normal = normalName(name);
  const isBad =
    normal.trim() === '' ||
    normal !== normal.trim() ||
    Array.from(normal).length > MAX_COLLECTION_NAME_LENGTH ||
    INVISIBLE.test(normal.replace(EMOJI, '').replace(NEEDED, ''));
  if (!isBad) return normal;
  throw new InvalidInputError(
    sentence('COLLECTION_NAME_INVALID', { name: visible(name), maxLength: MAX_COLLECTION_NAME_LENGTH }),
  );
}

/** Shows invisible characters as their codes, for messages. */
function visible(name: string): string {
  const shown = JSON.stringify(Array.from(name).slice(0, 200).join(''));
  return shown.replace(
    new RegExp(INVISIBLE.source, 'gu'),
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
