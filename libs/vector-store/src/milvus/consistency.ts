/** For a request that sees all that any client has had acknowledged. */
export const STRONG = { consistency_level: 'Strong', use_default_consistency: false };

/**
 * For one that sees all that was acknowledged five seconds ago (the server's `common.gracefulTime`), and need not wait
 * for that.
 */
export const BOUNDED = { consistency_level: 'Bounded', use_default_consistency: false };

const MAX_INDEXES = 10_000;
/** A guarantee that holds at once. */
const NO_WRITE = 1n;

interface Written {
  /** The server's time of the last write that was told it. */
  time: bigint;
  /** Writes since that were not: milvus 2.3.5 tells none of a delete, milvus-lite none at all. */
  untimed: number;
}

/** This store's last writes: a search that asks for them sees its own writes, and does not wait for others'. */
export class LastWrites {
  private readonly written = new Map<string, Written>();
  private readonly forgotten: Written = { time: NO_WRITE, untimed: 0 };

  /** @param timestamp of the write's answer, '0' for none */
  note(index: string, timestamp: string): void {
    const known = this.of(index);
    if (!this.written.has(index) && this.written.size >= MAX_INDEXES) this.forget();
    const time = BigInt(timestamp);
    if (time === 0n) known.untimed++;
    else if (time > known.time) known.time = time;
    this.written.set(index, known);
  }

  /**
   * Consistency of a search that is about to start.
   * @returns `seen` has to be called when the search has succeeded
   */
  forSearch(index: string): { fields: object; seen: () => void } {
    const known = this.of(index);
    const { time, untimed } = known;
    if (untimed > 0) {
      // What one strong search has seen, all later ones see.
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
    return this.written.get(index) ?? { ...this.forgotten };
  }

  /** What holds for all that are forgotten holds for each. */
  private forget(): void {
    for (const { time, untimed } of this.written.values()) {
      if (time > this.forgotten.time) this.forgotten.time = time;
      this.forgotten.untimed = Math.max(this.forgotten.untimed, untimed);
    }
    this.written.clear();
  }
}
