import { ForbiddenError, NotFoundError, UnavailableError, sentence, type WentuError } from '@wentu/domain';
import type { Dispatcher } from 'undici';
import { hubError } from './hub-errors';
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

type Headers = Dispatcher.ResponseData['headers'];

/** A failure that a retry may resolve. Only this library uses it: the last one becomes an UnavailableError. */
export class TransientError extends Error {
  constructor(
    message: string,
    /** The wait that the server asks for; null when it asks for none. */
    readonly retryAfterMs: number | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'TransientError';
  }
}

/** The server does not have this file. Other NotFoundErrors of this library say what a hub means by a 401 or 404. */
export class NoSuchFileError extends NotFoundError {}

/**
 * Converts an error of undici for this address.
 * @param from the address that redirected there; a mirror may redirect to a server that cannot be reached
 */
export function networkError(error: unknown, url: URL, from: URL = url): TransientError | UnavailableError {
  const { code = '', message } = deepest(error);
  const where = from.origin === url.origin ? showUrl(url) : `${showUrl(url)}, where ${from.origin} redirects to`;
  const text = `${where}: ${message || code}`;
  if (TRANSIENT_CODES.has(code) || code.startsWith('HPE_')) return new TransientError(text, null, { cause: error });
  return new UnavailableError(sentence('HUB_UNREACHABLE', { what: text }), {
    cause: error,
  });
}

/** The error for a status without a file; null for 200, 206 and 416. */
export function statusError(
  status: number,
  headers: Headers,
  url: URL,
  sentToken: boolean,
): TransientError | WentuError | null {
  if (status === 200 || status === 206 || status === 416) return null;
  const answer = `${showUrl(url)} answered ${status}`;
  const ofHub = hubError(status, headers['x-error-code'], url, { answer, sentToken });
  if (ofHub) return ofHub;
  if (status === 404 || status === 410) {
    return new NoSuchFileError(`${answer}: there is no such file; check the name, the address and the mirror`);
  }
  if (status === 401 || status === 403) {
    return new ForbiddenError(sentence('HUB_LOGIN', { answer }));
  }
  if (TRANSIENT_STATUSES.has(status) || status >= 500) {
    return new TransientError(answer, parseRetryAfter(headers['retry-after']) ?? parseRateLimit(headers['ratelimit']));
  }
  return new UnavailableError(sentence('HUB_ANSWER', { answer }));
}

function parseRetryAfter(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string') return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}

/**
 * The rest of the window in `"api";r=0;t=55`: r requests are left for t seconds. The hub sends it without Retry-After.
 */
function parseRateLimit(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string' || !/;\s*r=0\b/.test(header)) return null;
  const seconds = /;\s*t=(\d{1,9})\b/.exec(header)?.[1];
  return seconds === undefined ? null : Number(seconds) * 1_000;
}

/** Finds the reason of a failed connection: Node nests it in causes and aggregates. */
function deepest(error: unknown): NodeJS.ErrnoException {
  if (error instanceof AggregateError && error.errors.length > 0) return deepest(error.errors[0]);
  const { cause } = error as Error;
  return cause instanceof Error ? deepest(cause) : (error as NodeJS.ErrnoException);
}
