import { CombinedGraphQLErrors } from '@apollo/client/errors';

import type { Dictionary } from '../logic/src/dictionary';

/** What to show: the server's own words (they say what to do next), or that there is no server. */
export function describeError(error: unknown, t: Dictionary): string {
  if (CombinedGraphQLErrors.is(error)) return error.errors.map(({ message }) => message).join('\n');
  // fetch() rejects with a TypeError when nothing answers.
  if (error instanceof TypeError) return t.errorOffline;
  const message = error instanceof Error ? error.message : String(error);
  return `${t.errorOffline}\n${message}`;
}
