import type { FailureDetail } from '@wentu/domain';
import { CHINESE_MESSAGES } from './chinese-messages';
import { explainCode } from './explain-code';
import type { Language } from './language';

/** A failure of a call, of a load or of a file, as the API gives it. */
export interface Failure {
  readonly code: string;
  /** In English. */
  readonly message: string;
  readonly detail?: FailureDetail | null;
}

export interface Explained {
  /** What is wrong, with the values, and what to do: whole sentences. */
  readonly text: string;
  /** The English message, if `text` lacks its values. */
  readonly original?: string;
}

/** Writes a failure in a language. A message that is not in the table has the general sentence of its code. */
export function explainFailure({ code, message, detail }: Failure, language: Language): Explained {
  if (language === 'en') return { text: asSentence(message) };
  const text = detail ? chineseMessage(detail) : null;
  if (text !== null) return { text: `${text}。` };
  const general = explainCode(code, language);
  return general === null ? { text: message } : { text: `${general}。`, original: message };
}

/** The message in Chinese, without a full stop; null for a key of another version of Wentu. */
export function chineseMessage({ key, params }: FailureDetail): string | null {
  if (!Object.hasOwn(CHINESE_MESSAGES, key)) return null;
  return CHINESE_MESSAGES[key as keyof typeof CHINESE_MESSAGES].replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = params[name];
    return value === undefined ? place : shown(name, value);
  });
}

/** Numbers have groups of digits; a name that ends in Bytes is a size. */
function shown(name: string, value: string | number): string {
  const number = Number(value);
  const isNumber = value !== '' && Number.isFinite(number) && String(number) === String(value);
  if (!isNumber) return String(value);
  return name.endsWith('Bytes') ? size(number) : number.toLocaleString('zh-CN');
}

/** In the units of file managers (1 KB = 1,024 bytes). */
function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} 字节`;
  const [unit, divisor] =
    bytes < 1024 ** 2 ? ['KB', 1024] : bytes < 1024 ** 3 ? ['MB', 1024 ** 2] : (['GB', 1024 ** 3] as const);
  return `${Number((bytes / Number(divisor)).toFixed(1))} ${unit}`;
}

/** Messages begin with a small letter and have no full stop, because a log or a terminal puts a name before them. */
function asSentence(message: string): string {
  const start = /^[a-z]+(?=[ ,])/.test(message) ? message.charAt(0).toUpperCase() + message.slice(1) : message;
  return /[.!?…]$/.test(start) ? start : `${start}.`;
}
