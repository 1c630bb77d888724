import { LimitExceededError } from '@wentu/domain';
import type { Page } from '@wentu/session';
import { spanned } from '@wentu/telemetry';
import type { Turns } from '../limits/turns';

/** The limit of entries in all nested lists of one answer. */
const MAX_ENTRIES = 100_000;

/**
 * Limits nested lists, such as the images of a collection. Images lead to their collection and back, so a short query
 * can ask for a million entries or more. Lists are read one after another, so that none is read after the limit.
 */
export class ListBudget {
  private left: number;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly signal: AbortSignal,
    private readonly turns: Turns,
    private readonly maxEntries = MAX_ENTRIES,
  ) {
    this.left = maxEntries;
  }

  /** Resets the limit for the next answer of a subscription. */
  beginAnswer(): void {
    this.left = this.maxEntries;
  }

  /** @throws LimitExceededError when the limit is reached; the reason of the signal when the client has left */
  async read<List extends readonly unknown[] | Page<unknown>>(read: () => Promise<List>): Promise<List> {
    const reading = this.last.then(async () => {
      // SQLite answers without a turn of the event loop, and other clients wait for one.
      if (this.left < this.maxEntries) await spanned('wait.turn', async () => await this.turns.next());
      this.signal.throwIfAborted();
      if (this.left <= 0) {
        throw new LimitExceededError(
          `the lists in this answer have more than ${this.maxEntries} entries; ask for fewer with first, or for fewer lists`,
        );
      }
      const list = await read();
      this.left -= 'edges' in list ? list.edges.length : list.length;
      return list;
    });
    this.last = reading.catch(() => undefined);
    return await reading;
  }
}
