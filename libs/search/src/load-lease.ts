import type { LoadProgress, MetadataWriter } from '@wentu/domain';

/** Thrown into a load to end it; not a failure of the load. */
export class LoadStopped extends Error {
  constructor(readonly reason: 'cancel' | 'lost' | 'shutdown') {
    super(`the load was stopped: ${reason}`);
    this.name = 'LoadStopped';
  }
}

const LEASE_MS = 60_000;
const BEAT_MS = 250;

/**
 * Keeps a claimed job ours and its progress visible: writes counts, lease and the items in flight at most four times a
 * second (at once when the items in flight change), and aborts the load when it was cancelled or taken by another process.
 */
export class LoadLease {
  private readonly controller = new AbortController();
  private inFlight: readonly string[] = [];
  private beating = Promise.resolve();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly writer: MetadataWriter,
    private readonly jobId: number,
    private readonly owner: string,
    private readonly progress: () => LoadProgress,
  ) {
    this.timer = setInterval(() => void this.beat().catch(() => undefined), BEAT_MS);
  }

  static readonly leaseMs = LEASE_MS;

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  stop(reason: LoadStopped['reason']): void {
    this.controller.abort(new LoadStopped(reason));
  }

  /** Must resolve before these items are touched: if the process dies of one of them, the next run knows whom to suspect. */
  async suspect(items: readonly string[]): Promise<void> {
    this.inFlight = items;
    await this.beat();
    this.signal.throwIfAborted();
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.beating.catch(() => undefined);
  }

  private beat(): Promise<void> {
    const next = this.beating
      .catch(() => undefined)
      .then(async () => {
        const result = await this.writer.heartbeat(this.jobId, this.owner, LEASE_MS, this.progress(), this.inFlight);
        if (result !== 'ok' && !this.signal.aborted) this.stop(result);
      });
    this.beating = next;
    return next;
  }
}
