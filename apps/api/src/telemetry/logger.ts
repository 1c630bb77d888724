import { currentScope } from '@wentu/telemetry';
import pino, { type DestinationStream, type Logger, type LoggerOptions } from 'pino';

/** How many causes of an error are logged. */
const MAX_CAUSES = 5;

/**
 * A log of JSON lines. Lines about a request have its id. Of an error, only its class, code, message and stack are
 * logged: drivers add the statement and its values, which may be the words of a user.
 * @param to default: standard output
 */
export function createLogger(level: LoggerOptions['level'], to?: DestinationStream): Logger {
  const options: LoggerOptions = {
    ...(level === undefined ? {} : { level }),
    mixin() {
      const requestId = currentScope()?.trace.id;
      return requestId === undefined ? {} : { requestId };
    },
    serializers: { err: (error: unknown) => describe(error, MAX_CAUSES) },
  };
  return to ? pino(options, to) : pino(options);
}

function describe(error: unknown, causes: number): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const { code } = error as { code?: unknown };
  return {
    type: name,
    message,
    ...(typeof code === 'string' ? { code } : {}),
    stack,
    ...(cause === undefined || causes === 0 ? {} : { cause: describe(cause, causes - 1) }),
  };
}
