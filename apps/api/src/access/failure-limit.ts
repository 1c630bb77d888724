import { createHash, randomBytes } from 'node:crypto';
import { WentuError, sentence } from '@wentu/domain';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { networkOf } from './client-address';

/** Too many wrong keys or passwords. */
export class TooManyFailuresError extends WentuError {
  constructor(readonly retryAfterS: number) {
    super('UNAUTHENTICATED', sentence('SIGN_IN_FAILURES', { seconds: retryAfterS }));
  }
}

/** Addresses share this number of counters, so the memory is bounded. */
const BUCKETS = 65_536;

/**
 * Limits wrong keys and passwords of an address, or of its /64 network in IPv6, which one client may own. A right key
 * is never refused by it.
 */
export class FailureLimit {
  private readonly limiter: RateLimiterMemory;
  /** Unknown to clients, so none can choose an address that shares the counter of another one. */
  private readonly salt = randomBytes(16);

  /** @param failures allowed within the time */
  constructor(failures: number, seconds: number) {
    this.limiter = new RateLimiterMemory({ points: failures, duration: seconds });
  }

  /** Counts a failure. @returns the seconds until the next try is allowed; 0: it is allowed now */
  async add(address: string): Promise<number> {
    try {
      await this.limiter.consume(this.bucketOf(address));
      return 0;
    } catch (error) {
      if (error instanceof RateLimiterRes) return Math.ceil(error.msBeforeNext / 1_000);
      throw error;
    }
  }

  /** Takes one failure back. */
  async forgive(address: string): Promise<void> {
    await this.limiter.reward(this.bucketOf(address));
  }

  private bucketOf(address: string): string {
    const hash = createHash('sha256').update(this.salt).update(networkOf(address)).digest();
    return String(hash.readUInt32BE() % BUCKETS);
  }
}
