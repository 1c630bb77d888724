/** The texts of commander in another language. */
export interface CommanderWords {
  /** Keyed by commander's own text: `Options:`, `[options]`. */
  readonly titles: Readonly<Record<string, string>>;
  readonly help: string;
  /** The text after the description of an option. */
  readonly notes: (notes: readonly string[]) => string;
  readonly choices: (choices: readonly string[]) => string;
  readonly defaultValue: (value: string) => string;
  /** Patterns of commander's messages and their replacements, as in `String.replace`. */
  readonly errors: readonly (readonly [RegExp, string])[];
}
