import { QUIET_MS } from '@wentu/domain';

const MAX_COLLECTIONS = 10_000;

/**
 * Which collections have not got images for QUIET_MS, by what this process has seen of their newest rows. New versions have larger ids, and rows are READY only
 * when their entries have been written: what was written by any process is older than that when the newest row has been the same for so long.
 */
export class Stillness {
  private readonly seen = new Map<number, { newestId: number; since: number }>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @param newestId of the collection's READY rows, read before the index is asked */
  isQuiet(collectionId: number, newestId: number): boolean {
    const known = this.seen.get(collectionId);
    if (known?.newestId === newestId) return this.now() - known.since >= QUIET_MS;
    if (this.seen.size >= MAX_COLLECTIONS) this.seen.clear();
    this.seen.set(collectionId, { newestId, since: this.now() });
    return false;
  }

  /** Nothing is taken for quiet until it has been seen to be that anew. */
  stir(): void {
    this.seen.clear();
  }
}
