import { ItemError } from '@wentu/domain';

/**
 * A line `{"image_id": …, "feature": [ … ]}`, or with `text_id`: keys in any order, others passed over. The id comes as it is written: JSON.parse
 * would make a double of it, which corrupts ids above 2^53. Python writes NaN and Infinity, which JSON has not; they come
 * through as NaN for the caller to refuse.
 * @throws ItemError BAD_ROW, BAD_ID
 */
export function parseFeatureLine(
  line: string,
  idKey: 'image_id' | 'text_id' = 'image_id',
): { id: string; feature: Float64Array } {
  const scanner = new Scanner(line);
  let id: string | undefined;
  let feature: string | undefined;
  scanner.expect('{');
  if (!scanner.accept('}')) {
    do {
      const key = parseString(scanner.value());
      scanner.expect(':');
      const value = scanner.value();
      if (key === idKey) id = parseId(value);
      if (key === 'feature') feature = value;
    } while (scanner.accept(','));
    scanner.expect('}');
  }
  scanner.expectEnd();
  if (id === undefined) throw bad(`it has no ${idKey}`);
  if (feature === undefined) throw bad('it has no feature');
  return { id, feature: parseNumbers(feature) };
}

function parseNumbers(text: string): Float64Array {
  let values: unknown;
  try {
    values = JSON.parse(text.replace(/NaN|-?Infinity/g, 'null'));
  } catch (error) {
    throw bad((error as Error).message.slice(0, 120));
  }
  if (!Array.isArray(values)) throw bad('its feature is no list');
  return Float64Array.from(values as unknown[], (value, i) => {
    if (typeof value !== 'number' && value !== null) throw bad(`feature[${i}] is no number`);
    return value ?? Number.NaN;
  });
}

function parseId(literal: string): string {
  if (literal.startsWith('"')) return parseString(literal);
  if (/^-?(0|[1-9]\d*)$/.test(literal)) return literal;
  throw new ItemError('BAD_ID', `the id is ${literal.slice(0, 40)}; it should be a whole number or a string`);
}

function parseString(literal: string): string {
  try {
    const value: unknown = JSON.parse(literal);
    if (typeof value === 'string') return value;
  } catch {
    // Said below.
  }
  throw bad(`${literal.slice(0, 40)} is no JSON string`);
}

function bad(why: string): ItemError {
  return new ItemError(
    'BAD_ROW',
    `the line is no feature: ${why}; it should be {"image_id" or "text_id": …, "feature": [ … ]}`,
  );
}

/** Walks over the tokens of one line of JSON. */
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

  /** The text of the value that comes next. */
  value(): string {
    this.skipSpace();
    const start = this.position;
    const first = this.text[start];
    if (first === '{' || first === '[') this.skipNested();
    else this.skip(first === '"' ? STRING : WORD);
    return this.text.slice(start, this.position);
  }

  /** Up to the bracket that closes the one here. */
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

  private broken(wanted: string): ItemError {
    const found = this.position < this.text.length ? `'${this.text[this.position]}'` : 'the end';
    return bad(`${found} at position ${this.position + 1} where ${wanted} should be`);
  }
}

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const WORD = /[^\s,:[\]{}"]+/y;
const UP_TO_BRACKET = /[^"[\]{}]*/y;
