import { ItemError } from '@wentu/domain';

export interface FeatureLine {
  /** An integer's literal text (a double would lose digits above 2^53), or a string. */
  readonly imageId: string;
  /** The text of the `feature` array, brackets included. */
  readonly feature: string;
}

/**
 * Finds `image_id` and `feature` in a line `{"image_id": 7000000000123456789, "feature": [0.1, …]}`, in whatever order and among
 * other keys. @throws ItemError BAD_ROW, BAD_ID
 */
export function scanFeatureLine(text: string): FeatureLine {
  const scanner = new Scanner(text);
  let imageId: string | undefined;
  let feature: string | undefined;
  scanner.expect('{');
  if (!scanner.accept('}')) {
    do {
      const key = parseString(scanner.value());
      scanner.expect(':');
      const value = scanner.value();
      if (key === 'image_id') imageId = parseId(value);
      if (key === 'feature') feature = value;
    } while (scanner.accept(','));
    scanner.expect('}');
  }
  scanner.expectEnd();
  if (imageId === undefined) throw new ItemError('BAD_ROW', 'the line has no "image_id"');
  if (feature === undefined) throw new ItemError('BAD_ROW', `the line of image ${imageId} has no "feature"`);
  return { imageId, feature };
}

/** Off by more than a float32's rounding: features computed in half precision are. */
const NORM_TOLERANCE = 1e-5;

/**
 * The feature as float32, L2-normalised. cn_clip writes them normalised; a norm from 0.5 to 2 is taken for rounding and set right,
 * anything else for something that is no such feature. @throws ItemError BAD_ROW, BAD_FEATURE
 */
export function parseFeature({ imageId, feature }: FeatureLine): Float32Array {
  const what = `the feature of image ${imageId}`;
  let numbers: unknown;
  try {
    numbers = JSON.parse(feature);
  } catch (cause) {
    // Python's json writes these words.
    const word = /NaN|-?Infinity/.exec(feature)?.[0];
    if (word) throw new ItemError('BAD_FEATURE', `${what} holds ${word}`, { cause });
    throw new ItemError('BAD_ROW', `${what} is not JSON`, { cause });
  }
  if (!Array.isArray(numbers) || !numbers.every((value) => typeof value === 'number')) {
    throw new ItemError('BAD_FEATURE', `${what} is no list of numbers`);
  }
  const vector = Float32Array.from(numbers);
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  if (vector.length === 0) throw new ItemError('BAD_FEATURE', `${what} is empty`);
  if (!(norm >= 0.5 && norm <= 2)) {
    throw new ItemError('BAD_FEATURE', `${what} has length (L2 norm) ${norm}; an L2-normalised one has 1`);
  }
  return Math.abs(norm - 1) > NORM_TOLERANCE ? vector.map((value) => value / norm) : vector;
}

function parseId(literal: string): string {
  if (literal.startsWith('"')) return parseString(literal);
  if (/^-?(0|[1-9]\d*)$/.test(literal)) return literal;
  throw new ItemError('BAD_ID', `"image_id" is ${literal.slice(0, 40)}; it should be an integer or a string`);
}

function parseString(literal: string): string {
  try {
    return JSON.parse(literal) as string;
  } catch (cause) {
    throw new ItemError('BAD_ROW', 'the line is not JSON: it has a bad string', { cause });
  }
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
    return new ItemError(
      'BAD_ROW',
      `the line is not JSON: ${found} at position ${this.position + 1} where ${wanted} should be`,
    );
  }
}

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const WORD = /[^\s,:[\]{}"]+/y;
const UP_TO_BRACKET = /[^"[\]{}]*/y;
