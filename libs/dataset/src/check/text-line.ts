import { ItemError } from '@wentu/domain';
import { z } from 'zod';

const textLine = z.object({ text_id: z.string(), text: z.string(), image_ids: z.array(z.string()) });

/** A string, or a number, of JSON. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * A line `{"text_id": …, "text": …, "image_ids": [ … ]}` as in Flickr30k-CN. Numbers are taken as they are written: ids above
 * 2^53 would be others as doubles. @throws ItemError BAD_ROW
 */
export function parseTextLine(line: string): { id: string; text: string; imageIds: string[] } {
  try {
    const strings = line.replace(TOKEN, (token) => (token.startsWith('"') ? token : `"${token}"`));
    const { text_id: id, text, image_ids: imageIds } = textLine.parse(JSON.parse(strings));
    return { id, text, imageIds };
  } catch (error) {
    throw new ItemError(
      'BAD_ROW',
      'the line is no text; it should be {"text_id": …, "text": "…", "image_ids": [ … ]}',
      { cause: error },
    );
  }
}
