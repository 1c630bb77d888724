import { ItemError, type LoadFailure, type LoadProgress } from '@wentu/domain';

/** Counts of a running load, and the ledger lines that may not be written yet. */
export class LoadTally {
  total: number | null = null;
  loaded = 0;
  skipped = 0;
  failed = 0;
  removed = 0;
  private readonly startedAtMs = performance.now();
  private unwritten: LoadFailure[] = [];
  private written = 0;

  fail(item: string, error: unknown): void {
    this.failed++;
    const known = error instanceof ItemError;
    this.unwritten.push({
      item,
      code: known ? error.code : 'READ_FAILED',
      message: error instanceof Error ? error.message : String(error),
    });
  }

  /** All has been seen: what was counted ahead may have been a little off. */
  setTotal(): void {
    this.total = this.processed;
  }

  private get processed(): number {
    return this.loaded + this.skipped + this.failed;
  }

  get unwrittenFailures(): number {
    return this.unwritten.length;
  }

  /** Hands the lines over with the number of those before them; they are kept until that has succeeded. */
  async writeFailures(write: (from: number, failures: readonly LoadFailure[]) => Promise<void>): Promise<void> {
    const { length } = this.unwritten;
    if (length === 0) return;
    await write(this.written, this.unwritten.slice());
    this.unwritten.splice(0, length);
    this.written += length;
  }

  progress(): LoadProgress {
    const { processed } = this;
    const seconds = (performance.now() - this.startedAtMs) / 1_000;
    return {
      total: this.total,
      processed,
      loaded: this.loaded,
      skipped: this.skipped,
      failed: this.failed,
      removed: this.removed,
      imagesPerSecond: processed > 0 && seconds > 0 ? processed / seconds : null,
    };
  }
}
