import { unwrapResolverError } from '@apollo/server/errors';
import { WentuError, type FailureDetail } from '@wentu/domain';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { OverloadedError } from '../limits/overload';
import { isClientGone } from '../http/client-gone';
import { GoneError } from './context';

/** Codes of GraphQL servers for invalid requests; their messages are safe and useful. */
const REQUEST_ERRORS = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/**
 * Formats any thrown error for the client: codes of Wentu and errors of invalid requests are kept; bugs are redacted
 * and logged.
 */
export function createFormatError(log: Logger) {
  return (formatted: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError => {
    const place = {
      ...(formatted.locations ? { locations: formatted.locations } : {}),
      ...(formatted.path ? { path: formatted.path } : {}),
    };
    const error = originalOf(thrown);
    if (error instanceof WentuError) {
      // An overload would fill the log.
      if (error.code === 'UNAVAILABLE' && !(error instanceof OverloadedError)) log.warn({ err: error }, 'unavailable');
      return { message: error.publicMessage, ...place, extensions: { code: error.code, ...detailOf(error) } };
    }
    const code = formatted.extensions?.['code'];
    if (typeof code === 'string' && REQUEST_ERRORS.has(code))
      return { message: formatted.message, ...place, extensions: { code } };
    // No client reads this error, and it is not a bug.
    if (GoneError.is(error) || isClientGone(error)) return { message: formatted.message, ...place };
    log.error({ err: error }, 'a bug in a resolver');
    return {
      message: 'this is a bug in Wentu; the server log has the details',
      ...place,
      extensions: { code: 'INTERNAL' },
    };
  };
}

/** The key and the values of a message, so that a client can write it in another language. */
export function detailOf({ detail }: WentuError): { readonly detail?: FailureDetail } {
  return detail ? { detail } : {};
}

/**
 * The error that a resolver or the stream of a subscription threw. graphql-ws gives errors of streams no path, so
 * Apollo does not unwrap them.
 */
function originalOf(thrown: unknown): unknown {
  const error = unwrapResolverError(thrown);
  return error instanceof GraphQLError && error.originalError ? error.originalError : error;
}
