/**
 * Kinds of faults.
 * - before: the statement does not reach the engine.
 * - after: the statement is executed, but its reply is lost.
 * - rolled-back: the engine rolls back the whole transaction and reports that, as SQLite does on a full disk.
 * - no-rollback: neither the statement nor the next two ROLLBACKs are executed.
 * - stuck: neither the statement nor any later ROLLBACK is executed.
 */
export type FaultKind = 'before' | 'after' | 'rolled-back' | 'no-rollback' | 'stuck';

/** Decides which of the following statements fails, and how. */
export class FaultPlan {
  /** Statements since the last `arm` or `watch`. */
  readonly seen: string[] = [];
  private at = 0;
  private kind: FaultKind = 'before';
  private rollbacks = 0;

  /** Counts statements without a fault. */
  watch(): void {
    this.arm(0, 'before');
  }

  /** @param at number of the statement that fails, from 1 */
  arm(at: number, kind: FaultKind): void {
    this.seen.length = 0;
    this.at = at;
    this.kind = kind;
    this.rollbacks = 0;
  }

  /** Whether the statement was reached. */
  get fired(): boolean {
    return this.at > 0 && this.seen.length >= this.at;
  }

  /** The fault of the next statement, or null. */
  next(sql: string): FaultKind | null {
    this.seen.push(sql);
    if (this.at === 0) return null;
    if (this.seen.length === this.at) {
      this.rollbacks = this.kind === 'no-rollback' ? 2 : this.kind === 'stuck' ? Infinity : 0;
      return this.kind;
    }
    if (sql !== 'ROLLBACK' || this.rollbacks === 0) return null;
    this.rollbacks--;
    return this.kind;
  }
}
