import { InvalidInputError } from '@wentu/domain';
import { BadLineError, parseIdLiteral, scanList, scanObject } from './json-line';
import { readLines, type Line } from './lines';

/** The kind of the id in a line: a text with a list of images, or an image with a list of texts. */
export type QueryKind = 'text' | 'image';

/**
 * A line of a file of predictions or of right answers: `{"text_id": …, "image_ids": [ … ]}` or `{"image_id": …,
 * "text_ids": [ … ]}`.
 */
export interface AnswerLine {
  /** `file:12` */
  readonly where: string;
  readonly kind: QueryKind;
  readonly id: string;
  /** Ids in the order of the file; may be empty. */
  readonly answers: readonly string[];
}

const MAX_LINE_BYTES = 4 * 1024 * 1024;
const KEYS = {
  text: ['text_id', 'image_ids'],
  image: ['image_id', 'text_ids'],
} as const;

/** Other keys, such as the text itself, are ignored. @throws InvalidInputError with file and line, NotFoundError */
export async function* readAnswers(path: string, signal?: AbortSignal): AsyncGenerator<AnswerLine> {
  let isEmpty = true;
  for await (const line of readLines(path, MAX_LINE_BYTES, signal)) {
    isEmpty = false;
    yield parseAnswer(line, `${path}:${line.number}`);
  }
  if (isEmpty)
    throw new InvalidInputError(`${path} is empty; its lines should be ${shape('text')} or ${shape('image')}`);
}

/** Formats a line that `readAnswers` can read; ids are JSON literals. */
export function formatAnswer(kind: QueryKind, idLiteral: string, answerLiterals: readonly string[]): string {
  const [idKey, listKey] = KEYS[kind];
  return `{"${idKey}": ${idLiteral}, "${listKey}": [${answerLiterals.join(', ')}]}`;
}

function parseAnswer({ bytes }: Line, where: string): AnswerLine {
  if (!bytes) throw new InvalidInputError(`${where}: the line is longer than ${MAX_LINE_BYTES} bytes`);
  try {
    const values = scanObject(bytes.toString('utf8'), Object.values(KEYS).flat());
    for (const kind of ['text', 'image'] as const) {
      const [id, list] = KEYS[kind].map((key) => values.get(key));
      if (id === undefined || list === undefined) continue;
      return { where, kind, id: parseId(id), answers: scanList(list).map(parseId) };
    }
    throw new BadLineError(
      `it has ${values.size === 0 ? 'none of their keys' : `only ${[...values.keys()].join(', ')}`}`,
    );
  } catch (error) {
    if (!(error instanceof BadLineError)) throw error;
    throw new InvalidInputError(
      `${where}: the line is neither ${shape('text')} nor ${shape('image')}: ${error.message}`,
      { cause: error },
    );
  }
}

function parseId(literal: string): string {
  const id = parseIdLiteral(literal);
  if (id === undefined) throw new BadLineError(`the id ${literal.slice(0, 40)} is neither a whole number nor a string`);
  return id;
}

function shape(kind: QueryKind): string {
  const [idKey, listKey] = KEYS[kind];
  return `{"${idKey}": …, "${listKey}": [ … ]}`;
}
