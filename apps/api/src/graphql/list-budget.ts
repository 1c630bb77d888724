import { LimitExceededError } from '@wentu/domain';
import type { Page } from '@wentu/session';

/** Most entries that the lists of objects have together in one answer. */
const MAX_ENTRIES = 100_000;

/**
 * Limits the lists that objects have, such as the images of a collection. An image leads to its collection and that to
 * its images, so a short query can ask for a thousand times a thousand entries and more. These lists are read one after
 * another, so that none is read after the limit.
 */
export class ListBudget {
  private left: number;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly maxEntries = MAX_ENTRIES) {
    this.left = maxEntries;
  }

  /** A subscription has many answers. */
  beginAnswer(): void {
    this.left = this.maxEntries;
  }

  /** @throws LimitExceededError when the answer has its entries */
  async read<List extends readonly unknown[] | Page<unknown>>(read: () => Promise<List>): Promise<List> {
    const reading = this.last.then(async () => {
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
