import { RateLimitedError, UnavailableError } from '@wentu/domain';
import { measure } from '@wentu/telemetry';
import { TooManyFailuresError } from '../access/failure-limit';

/** Why requests are refused, in the metrics. */
export const REFUSAL_REASONS = [
  'queue',
  'waited',
  'queries',
  'mutations',
  'unread',
  'bodies',
  'points',
  'connections',
  'sockets',
] as const;
type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** Counts a request or a connection that is refused. */
export function noteRefusal(reason: RefusalReason): void {
  measure('refused', 1, { reason });
}

/** The server has too much to do. The same request succeeds later. */
export class OverloadedError extends UnavailableError {
  /** @param retryAfterS seconds after which the client may ask again */
  constructor(
    message: string,
    readonly retryAfterS = 1,
  ) {
    super(`${message}; try again in ${retryAfterS === 1 ? 'a second' : `${retryAfterS} seconds`}`);
  }
}

/** The seconds after which a refused client may ask again; undefined for other errors. */
export function retryAfterOf(error: unknown): number | undefined {
  const isRefused = [OverloadedError, RateLimitedError, TooManyFailuresError].some((each) => error instanceof each);
  return isRefused ? (error as RateLimitedError).retryAfterS : undefined;
}
