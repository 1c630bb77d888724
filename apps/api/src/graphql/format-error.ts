import { unwrapResolverError } from '@apollo/server/errors';
import { WentuError } from '@wentu/domain';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { isClientGone } from '../http/client-gone';
import { GoneError } from './context';

/** The codes GraphQL servers give to requests that are wrong in themselves; their messages are safe and useful. */
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
 * What a client sees of anything thrown: our codes as they are, wrong requests as they are, bugs redacted and logged.
 */
export function createFormatError(log: Logger) {
  return (formatted: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError => {
    const place = {
      ...(formatted.locations ? { locations: formatted.locations } : {}),
      ...(formatted.path ? { path: formatted.path } : {}),
    };
    const error = originalOf(thrown);
    if (error instanceof WentuError) {
      if (error.code === 'UNAVAILABLE') log.warn({ err: error }, 'unavailable');
      return { message: error.publicMessage, ...place, extensions: { code: error.code } };
    }
    const code = formatted.extensions?.['code'];
    if (typeof code === 'string' && REQUEST_ERRORS.has(code))
      return { message: formatted.message, ...place, extensions: { code } };
    // Nobody reads this one, and nothing is wrong.
    if (GoneError.is(error) || isClientGone(error)) return { message: formatted.message, ...place };
    log.error({ err: error }, 'a bug in a resolver');
    return {
      message: 'this is a bug in Wentu; the server log has the details',
      ...place,
      extensions: { code: 'INTERNAL' },
    };
  };
}

/**
 * What a resolver threw, or the stream of a subscription: graphql-ws gives the latter's error no path, so Apollo does
 * not unwrap it.
 */
function originalOf(thrown: unknown): unknown {
  const error = unwrapResolverError(thrown);
  return error instanceof GraphQLError && error.originalError ? error.originalError : error;
}
