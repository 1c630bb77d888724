import type { LocalRange, LocalTime } from './calendar';

/** The named groups of a pattern that matched. */
export type Groups = Readonly<Partial<Record<string, string>>>;

/** One way to say a date. */
export interface DateRule {
  /** With the flag `g`. */
  readonly pattern: RegExp;
  /** @returns null for a date that does not exist or is not certain */
  readonly read: (groups: Groups, now: LocalTime) => LocalRange | null;
}

/** What a language says about the text around a date. */
export interface DateGrammar {
  readonly rules: readonly DateRule[];
  /** Whether the words before and after let the piece be a date and nothing else. */
  readonly isDate: (before: string, words: string, after: string) => boolean;
  /** The rest of the text without words that only connected the date. */
  readonly join: (before: string, after: string) => string;
}

/** The value of a table by an own key. */
export function lookUp<T>(table: Readonly<Record<string, T>>, key: string | undefined): T | null {
  return key !== undefined && Object.hasOwn(table, key) ? (table[key] ?? null) : null;
}

/** The longest names first, so that a name wins over its beginning. */
export function alternatives(names: readonly string[]): string {
  return [...names].sort((a, b) => b.length - a.length).join('|');
}
