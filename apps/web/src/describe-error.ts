import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';
import { explainCode, type Language } from '@wentu/language';

import { fill, type Dictionary } from '../logic/src/dictionary';
import { refusalIn } from '../logic/src/refusal';

/** An error of a route of the server, with its code. */
export class CodedError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface Described {
  readonly text: string;
  /** The server's message, which contains the values. */
  readonly details?: string;
}

/** The text for any thrown error: its meaning and remedy, or that the server is not reachable. */
export function describeError(error: unknown, t: Dictionary, language: Language): Described {
  if (CombinedGraphQLErrors.is(error)) {
    const [first] = error.errors;
    const details = error.errors.map(({ message }) => message).join('\n');
    return describeCode(String(first?.extensions?.['code']), details, language);
  }
  if (error instanceof CodedError) return describeCode(error.code, error.message, language);
  if (ServerError.is(error)) {
    const refusal = refusalIn(error.bodyText);
    if (refusal) return describeCode(refusal.code, refusal.message, language);
    // A proxy that cannot reach the server.
    if (error.statusCode < 502 || error.statusCode > 504)
      return { text: fill(t.errorAnswer, { status: error.statusCode }) };
  }
  // fetch() rejects with a TypeError when the server does not answer.
  if (error instanceof TypeError) return { text: t.errorOffline };
  const message = error instanceof Error ? error.message : String(error);
  return { text: t.errorOffline, details: message };
}

/** In English the server's message is enough. */
export function describeCode(code: string, message: string, language: Language): Described {
  const text = language === 'en' ? null : explainCode(code, language);
  return text === null ? { text: message } : { text: `${text}。`, details: message };
}
