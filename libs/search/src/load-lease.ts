import { setMaxListeners } from 'node:events';
import { withTimeout, type HeartbeatResult, type LoadProgress, type LoadQueue } from '@wentu/domain';
import { retryWhileUnavailable, type RetryOptions } from './retry-while-unavailable';

/** Thrown into a load to end it; not a failure of the load. */
export class LoadStopped extends Error {
  constructor(readonly reason: 'cancel' | 'lost' | 'shutdown') {
    super(`the load was stopped: ${reason}`);
    this.name = 'LoadStopped';
  }
}

/**
 * So long a load stands still whose process, and the machine with it, has died; many times what a busy machine holds a
 * beat up.
 */
const LEASE_MS = 20_000;
const BEAT_MS = 250;
/** One that hangs, on a line that leads nowhere, is given up while the lease still lasts. */
const BEAT_DEADLINE_MS = 5_000;
const LATE = `the metadata store did not answer within ${BEAT_DEADLINE_MS} ms; it is asked again`;

/**
 * Keeps a claimed job ours and its progress visible: writes counts, lease and the items in flight at most four times a
 * second (at once when the items in flight change), and aborts the load when it was cancelled or taken by another
 * process.
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
    // Each picture in flight listens while it is decoded; Node warns of more than ten.
    setMaxListeners(0, this.controller.signal);
    // One that hangs, as on a line that was cut, must not be the first of a long queue.
    this.timer = setInterval(() => {
      if (!this.isBeating) void this.beat().catch(() => undefined);
    }, BEAT_MS);
  }

  static readonly leaseMs = LEASE_MS;

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  stop(reason: LoadStopped['reason']): void {
    this.controller.abort(new LoadStopped(reason));
  }

  /**
   * Must resolve before these items are touched, beside those that are in flight already: if the process dies of one of
   * them, the next run knows whom to suspect.
   */
  async suspect(items: readonly string[]): Promise<void> {
    for (const item of items) this.inFlight.add(item);
    const { isRemote } = this.store;
    await retryWhileUnavailable({ beat: () => this.beat() }, isRemote, { ...this.waits, signal: this.signal }).beat();
    this.signal.throwIfAborted();
  }

  /** These are no longer in flight. The next beat says so. */
  clear(items: readonly string[]): void {
    for (const item of items) this.inFlight.delete(item);
  }

  /** Prolongs the lease now. @returns whether it is still ours @throws UnavailableError */
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
        const result = await withTimeout(beat, BEAT_DEADLINE_MS, LATE);
        if (result !== 'ok' && !this.signal.aborted) this.stop(result);
        return result;
      })
      .finally(() => (this.isBeating = false));
    this.beating = next;
    return next;
  }
}
