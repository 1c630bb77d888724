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

/** Converts an error of undici for this address. */
export function networkError(error: unknown, url: URL): TransientError | UnavailableError {
  const { code = '', message } = deepest(error);
  const text = `${showUrl(url)}: ${message || code}`;
  if (TRANSIENT_CODES.has(code) || code.startsWith('HPE_')) return new TransientError(text, null, { cause: error });
  return new UnavailableError(`${text}; check that this machine is online, and set HTTPS_PROXY if it needs a proxy`, {
    cause: error,
  });
}

/** The error for a status without a file; null for 200, 206 and 416. */
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
      `${answer}: the server needs a login for this file; download it in a browser, then run wentu model add FOLDER`,
    );
  }
  if (TRANSIENT_STATUSES.has(status) || status >= 500) {
    return new TransientError(answer, parseRetryAfter(headers['retry-after']));
  }
  return new UnavailableError(`${answer} instead of the file; check the address, or try another mirror with --mirror`);
}

function parseRetryAfter(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string') return null;
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}

/** Finds the reason of a failed connection: Node nests it in causes and aggregates. */
function deepest(error: unknown): NodeJS.ErrnoException {
  if (error instanceof AggregateError && error.errors.length > 0) return deepest(error.errors[0]);
  const { cause } = error as Error;
  return cause instanceof Error ? deepest(cause) : (error as NodeJS.ErrnoException);
}
