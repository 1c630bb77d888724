import { InvalidInputError } from '@wentu/domain';
import { BadLineError, parseIdLiteral, parseJsonString, scanObject } from './json-line';
import { readLines, type Line } from './lines';

export interface TextLine {
  /** The id as text. */
  readonly id: string;
  /** The id as a JSON literal, with quotes if it is a string. */
  readonly literal: string;
  readonly text: string;
}

const MAX_LINE_BYTES = 4 * 1024 * 1024;

/**
 * Reads `{split}_texts.jsonl`: lines `{"text_id": …, "text": …}`; other keys are ignored. Keeps the ids in memory,
 * about 100 bytes each.
 * @throws InvalidInputError with file and line, NotFoundError
 */
export async function* readTexts(path: string, signal?: AbortSignal): AsyncGenerator<TextLine> {
  const seen = new Set<string>();
  for await (const line of readLines(path, MAX_LINE_BYTES, signal)) {
    const where = `${path}:${line.number}`;
    const text = parseText(line, where);
    if (seen.has(text.id))
      throw new InvalidInputError(`${where}: text_id ${text.id} is on an earlier line too; give each text its own id`);
    seen.add(text.id);
    yield text;
  }
  if (seen.size === 0) throw new InvalidInputError(`${path} is empty; its lines should be {"text_id": …, "text": …}`);
}

function parseText({ bytes }: Line, where: string): TextLine {
  if (!bytes) throw new InvalidInputError(`${where}: the line is longer than ${MAX_LINE_BYTES} bytes`);
  try {
    const values = scanObject(bytes.toString('utf8'), ['text_id', 'text']);
    const [literal, text] = [values.get('text_id'), values.get('text')];
    if (literal === undefined) throw new BadLineError('it has no text_id');
    if (text === undefined) throw new BadLineError('it has no text');
    const id = parseIdLiteral(literal);
    if (id === undefined)
      throw new BadLineError(`the id ${literal.slice(0, 40)} is neither a whole number nor a string`);
    return { id, literal, text: parseJsonString(text) };
  } catch (error) {
    if (!(error instanceof BadLineError)) throw error;
    throw new InvalidInputError(`${where}: the line is not {"text_id": …, "text": …}: ${error.message}`, {
      cause: error,
    });
  }
}
