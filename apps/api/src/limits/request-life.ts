import { setMaxListeners } from 'node:events';
import { UnavailableError } from '@wentu/domain';

/** The abort reason of an operation that took too long. */
export class QueryTimeoutError extends UnavailableError {}

/** The signal of one operation: it ends with its client, and when its time is over. */
export class RequestLife {
  private readonly controller = new AbortController();

  /**
   * @param gone aborted when the client has disconnected
   * @param onTimeout called when the time is over, to answer the client
   */
  constructor(
    gone: AbortSignal,
    private readonly onTimeout: (error: QueryTimeoutError) => void,
  ) {
    // A query with many searches has a listener for each of them.
    setMaxListeners(0, this.controller.signal);
    if (gone.aborted) this.controller.abort(gone.reason);
    else gone.addEventListener('abort', () => this.controller.abort(gone.reason), { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** @returns the function that stops the clock */
  startClock(timeoutMs: number): () => void {
    const timer = setTimeout(() => {
      const error = new QueryTimeoutError(
        `the query took more than ${timeoutMs} ms (WENTU_QUERY_TIMEOUT_MS); ask for less, or try again later`,
      );
      this.controller.abort(error);
      this.onTimeout(error);
    }, timeoutMs);
    return () => clearTimeout(timer);
  }
}
