/** The reason why a line is not the expected JSON. */
export class BadLineError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'BadLineError';
  }
}

/**
 * The values of some keys in a line `{"key": value, … }` as JSON literals. The last of two equal keys counts, as in
 * JSON.parse. JSON.parse itself would make doubles of ids above 2^53.
 * @throws BadLineError
 */
export function scanObject(line: string, keys: readonly string[]): Map<string, string> {
  const scanner = new Scanner(line);
  const found = new Map<string, string>();
  scanner.expect('{');
  if (!scanner.accept('}')) {
    do {
      const key = parseJsonString(scanner.value());
      scanner.expect(':');
      const value = scanner.value();
      if (keys.includes(key)) found.set(key, value);
    } while (scanner.accept(','));
    scanner.expect('}');
  }
  scanner.expectEnd();
  return found;
}

/** The values of a list as JSON literals. @throws BadLineError */
export function scanList(literal: string): string[] {
  const scanner = new Scanner(literal);
  const values: string[] = [];
  scanner.expect('[');
  if (!scanner.accept(']')) {
    do values.push(scanner.value());
    while (scanner.accept(','));
    scanner.expect(']');
  }
  scanner.expectEnd();
  return values;
}

/** @throws BadLineError */
export function parseJsonString(literal: string): string {
  try {
    const value: unknown = JSON.parse(literal);
    if (typeof value === 'string') return value;
  } catch {
    // The error is thrown below.
  }
  throw new BadLineError(`${literal.slice(0, 40)} is not a JSON string`);
}

/**
 * The text of an id that is a whole number or a string.
 * @returns undefined for other values
 * @throws BadLineError
 */
export function parseIdLiteral(literal: string): string | undefined {
  if (literal.startsWith('"')) return parseJsonString(literal);
  return /^-?(0|[1-9]\d*)$/.test(literal) ? literal : undefined;
}

/** Reads the tokens of one line of JSON. */
class Scanner {
  private position = 0;

  constructor(private readonly text: string) {}

  accept(char: string): boolean {
    this.skipSpace();
    if (this.text[this.position] !== char) return false;
    this.position++;
    return true;
  }

  expect(char: string): void {
    if (!this.accept(char)) throw this.broken(`'${char}'`);
  }

  expectEnd(): void {
    this.skipSpace();
    if (this.position < this.text.length) throw this.broken('its end');
  }

  /** The literal of the next value. */
  value(): string {
    this.skipSpace();
    const start = this.position;
    const first = this.text[start];
    if (first === '{' || first === '[') this.skipNested();
    else this.skip(first === '"' ? STRING : WORD);
    return this.text.slice(start, this.position);
  }

  /** Skips to the bracket that closes the one at the position. */
  private skipNested(): void {
    let depth = 0;
    do {
      this.skip(UP_TO_BRACKET);
      const char = this.text[this.position];
      if (char === '"') this.skip(STRING);
      else if (char === undefined) throw this.broken('a closing bracket');
      else {
        depth += char === '[' || char === '{' ? 1 : -1;
        this.position++;
      }
    } while (depth > 0);
  }

  private skip(pattern: RegExp): void {
    pattern.lastIndex = this.position;
    if (!pattern.test(this.text)) throw this.broken('a value');
    this.position = pattern.lastIndex;
  }

  private skipSpace(): void {
    this.skip(SPACE);
  }

  private broken(wanted: string): BadLineError {
    const found = this.position < this.text.length ? `'${this.text[this.position]}'` : 'the end';
    return new BadLineError(`${found} at position ${this.position + 1} where ${wanted} should be`);
  }
}

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const WORD = /[^\s,:[\]{}"]+/y;
const UP_TO_BRACKET = /[^"[\]{}]*/y;
