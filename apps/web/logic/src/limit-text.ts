export interface LimitedText {
  readonly text: string;
  /** How many characters were left out. */
  readonly left: number;
}

/** The beginning of a text, at most so many characters (code points, as the server counts them). */
export function limitText(text: string, max: number): LimitedText {
  if (text.length <= max) return { text, left: 0 };
  const characters = Array.from(text);
  return { text: characters.slice(0, max).join(''), left: Math.max(0, characters.length - max) };
}
