import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';
import { explainCode, type Language } from '@wentu/language';

import { fill, type Dictionary } from '../logic/src/dictionary';
import { refusalIn } from '../logic/src/refusal';

/** What a route of the server refused, with its code. */
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
  /** The server's own words, which have the values. */
  readonly details?: string;
}

/** What to show of anything thrown: what it means and what to do next, or that there is no server. */
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
    // A proxy that finds no server behind it.
    if (error.statusCode < 502 || error.statusCode > 504)
      return { text: fill(t.errorAnswer, { status: error.statusCode }) };
  }
  // fetch() rejects with a TypeError when nothing answers.
  if (error instanceof TypeError) return { text: t.errorOffline };
  const message = error instanceof Error ? error.message : String(error);
  return { text: t.errorOffline, details: message };
}

/** In English the server's own words say it all. */
export function describeCode(code: string, message: string, language: Language): Described {
  const text = language === 'en' ? null : explainCode(code, language);
  return text === null ? { text: message } : { text: `${text}。`, details: message };
}
