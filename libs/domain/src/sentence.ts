import { MESSAGES, type MessageKey } from './messages';

type Places<Text extends string> = Text extends `${string}{${infer Place}}${infer Rest}` ? Place | Places<Rest> : never;

/** The values of a message, by the names of their places. */
export type MessageParams = Readonly<Record<string, string | number>>;

/** Which message an error has, without its text: a client can write it in another language. */
export interface FailureDetail {
  /** A key of MESSAGES; it may be one of another version of Wentu. */
  readonly key: string;
  readonly params: MessageParams;
}

/** A message of the table with its values. */
export interface Sentence {
  readonly detail: FailureDetail;
  /** In English. */
  readonly text: string;
}

/** A message of the table MESSAGES. The compiler checks that each place has a value. */
export function sentence<Key extends MessageKey>(
  key: Key,
  ...[params]: [Places<(typeof MESSAGES)[Key]>] extends [never]
    ? []
    : [params: Readonly<Record<Places<(typeof MESSAGES)[Key]>, string | number>>]
): Sentence {
  const values: MessageParams = params ?? {};
  return { detail: { key, params: values }, text: fillMessage(MESSAGES[key], values) };
}

/** Puts values into `{places}`. A place in quotation marks is escaped, so that a name has no line break in a log. */
function fillMessage(text: string, params: MessageParams): string {
  const value = (place: string): string => String(params[place] ?? '');
  return text.replace(/"\{(\w+)\}"|\{(\w+)\}/g, (_, quoted: string | undefined, plain: string) =>
    quoted === undefined ? value(plain) : JSON.stringify(value(quoted)),
  );
}

/** The text and the detail of a message, which may be a text without a key. */
export function readMessage(message: string | Sentence): {
  readonly text: string;
  readonly detail: FailureDetail | null;
} {
  return typeof message === 'string' ? { text: message, detail: null } : message;
}
