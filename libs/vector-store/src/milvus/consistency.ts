/** The request sees every acknowledged write of every client. */
export const STRONG = { consistency_level: 'Strong', use_default_consistency: false };

/**
 * The request sees every write that was acknowledged five seconds ago (`common.gracefulTime` of the server), and does
 * not wait for newer writes.
 */
export const BOUNDED = { consistency_level: 'Bounded', use_default_consistency: false };

const MAX_INDEXES = 10_000;
/** A guarantee timestamp that is always fulfilled. */
const NO_WRITE = 1n;

interface Written {
  /** The server's timestamp of the last write that returned one. */
  time: bigint;
  /**
   * The number of later writes without a timestamp: milvus 2.3.5 returns none for a delete, milvus-lite none at all.
   */
  untimed: number;
}

/**
 * The last writes of this store. A search with `session` consistency sees these writes, and does not wait for writes of
 * others.
 */
export class LastWrites {
  private readonly written = new Map<string, Written>();
  private readonly evicted: Written = { time: NO_WRITE, untimed: 0 };

  /** @param timestamp from the answer to the write; '0' when it has none */
  note(index: string, timestamp: string): void {
    const known = this.of(index);
    if (!this.written.has(index) && this.written.size >= MAX_INDEXES) this.evictAll();
    const time = BigInt(timestamp);
    if (time === 0n) known.untimed++;
    else if (time > known.time) known.time = time;
    this.written.set(index, known);
  }

  /** The consistency of a search that is about to start. The caller calls `seen` when the search has succeeded. */
  forSearch(index: string): { fields: object; seen: () => void } {
    const known = this.of(index);
    const { time, untimed } = known;
    if (untimed > 0) {
      // Writes that one strong search has seen are visible to all later searches.
      const seen = (): void => {
        if (known.untimed === untimed) known.untimed = 0;
      };
      return { fields: STRONG, seen };
    }
    const fields = {
      consistency_level: 'Customized',
      use_default_consistency: false,
      guarantee_timestamp: String(time),
    };
    return { fields, seen: () => undefined };
  }

  private of(index: string): Written {
    return this.written.get(index) ?? { ...this.evicted };
  }

  /** Evicts all entries. Indexes without an entry then get the strictest guarantee of the evicted entries. */
  private evictAll(): void {
    for (const { time, untimed } of this.written.values()) {
      if (time > this.evicted.time) this.evicted.time = time;
      this.evicted.untimed = Math.max(this.evicted.untimed, untimed);
    }
    this.written.clear();
  }
}
