import { ItemError } from '@wentu/domain';
import { BadLineError, parseIdLiteral, parseJsonString, scanList, scanObject } from '../json-line';

/**
 * Parses a line `{"text_id": …, "text": …, "image_ids": [ … ]}` as in Flickr30k-CN; ids keep every digit. @throws
 * ItemError BAD_ROW
 */
export function parseTextLine(line: string): { id: string; text: string; imageIds: string[] } {
  try {
    const values = scanObject(line, ['text_id', 'text', 'image_ids']);
    const valueOf = (key: string): string => {
      const value = values.get(key);
      if (value === undefined) throw new BadLineError(`it has no ${key}`);
      return value;
    };
    return {
      id: parseId(valueOf('text_id')),
      text: parseJsonString(valueOf('text')),
      imageIds: scanList(valueOf('image_ids')).map(parseId),
    };
  } catch (error) {
    if (!(error instanceof BadLineError)) throw error;
    throw new ItemError(
      'BAD_ROW',
      `the line is not a text: ${error.message}; it should be {"text_id": …, "text": "…", "image_ids": [ … ]}`,
      { cause: error },
    );
  }
}

function parseId(literal: string): string {
  const id = parseIdLiteral(literal);
  if (id === undefined) throw new BadLineError(`the id ${literal.slice(0, 40)} is neither a whole number nor a string`);
  return id;
}
