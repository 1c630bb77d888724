import { setTimeout as sleep } from 'node:timers/promises';
import { sentence, UnavailableError } from '@wentu/domain';
import { TransientError } from './http-errors';

const NOTICED_MS = 2_000;

/** Retries after transient failures with increasing delays. */
export interface RetryOptions {
  /** The limit of failures in a row. */
  readonly maxAttempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** The longest wait that a server may ask for. */
  readonly maxAskedMs: number;
  /** Called before a wait that a user notices. */
  readonly onWait?: (wait: DownloadWait) => void;
}

export interface DownloadWait {
  readonly waitMs: number;
  readonly reason: string;
}

/**
 * @param progressed whether the last attempt got further than all earlier ones: a large file must be downloadable over
 * an unreliable connection
 * @throws UnavailableError after too many failures in a row
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  progressed: () => boolean,
  { maxAttempts, firstDelayMs, maxDelayMs, maxAskedMs, onWait }: RetryOptions,
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
      if (failures >= maxAttempts || asked > maxAskedMs) {
        const wait = asked > maxAskedMs ? ` and asks to wait ${Math.ceil(asked / 1_000)} s` : '';
        throw new UnavailableError(
          sentence('HUB_GAVE_UP', {
            why: `${error.message}${wait}`,
            attempts: `${failures} failed ${failures === 1 ? 'attempt' : 'attempts'}`,
          }),
          { cause: error },
        );
      }
      // Half of the delay is random, so that clients after the same failure do not retry at the same moment.
      const backoff = Math.min(maxDelayMs, firstDelayMs * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
      const waitMs = Math.max(asked, backoff);
      if (waitMs >= NOTICED_MS) onWait?.({ waitMs, reason: error.message });
      await sleep(waitMs, undefined, signal ? { signal } : {});
    }
  }
}
