import type { LoadJob, LoadReader } from '@wentu/domain';
import { isFinished, watchJob } from './job-watch';

/**
 * Watches of loads that share their reads: many clients that watch one load cost as many statements as one client.
 */
export class JobWatches {
  private readonly shared = new Map<number, SharedWatch>();

  constructor(private readonly loads: Pick<LoadReader, 'find'>) {}

  /** The number of loads that are being read. */
  get size(): number {
    return this.shared.size;
  }

  /** As `watchJob`. A client that joins later begins with the state that the others have. */
  async *watch(id: number, signal?: AbortSignal): AsyncGenerator<LoadJob> {
    const watch = this.join(id);
    try {
      for (let seen = 0; ;) {
        await watch.changedSince(seen, signal);
        if (signal?.aborted) return;
        const { job, error, version } = watch;
        if (error !== null) throw error;
        if (job === null) return;
        seen = version;
        yield job;
        if (isFinished(job)) return;
      }
    } finally {
      watch.leave();
    }
  }

  /** The end of this load was written: its watch reads the load now, and not after the rest of its interval. */
  noteEnd(id: number): void {
    this.shared.get(id)?.wake();
  }

  private join(id: number): SharedWatch {
    let watch = this.shared.get(id);
    if (!watch) {
      const begun = new SharedWatch((signal, onWait) => watchJob(this.loads, id, signal, onWait));
      this.shared.set(id, (watch = begun));
      // A later client reads again: this watch has ended, with the last state or an error.
      void begun.ended.then(() => {
        if (this.shared.get(id) === begun) this.shared.delete(id);
      });
    }
    watch.join();
    return watch;
  }
}

type Read = (signal: AbortSignal, onWait: (wake: () => void) => void) => AsyncIterable<LoadJob>;

class SharedWatch {
  job: LoadJob | null = null;
  error: Error | null = null;
  /** The number of states so far. */
  version = 0;
  readonly ended: Promise<void>;
  private watchers = 0;
  private hasEnded = false;
  private readonly stopping = new AbortController();
  private readonly listeners = new Set<() => void>();

  /** Ends the wait for the next reading. */
  wake: () => void = () => undefined;

  constructor(read: Read) {
    this.ended = this.follow(read);
  }

  join(): void {
    this.watchers++;
  }

  leave(): void {
    if (--this.watchers === 0) this.stopping.abort();
  }

  async changedSince(version: number, signal: AbortSignal | undefined): Promise<void> {
    while (this.version === version && !this.hasEnded && !signal?.aborted) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.listeners.delete(wake);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        this.listeners.add(wake);
        signal?.addEventListener('abort', wake, { once: true });
      });
    }
  }

  private async follow(read: Read): Promise<void> {
    try {
      for await (const job of read(this.stopping.signal, (wake) => (this.wake = wake))) {
        this.job = job;
        this.version++;
        this.notify();
      }
    } catch (error) {
      this.error = error instanceof Error ? error : new Error(String(error));
      this.version++;
    }
    this.hasEnded = true;
    this.notify();
  }

  private notify(): void {
    for (const wake of [...this.listeners]) wake();
  }
}
