import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';
import type { Failure } from '@wentu/language/failures';

import { fill, type Dictionary } from '../logic/src/dictionary';
import { detailIn, refusalIn } from '../logic/src/refusal';

/** An error of a route of the server, with its code. */
export class CodedError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

/** What is known about any thrown error: a failure of the server, or that the server is not reachable. */
export function describeError(error: unknown, t: Dictionary): Failure | string {
  if (CombinedGraphQLErrors.is(error)) {
    const [first] = error.errors;
    return {
      code: String(first?.extensions?.['code']),
      message: error.errors.map(({ message }) => message).join('\n'),
      detail: detailIn(first?.extensions?.['detail']),
    };
  }
  if (error instanceof CodedError) return error.failure;
  if (ServerError.is(error)) {
    const refusal = refusalIn(error.bodyText);
    if (refusal) return refusal;
    // A proxy that cannot reach the server.
    if (error.statusCode < 502 || error.statusCode > 504) return fill(t.errorAnswer, { status: error.statusCode });
  }
  // fetch() rejects with a TypeError when the server does not answer.
  if (error instanceof TypeError) return t.errorOffline;
  return `${t.errorOffline} (${error instanceof Error ? error.message : String(error)})`;
}
