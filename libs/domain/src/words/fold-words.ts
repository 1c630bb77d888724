import { SIMPLIFIED_CHARACTERS } from './simplified-characters';

let simplified: ReadonlyMap<string, string> | undefined;
/** White space, line breaks, control characters and invisible format characters. */
const IGNORED = /[\s\p{Cc}\p{Cf}]+/gu;
const IDEOGRAPH = /\p{Script=Han}/gu;

/**
 * The form in which words are compared: NFKC, so that widths are equal, in lower case, with simplified characters. White
 * space remains.
 */
export function foldWords(text: string): string {
  // Greek has a second small sigma for the end of a word. Lower case may be decomposed.
  const lower = text.normalize('NFKC').toLowerCase().replaceAll('ς', 'σ').normalize('NFKC');
  simplified ??= readTable();
  const table = simplified;
  return lower.replace(IDEOGRAPH, (character) => table.get(character) ?? character);
}

/** The text without white space, line breaks and invisible characters. */
export function withoutSpaces(text: string): string {
  return text.replace(IGNORED, '');
}

function readTable(): ReadonlyMap<string, string> {
  const characters = [...SIMPLIFIED_CHARACTERS];
  const pairs = Array.from({ length: characters.length / 2 }, (_, i): [string, string] => [
    characters[2 * i] as string,
    characters[2 * i + 1] as string,
  ]);
  return new Map(pairs);
}
