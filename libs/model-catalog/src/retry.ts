import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError } from '@wentu/domain';
import { TransientError } from './http-errors';

/** Tries again after transient failures, waiting longer each time. */
export interface RetryOptions {
  /** Failures in a row before giving up. */
  readonly maxAttempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/**
 * @param progressed whether the last attempt got further than any before it: a slow line that breaks now and then must
 * be able to bring a large file
 * @throws UnavailableError after too many failures in a row
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  progressed: () => boolean,
  { maxAttempts, firstDelayMs, maxDelayMs }: RetryOptions,
  signal?: AbortSignal,
): Promise<T> {
  for (let failures = 0; ;) {
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof TransientError)) throw error;
      failures = progressed() ? 1 : failures + 1;
      const asked = error.retryAfterMs ?? 0;
      if (failures >= maxAttempts || asked > maxDelayMs) {
        const wait = asked > maxDelayMs ? ` and asks to wait ${Math.ceil(asked / 1_000)} s` : '';
        throw new UnavailableError(
          `${error.message}${wait}; given up after ${failures} failed ${failures === 1 ? 'attempt' : 'attempts'}. Run the same command again later, which goes on from what has come,` +
            ` or try another mirror with --mirror`,
          { cause: error },
        );
      }
      // Half of the wait by chance: those whom one failure hit do not come back at the same moment.
      const backoff = Math.min(maxDelayMs, firstDelayMs * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
      await sleep(Math.max(asked, backoff), undefined, signal ? { signal } : {});
    }
  }
}
