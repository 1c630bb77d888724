import { measure } from '@wentu/telemetry';
import { noteRefusal, OverloadedError } from './overload';
import type { Turns } from './turns';

export interface TurnLimits {
  /** Requests at once. */
  readonly running: number;
  /** Requests that wait for their turn; further ones are refused at once. */
  readonly waiting: number;
  readonly waitMs: number;
}

interface Waiting {
  readonly since: number;
  readonly begin: (leave: () => void) => void;
  readonly refuse: (error: OverloadedError) => void;
}

/**
 * A queue of requests before anything is done for them. Each begins in a turn of the event loop of its own, so that a
 * crowd that arrives at once does not keep other clients waiting.
 */
export class TurnQueue {
  private running = 0;
  private isScheduled = false;
  private readonly queue = new Set<Waiting>();

  constructor(
    private readonly limits: TurnLimits,
    private readonly turns: Turns,
  ) {}

  get isFull(): boolean {
    return this.queue.size > 0 && this.queue.size >= this.limits.waiting;
  }

  get state(): { readonly running: number; readonly waiting: number } {
    return { running: this.running, waiting: this.queue.size };
  }

  fullError(): OverloadedError {
    return new OverloadedError(`${this.queue.size} requests are waiting already (WENTU_MAX_WAITING_QUERIES)`);
  }

  /**
   * @param begin called when it is the turn of this request; it calls `leave` when the work has ended, perhaps more than
   * once
   * @param refuse called if the request has waited for too long
   * @returns the function that leaves the queue
   */
  enter(begin: Waiting['begin'], refuse: Waiting['refuse']): () => void {
    const waiting: Waiting = { since: performance.now(), begin, refuse };
    this.queue.add(waiting);
    this.schedule();
    return () => void this.queue.delete(waiting);
  }

  private schedule(): void {
    if (this.isScheduled || this.queue.size === 0 || this.running >= this.limits.running) return;
    this.isScheduled = true;
    void this.turns.next().then(() => {
      this.isScheduled = false;
      this.beginNext();
      this.schedule();
    });
  }

  private beginNext(): void {
    const [next] = this.queue;
    if (!next) return;
    this.queue.delete(next);
    const { waitMs } = this.limits;
    const waitedMs = performance.now() - next.since;
    measure('admissionWait', waitedMs / 1_000, { queue: 'requests' });
    if (waitedMs > waitMs) {
      noteRefusal('waited');
      next.refuse(new OverloadedError(`the request has waited for ${waitMs / 1_000} seconds`));
      return;
    }
    this.running++;
    let isRunning = true;
    next.begin(() => {
      if (!isRunning) return;
      isRunning = false;
      this.running--;
      this.schedule();
    });
  }
}
