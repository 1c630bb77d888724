import { ItemError } from '@wentu/domain';
import { BadLineError, parseIdLiteral, scanObject } from './json-line';
import { parseNumberList } from './number-list';

export type IdKey = 'image_id' | 'text_id';

export interface ParsedFeature {
  /** The id as text. */
  readonly id: string;
  /** The id as a JSON literal: `7`, or `"7"` with its quotes. */
  readonly literal: string;
  readonly feature: Float64Array;
}

/**
 * Parses a line `{"image_id": …, "feature": [ … ]}` with keys in any order; other keys are ignored. The id keeps every
 * digit: JSON.parse would make it a double and corrupt ids above 2^53. Python writes NaN and Infinity, which JSON does
 * not have; they become NaN, and the caller refuses them.
 * @throws ItemError BAD_ROW, BAD_ID
 */
export function parseFeatureLine(line: Buffer, idKey: IdKey = 'image_id'): ParsedFeature {
  return (
    parseUsual(line, idKey) ??
    asRow(idKey, () => {
      const values = scanObject(line.toString('utf8'), [idKey, 'feature']);
      const feature = values.get('feature');
      if (feature === undefined) throw new BadLineError('it has no feature');
      return { ...readId(values.get(idKey), idKey), feature: parseNumbers(feature) };
    })
  );
}

/**
 * Parses only the id of a line. When the line starts as usual, the rest is not checked. @throws ItemError BAD_ROW,
 * BAD_ID
 */
export function parseFeatureId(line: Buffer): string {
  const literal = usualHead(line, 'image_id')?.literal;
  return asRow('image_id', () => {
    const id = literal ?? scanObject(line.toString('utf8'), ['image_id']).get('image_id');
    return readId(id, 'image_id').id;
  });
}

/** Parses a line in the format of Python's json.dumps with plain numbers; null for any other line. */
function parseUsual(line: Buffer, idKey: IdKey): ParsedFeature | null {
  const head = usualHead(line, idKey);
  const list = head && parseNumberList(line, head.end);
  if (!list || !/^\s*\}\s*$/.test(line.toString('latin1', list.end, list.end + 16)) || line.length > list.end + 16)
    return null;
  return { ...readId(head.literal, idKey), feature: list.numbers };
}

/** @returns the id as a JSON literal, and the position of the first number */
function usualHead(line: Buffer, idKey: IdKey): { literal: string; end: number } | null {
  const match = USUAL_HEAD.exec(line.toString('latin1', 0, LONGEST_HEAD));
  const [head, key, literal] = match ?? [];
  return head !== undefined && literal !== undefined && key === idKey ? { literal, end: head.length } : null;
}

const LONGEST_HEAD = 256;
/** Matches ids that need no unescaping and are ASCII. */
const USUAL_HEAD = /^\{\s*"(image_id|text_id)"\s*:\s*(-?\d+|"[ !#-[\]-~]*")\s*,\s*"feature"\s*:\s*\[/;

function readId(literal: string | undefined, idKey: IdKey): { id: string; literal: string } {
  if (literal === undefined) throw new BadLineError(`it has no ${idKey}`);
  const id = parseIdLiteral(literal);
  if (id !== undefined) return { id, literal };
  throw new ItemError('BAD_ID', `${idKey} is ${literal.slice(0, 40)}; it should be a whole number or a string`);
}

/** Converts a BadLineError. @throws ItemError BAD_ROW */
function asRow<T>(idKey: IdKey, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof BadLineError)) throw error;
    const message = `the line is not a feature: ${error.message}; it should be {"${idKey}": …, "feature": [ … ]}`;
    throw new ItemError('BAD_ROW', message, { cause: error });
  }
}

function parseNumbers(text: string): Float64Array {
  const values = parseList(text);
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < numbers.length; i++) {
    const value = values[i];
    if (typeof value !== 'number' && value !== null) throw new BadLineError(`feature[${i}] is not a number`);
    numbers[i] = value ?? Number.NaN;
  }
  return numbers;
}

function parseList(text: string): unknown[] {
  let values: unknown;
  try {
    values = JSON.parse(text.replace(/NaN|-?Infinity/g, 'null'));
  } catch (error) {
    throw new BadLineError((error as Error).message.slice(0, 120));
  }
  if (!Array.isArray(values)) throw new BadLineError('its feature is not a list');
  return values as unknown[];
}
