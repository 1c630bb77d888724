import type { Counter, Counters } from '@wentu/composition';
import { WentuError, sentence } from '@wentu/domain';
import { networkOf } from './client-address';

/** Too many wrong keys or passwords. */
export class TooManyFailuresError extends WentuError {
  constructor(readonly retryAfterS: number) {
    super('UNAUTHENTICATED', sentence('SIGN_IN_FAILURES', { seconds: retryAfterS }));
  }
}

export interface FailureLimits {
  /** The name of the counter. */
  readonly name: string;
  /** Allowed within `seconds`. */
  readonly failures: number;
  readonly seconds: number;
}

/**
 * Limits wrong keys and passwords of an address, or of its /64 network in IPv6, which one client may own. A right key
 * is never refused by it. Processes that share MySQL count together. Addresses share 65,536 counters, so the memory is
 * bounded.
 */
export class FailureLimit {
  private readonly counter: Counter;

  constructor(
    private readonly counters: Counters,
    { name, failures, seconds }: FailureLimits,
  ) {
    this.counter = counters.open({ name, points: failures, seconds });
  }

  /** Counts a failure. @returns the seconds until the next try is allowed; 0: it is allowed now */
  async add(address: string): Promise<number> {
    return Math.ceil((await this.counter.take(this.keyOf(address), 1)) / 1_000);
  }

  /** Takes one failure back. */
  async forgive(address: string): Promise<void> {
    await this.counter.give(this.keyOf(address), 1);
  }

  private keyOf(address: string): string {
    return String(this.counters.bucketOf(networkOf(address)));
  }
}
