/** What commander says by itself, in another language. */
export interface CommanderWords {
  /** By commander's own: `Options:`, `[options]`. */
  readonly titles: Readonly<Record<string, string>>;
  readonly help: string;
  /** What comes after an option's description. */
  readonly notes: (notes: readonly string[]) => string;
  readonly choices: (choices: readonly string[]) => string;
  readonly defaultValue: (value: string) => string;
  /** Commander's messages, and what takes their place as in `String.replace`. */
  readonly errors: readonly (readonly [RegExp, string])[];
}
