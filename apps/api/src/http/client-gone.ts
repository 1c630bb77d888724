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
 * What writing to, or reading from, a client that has left fails with. Stores wrap such errors of their own
 * connections.
 */
export function isClientGone(error: unknown): boolean {
  return CODES.has(String((Object(error) as { code?: unknown }).code));
}

/** Aborted when the client is gone before its answer is complete. */
export function goneSignal(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new GoneError('the client has gone'));
  });
  return controller.signal;
}
