import { SIMPLIFIED_CHARACTERS } from './simplified-characters';

/** Simplified characters by the code point of the traditional one. */
let simplified: ReadonlyMap<number, string> | undefined;
/** 1 for a code unit that a traditional character begins with. Most texts have none, and are returned as they are. */
const begins = new Uint8Array(2 ** 16);

/** White space, line breaks, control characters and invisible format characters. */
const IGNORED = /[\s\p{Cc}\p{Cf}]+/gu;

/**
 * The form in which words are compared: NFKC, so that widths are equal, in lower case, with simplified characters.
 * White space remains.
 */
export function foldWords(text: string): string {
  // Greek has a second small sigma for the end of a word. Lower case may be decomposed.
  const lower = text.normalize('NFKC').toLowerCase().replaceAll('ς', 'σ').normalize('NFKC');
  return toSimplified(lower);
}

/** The text without white space, line breaks and invisible characters. */
export function withoutSpaces(text: string): string {
  return text.replace(IGNORED, '');
}

function toSimplified(text: string): string {
  simplified ??= readTable();
  let done = 0;
  let result = '';
  for (let at = 0; at < text.length; at++) {
    if (begins[text.charCodeAt(at)] === 0) continue;
    const code = text.codePointAt(at) ?? 0;
    const to = simplified.get(code);
    if (to === undefined) continue;
    result += text.slice(done, at) + to;
    if (code > 0xffff) at++;
    done = at + 1;
  }
  return done === 0 ? text : result + text.slice(done);
}

function readTable(): ReadonlyMap<number, string> {
  const characters = [...SIMPLIFIED_CHARACTERS];
  const pairs = new Map<number, string>();
  for (let at = 0; at < characters.length; at += 2) {
    const [from = '', to = ''] = characters.slice(at, at + 2);
    pairs.set(from.codePointAt(0) ?? 0, to);
    begins[from.charCodeAt(0)] = 1;
  }
  return pairs;
}
