/**
 * before: the statement never reaches the engine. after: it was executed, and its answer is lost. rolled-back: as
 * SQLite does on a full disk, the engine ends the whole transaction and says so. no-rollback: the statement is not
 * executed, and neither are the next two ROLLBACKs. stuck: it is not executed, and no ROLLBACK ever is.
 */
export type FaultKind = 'before' | 'after' | 'rolled-back' | 'no-rollback' | 'stuck';

/** Which statement of those that follow fails, and how. */
export class FaultPlan {
  /** Statements since the last `arm` or `watch`. */
  readonly seen: string[] = [];
  private at = 0;
  private kind: FaultKind = 'before';
  private rollbacks = 0;

  /** Counts statements, and lets all of them pass. */
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

  /** What happens to the next statement. */
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
