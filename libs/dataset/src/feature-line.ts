import { ItemError } from '@wentu/domain';
import { BadLineError, parseIdLiteral, scanObject } from './json-line';
import { parseNumberList } from './number-list';

export type IdKey = 'image_id' | 'text_id';

export interface ParsedFeature {
  /** The id's characters. */
  readonly id: string;
  /** The id as it is written: `7`, or `"7"` with its quotes. */
  readonly literal: string;
  readonly feature: Float64Array;
}

/**
 * A line `{"image_id": …, "feature": [ … ]}`, keys in any order, others passed over. The id comes as it is written: JSON.parse
 * would make a double of it, which corrupts ids above 2^53. Python writes NaN and Infinity, which JSON has not; they come
 * through as NaN for the caller to refuse.
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

/** The id of such a line alone. What stands behind the beginning of a usual feature is not looked at. @throws ItemError BAD_ROW, BAD_ID */
export function parseFeatureId(line: Buffer): string {
  const literal = usualHead(line, 'image_id')?.literal;
  return asRow('image_id', () => {
    const id = literal ?? scanObject(line.toString('utf8'), ['image_id']).get('image_id');
    return readId(id, 'image_id').id;
  });
}

/** A line as Python's json.dumps writes it, with plain numbers; null for any other. */
function parseUsual(line: Buffer, idKey: IdKey): ParsedFeature | null {
  const head = usualHead(line, idKey);
  const list = head && parseNumberList(line, head.end);
  if (!list || !/^\s*\}\s*$/.test(line.toString('latin1', list.end, list.end + 16)) || line.length > list.end + 16)
    return null;
  return { ...readId(head.literal, idKey), feature: list.numbers };
}

/** @returns the id as it is written, and where the first number begins */
function usualHead(line: Buffer, idKey: IdKey): { literal: string; end: number } | null {
  const match = USUAL_HEAD.exec(line.toString('latin1', 0, LONGEST_HEAD));
  const [head, key, literal] = match ?? [];
  return head !== undefined && literal !== undefined && key === idKey ? { literal, end: head.length } : null;
}

const LONGEST_HEAD = 256;
/** Ids that need no unescaping, and whose bytes are their characters. */
const USUAL_HEAD = /^\{\s*"(image_id|text_id)"\s*:\s*(-?\d+|"[ !#-[\]-~]*")\s*,\s*"feature"\s*:\s*\[/;

function readId(literal: string | undefined, idKey: IdKey): { id: string; literal: string } {
  if (literal === undefined) throw new BadLineError(`it has no ${idKey}`);
  const id = parseIdLiteral(literal);
  if (id !== undefined) return { id, literal };
  throw new ItemError('BAD_ID', `${idKey} is ${literal.slice(0, 40)}; it should be a whole number or a string`);
}

/** @throws ItemError BAD_ROW for a BadLineError */
function asRow<T>(idKey: IdKey, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof BadLineError)) throw error;
    const message = `the line is no feature: ${error.message}; it should be {"${idKey}": …, "feature": [ … ]}`;
    throw new ItemError('BAD_ROW', message, { cause: error });
  }
}

function parseNumbers(text: string): Float64Array {
  const values = parseList(text);
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < numbers.length; i++) {
    const value = values[i];
    if (typeof value !== 'number' && value !== null) throw new BadLineError(`feature[${i}] is no number`);
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
  if (!Array.isArray(values)) throw new BadLineError('its feature is no list');
  return values as unknown[];
}
