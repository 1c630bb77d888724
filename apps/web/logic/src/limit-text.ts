export interface LimitedText {
  readonly text: string;
  /** The number of characters that were removed. */
  readonly left: number;
}

const SHOWN = 60;

/** Shortens a text that is repeated in a message to one line. */
export function shorten(text: string): string {
  const { text: beginning, left } = limitText(text, SHOWN);
  return left > 0 ? `${beginning}…` : text;
}

/** The beginning of a text with at most this many characters (code points, as the server counts them). */
export function limitText(text: string, max: number): LimitedText {
  if (text.length <= max) return { text, left: 0 };
  const characters = Array.from(text);
  return { text: characters.slice(0, max).join(''), left: Math.max(0, characters.length - max) };
}
