export interface LimitedText {
  readonly text: string;
  /** How many characters were left out. */
  readonly left: number;
}

const SHOWN = 60;

/** A text that is told again, in a line and not in a page of it. */
export function shorten(text: string): string {
  const { text: beginning, left } = limitText(text, SHOWN);
  return left > 0 ? `${beginning}…` : text;
}

/** The beginning of a text, at most so many characters (code points, as the server counts them). */
export function limitText(text: string, max: number): LimitedText {
  if (text.length <= max) return { text, left: 0 };
  const characters = Array.from(text);
  return { text: characters.slice(0, max).join(''), left: Math.max(0, characters.length - max) };
}
