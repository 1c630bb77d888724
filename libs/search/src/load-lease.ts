import { setMaxListeners } from 'node:events';
import { withTimeout, type HeartbeatResult, type LoadProgress, type LoadQueue } from '@wentu/domain';
import { retryWhileUnavailable, type RetryOptions } from './retry-while-unavailable';

/** Ends a load when it is thrown. It is not a failure of the load. */
export class LoadStopped extends Error {
  constructor(readonly reason: 'cancel' | 'lost' | 'shutdown') {
    super(`the load was stopped: ${reason}`);
    this.name = 'LoadStopped';
  }
}

/** How long a load is blocked after its host dies. A busy machine delays a heartbeat by much less. */
const LEASE_MS = 20_000;
const HEARTBEAT_MS = 250;
/** A heartbeat without a reply, as on a broken connection, is given up while the lease is still valid. */
const HEARTBEAT_TIMEOUT_MS = 5_000;
const TIMED_OUT = `the metadata store did not answer within ${HEARTBEAT_TIMEOUT_MS} ms; the call is repeated`;

/**
 * Holds the lease of a claimed job and publishes its progress: writes counts, lease and the items in flight at most
 * four times a second (at once when items are added). It aborts the load when the load was cancelled or another process
 * took the job.
 */
export class LoadLease {
  private readonly controller = new AbortController();
  private readonly inFlight = new Set<string>();
  private beating: Promise<unknown> = Promise.resolve();
  private isBeating = false;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly store: { readonly isRemote: boolean; readonly loads: Pick<LoadQueue, 'heartbeat'> },
    private readonly jobId: number,
    readonly owner: string,
    readonly progress: () => LoadProgress,
    private readonly waits: Pick<RetryOptions, 'onWait' | 'onEnd'>,
  ) {
    // Each picture in flight adds a listener while it is decoded; Node.js warns about more than ten.
    setMaxListeners(0, this.controller.signal);
    // No new heartbeat while one is running, so that a hanging heartbeat does not build up a long queue.
    this.timer = setInterval(() => {
      if (!this.isBeating) void this.beat().catch(() => undefined);
    }, HEARTBEAT_MS);
  }

  static readonly leaseMs = LEASE_MS;

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  stop(reason: LoadStopped['reason']): void {
    this.controller.abort(new LoadStopped(reason));
  }

  /**
   * Must resolve before these items are processed. If the process then dies, the next run knows the items in flight,
   * and suspects them.
   */
  async suspect(items: readonly string[]): Promise<void> {
    for (const item of items) this.inFlight.add(item);
    const { isRemote } = this.store;
    await retryWhileUnavailable({ beat: () => this.beat() }, isRemote, { ...this.waits, signal: this.signal }).beat();
    this.signal.throwIfAborted();
  }

  /** These items are not in flight any more. The next heartbeat writes that. */
  clear(items: readonly string[]): void {
    for (const item of items) this.inFlight.delete(item);
  }

  /** Extends the lease now. @returns whether this process still has it @throws UnavailableError */
  async renew(): Promise<boolean> {
    return (await this.beat()) !== 'lost';
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.beating.catch(() => undefined);
  }

  private beat(): Promise<HeartbeatResult> {
    const next = this.beating
      .catch(() => undefined)
      .then(async () => {
        this.isBeating = true;
        const inFlight = [...this.inFlight];
        const beat = this.store.loads.heartbeat(this.jobId, this.owner, LEASE_MS, this.progress(), inFlight);
        const result = await withTimeout(beat, HEARTBEAT_TIMEOUT_MS, TIMED_OUT);
        if (result !== 'ok' && !this.signal.aborted) this.stop(result);
        return result;
      })
      .finally(() => (this.isBeating = false));
    this.beating = next;
    return next;
  }
}
