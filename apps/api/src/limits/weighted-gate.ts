import { currentScope, measure, nowMs } from '@wentu/telemetry';
import { noteRefusal, OverloadedError } from './overload';
import type { Turns } from './turns';

export interface GateLimits {
  /** Tasks at once. */
  readonly running: number;
  /** The sum of the weights of these tasks. One task is always accepted. */
  readonly weight: number;
  /** Tasks that wait; further ones are refused at once. */
  readonly waiting: number;
  /** How long a task waits before it is refused. */
  readonly waitMs: number;
}

interface Waiting {
  readonly weight: number;
  readonly enter: () => void;
}

/**
 * A queue in front of work, first come first served. Work is refused early, while the answer is still of use, and not
 * when its time is over.
 */
export class WeightedGate {
  private running = 0;
  private weight = 0;
  private readonly queue = new Set<Waiting>();

  constructor(
    private readonly limits: GateLimits,
    private readonly what: 'queries' | 'mutations',
    private readonly turns: Turns,
  ) {}

  /** Whether `enter` would refuse a task now. */
  get isFull(): boolean {
    return this.queue.size >= this.limits.waiting && (this.queue.size > 0 || this.running >= this.limits.running);
  }

  get state(): { readonly running: number; readonly waiting: number } {
    return { running: this.running, waiting: this.queue.size };
  }

  fullError(): OverloadedError {
    return new OverloadedError(`${this.limits.waiting} ${this.what} are waiting already`);
  }

  /**
   * Resolves when the task may run. Call the result once when it has ended; further calls do nothing.
   * @throws OverloadedError when too many tasks wait, or this one waited for too long; the reason of the signal
   */
  async enter(weight: number, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.queue.size > 0 || !this.hasRoom(weight)) {
      if (this.queue.size >= this.limits.waiting) {
        noteRefusal(this.what);
        throw this.fullError();
      }
      const [scope, since] = [currentScope(), nowMs()];
      await this.wait(weight, signal);
      // SQLite answers without a turn of the event loop. One task after another would keep it from all other clients.
      await this.turns.next();
      const now = nowMs();
      scope?.trace.record(`wait.${this.what}`, since, now, scope.span);
      measure('admissionWait', (now - since) / 1_000, { queue: this.what });
    } else {
      this.take(weight);
      measure('admissionWait', 0, { queue: this.what });
    }
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      this.running--;
      this.weight -= weight;
      this.letIn();
    };
  }

  private hasRoom(weight: number): boolean {
    return this.running === 0 || (this.running < this.limits.running && this.weight + weight <= this.limits.weight);
  }

  private take(weight: number): void {
    this.running++;
    this.weight += weight;
  }

  private letIn(): void {
    for (const waiting of this.queue) {
      if (!this.hasRoom(waiting.weight)) return;
      this.queue.delete(waiting);
      this.take(waiting.weight);
      waiting.enter();
    }
  }

  private async wait(weight: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', leave);
      };
      const waiting: Waiting = {
        weight,
        enter: () => {
          end();
          resolve();
        },
      };
      const giveUp = (reason: Error): void => {
        end();
        this.queue.delete(waiting);
        // The tasks behind it may be lighter.
        this.letIn();
        reject(reason);
      };
      const leave = (): void => giveUp(signal.reason as Error);
      const timer = setTimeout(() => {
        noteRefusal('waited');
        giveUp(new OverloadedError(`the request waited for ${this.limits.waitMs / 1_000} seconds`));
      }, this.limits.waitMs);
      timer.unref();
      signal.addEventListener('abort', leave, { once: true });
      this.queue.add(waiting);
    });
  }
}
