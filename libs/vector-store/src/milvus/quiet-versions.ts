/** How long the version of an index must be unchanged before a search may answer from an older snapshot. */
export const QUIET_MS = 10_000;

const MAX_INDEXES = 10_000;

/**
 * Records since when this store has known the version of each index. Bounded consistency sees the writes that were
 * acknowledged five seconds ago. A version that is QUIET_MS old was written before that, by any process.
 */
export class QuietVersions {
  private readonly seen = new Map<string, { version: string; since: number }>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @param version read by the caller before the search */
  isQuiet(index: string, version: string): boolean {
    const known = this.seen.get(index);
    if (known?.version === version) return this.now() - known.since >= QUIET_MS;
    if (this.seen.size >= MAX_INDEXES) this.seen.clear();
    this.seen.set(index, { version, since: this.now() });
    return false;
  }
}
