import type { Response } from 'express';
import { GoneError } from '../graphql/context';

const CODES = new Set([
  'EPIPE',
  'ECONNRESET',
  'ECONNABORTED',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_WRITE_AFTER_END',
]);

/**
 * Whether an error comes from a connection that the client has closed. Errors of connections to stores are different,
 * because the stores wrap them.
 */
export function isClientGone(error: unknown): boolean {
  return CODES.has(String((Object(error) as { code?: unknown }).code));
}

/** A signal that aborts when the client disconnects before its answer is complete. */
export function goneSignal(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new GoneError('the client has disconnected'));
  });
  return controller.signal;
}
