import { WentuError, type FailureDetail, type WentuErrorCode } from '@wentu/domain';
import type { Response } from 'express';
import type { Logger } from 'pino';
import { TooManyFailuresError } from '../access/failure-limit';
import { retryAfterOf } from '../limits/overload';
import { isClientGone } from './client-gone';

export const STATUS: Record<WentuErrorCode, number> = {
  INVALID_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  INDEX_MISMATCH: 409,
  LIMIT_EXCEEDED: 413,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
};

/**
 * Sends the HTTP status for an error code of Wentu. Errors of Express parsers keep their status. Any other error is a
 * bug: 500, redacted and logged.
 */
export function sendError(response: Response, error: unknown, log: Logger): void {
  response.removeHeader('ETag');
  response.set('Cache-Control', 'no-store');
  if (error instanceof WentuError) {
    // The log gets the full message, which clients do not get.
    if (error.publicMessage !== error.message) log.warn({ err: error }, 'a request failed');
    if (error.code === 'UNAUTHENTICATED') response.set('WWW-Authenticate', 'Bearer');
    const seconds = retryAfterOf(error);
    if (seconds !== undefined) response.set('Retry-After', String(seconds));
    const status = error instanceof TooManyFailuresError ? 429 : STATUS[error.code];
    response.status(status).json(body(response, error.publicMessage, error.code, error.detail));
    return;
  }
  if (isClientGone(error)) {
    response.destroy();
    return;
  }
  const { status } = error as { status?: number };
  if (status !== undefined && status >= 400 && status < 500)
    response.status(status).json(body(response, (error as Error).message, 'INVALID_INPUT'));
  else {
    log.error({ err: error }, 'a bug in a route');
    response.status(500).json(body(response, 'this is a bug in Wentu; the server log has the details', 'INTERNAL'));
  }
}

function body(response: Response, message: string, code: string, detail: FailureDetail | null = null): object {
  const requestId = response.get('X-Request-Id');
  const extensions = { code, ...(detail ? { detail } : {}), ...(requestId === undefined ? {} : { requestId }) };
  return { errors: [{ message, extensions }] };
}
