import { RateLimitedError, UnavailableError } from '@wentu/domain';
import { TooManyFailuresError } from '../access/failure-limit';

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
