import { localTime, yearOf, type LocalRange, type LocalTime } from './calendar';
import { CHINESE } from './chinese-dates';
import type { DateGrammar, Groups } from './date-rule';
import { ENGLISH } from './english-dates';

export type { LocalTime };

/** A text in which a date was understood. */
export interface DatedText {
  /** The text without the date; empty when the text is only a date. */
  readonly text: string;
  /** The piece of the text that is the date. */
  readonly words: string;
  /** The first time. Null: any time before. Local times are the milliseconds that they have in UTC. */
  readonly takenAfter: LocalTime | null;
  /** The first time that is too late. Null: any time after. */
  readonly takenBefore: LocalTime | null;
}

/** Longer texts are descriptions, and are not read. */
const LONGEST_TEXT = 200;
/** The first photograph is from 1826. */
const FIRST_YEAR = 1826;

/**
 * Finds the date in a text for a search, such as 去年夏天 or "in March 2021".
 * @param timeZone an IANA name, such as Asia/Shanghai. Only "today" depends on it @throws RangeError for an unknown one
 * @returns null when the text has no date, more than one, one in the future, or words that are not certainly a date
 */
export function understandDates(
  text: string,
  { now, timeZone }: { readonly now: Date; readonly timeZone: string },
): DatedText | null {
  if (text.length > LONGEST_TEXT) return null;
  const plain = plainOf(text);
  const found = findDates(plain);
  const [first] = found;
  if (!first || found.length > 1) return null;
  const local = localTime(now, timeZone);
  const range = read(first, local);
  const [before, after] = [plain.slice(0, first.start), plain.slice(first.end)];
  const words = text.slice(first.start, first.end);
  if (!range || !first.grammar.isDate(before, plain.slice(first.start, first.end), after)) return null;
  const rest = first.grammar.join(text.slice(0, first.start), text.slice(first.end));
  return { text: rest, words, takenAfter: range.from, takenBefore: range.before };
}

interface Found {
  readonly start: number;
  readonly end: number;
  readonly groups: Groups;
  readonly rule: DateGrammar['rules'][number];
  readonly grammar: DateGrammar;
}

/** Everything in a text that may be a date, without overlaps: of two, the earlier one, then the longer one. */
function findDates(text: string): Found[] {
  const all = [CHINESE, ENGLISH].flatMap((grammar) =>
    grammar.rules.flatMap((rule) =>
      [...text.matchAll(rule.pattern)].map(({ index, 0: { length }, groups = {} }): Found => {
        return { start: index, end: index + length, groups, rule, grammar };
      }),
    ),
  );
  const ordered = all.sort((a, b) => a.start - b.start || b.end - a.end);
  const found: Found[] = [];
  for (const one of ordered) if (one.start >= (found.at(-1)?.end ?? 0)) found.push(one);
  return found;
}

/** The range when all of it is certain: it has begun, and there were photographs. */
function read({ rule, groups }: Found, now: LocalTime): LocalRange | null {
  const range = rule.read(groups, now);
  if (!range) return null;
  if ((range.from ?? -Infinity) > now) return null;
  const ends = [range.from, range.before].filter((end) => end !== null);
  return ends.every((end) => yearOf(end) >= FIRST_YEAR) ? range : null;
}

/** The text in small letters and with ASCII digits. Every character keeps its place. */
function plainOf(text: string): string {
  return text
    .replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replace(/’/g, "'");
}
