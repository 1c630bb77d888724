import { ItemError } from '@wentu/domain';
import { BadLineError, parseIdLiteral, scanObject } from './json-line';

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
export function parseFeatureLine(line: string, idKey: IdKey = 'image_id'): ParsedFeature {
  try {
    const values = scanObject(line, [idKey, 'feature']);
    const literal = values.get(idKey);
    const feature = values.get('feature');
    if (literal === undefined) throw new BadLineError(`it has no ${idKey}`);
    if (feature === undefined) throw new BadLineError('it has no feature');
    const id = parseIdLiteral(literal);
    if (id === undefined)
      throw new ItemError('BAD_ID', `${idKey} is ${literal.slice(0, 40)}; it should be a whole number or a string`);
    return { id, literal, feature: parseNumbers(feature) };
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
