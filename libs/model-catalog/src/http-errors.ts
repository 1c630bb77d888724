import { ForbiddenError, NotFoundError, UnavailableError, type WentuError } from '@wentu/domain';
import type { Dispatcher } from 'undici';
import { showUrl } from './show-url';

const TRANSIENT_CODES = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const TRANSIENT_STATUSES = new Set([408, 425, 429]);

/** A failure that trying again may cure. It stays in this library: the last one becomes an UnavailableError. */
export class TransientError extends Error {
  constructor(
    message: string,
    /** How long the server asks to wait; null when it does not say. */
    readonly retryAfterMs: number | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'TransientError';
  }
}

/** What undici threw for this address, as an error of ours. */
export function networkError(error: unknown, url: URL): TransientError | UnavailableError {
  const { code = '', message } = deepest(error);
  const text = `${showUrl(url)}: ${message || code}`;
  if (TRANSIENT_CODES.has(code) || code.startsWith('HPE_')) return new TransientError(text, null, { cause: error });
  return new UnavailableError(`${text}; is this machine offline, or does it need a proxy (HTTPS_PROXY)?`, {
    cause: error,
  });
}

/** Why this status brings no file; null for 200, 206 and 416. */
export function statusError(
  status: number,
  headers: Dispatcher.ResponseData['headers'],
  url: URL,
): TransientError | WentuError | null {
  if (status === 200 || status === 206 || status === 416) return null;
  const answer = `${showUrl(url)} answered ${status}`;
  if (status === 404 || status === 410) {
    return new NotFoundError(`${answer}: there is no such file; check the name, the address and the mirror`);
  }
  if (status === 401 || status === 403) {
    return new ForbiddenError(
      `${answer}: the server gives this file to those who log in only; download it in a browser, then wentu model add FOLDER`,
    );
  }
  if (TRANSIENT_STATUSES.has(status) || status >= 500) {
    return new TransientError(answer, parseRetryAfter(headers['retry-after']));
  }
  return new UnavailableError(`${answer}, which is no file; check the address, or try another mirror with --mirror`);
}

function parseRetryAfter(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string') return null;
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}

/** Node hides the reason of a failed connection in causes and aggregates. */
function deepest(error: unknown): NodeJS.ErrnoException {
  if (error instanceof AggregateError && error.errors.length > 0) return deepest(error.errors[0]);
  const { cause } = error as Error;
  return cause instanceof Error ? deepest(cause) : (error as NodeJS.ErrnoException);
}
