import {
  ItemError,
  NOTHING_IGNORED,
  sentence,
  type FolderSurvey,
  type IgnoredFiles,
  type LoadFailure,
  type LoadProgress,
} from '@wentu/domain';
import { describeItemFailure } from './describe-failure';

/** Counts of a running load, and the ledger lines that are not confirmed as written yet. */
export class LoadTally {
  total: number | null = null;
  loaded = 0;
  skipped = 0;
  failed = 0;
  keptOut = 0;
  /** Files that were being written. */
  unsettled = 0;
  replaced = 0;
  removed = 0;
  missing = 0;
  private unreadFolders = 0;
  private ignored: IgnoredFiles = NOTHING_IGNORED;
  private noted = 0;
  private firstFailure: LoadFailure | undefined;
  private readonly startedAtMs = performance.now();
  private unwritten: LoadFailure[] = [];
  private written = 0;

  fail(item: string, error: unknown): void {
    this.add({ item, ...describeItemFailure(error) });
  }

  /** Adds one line to the ledger. */
  add(failure: LoadFailure): void {
    this.failed++;
    this.firstFailure ??= failure;
    this.unwritten.push(failure);
  }

  /** Adds one line about an item that is loaded all the same. */
  note(item: string, error: unknown): void {
    this.noted++;
    this.unwritten.push({ item, ...describeItemFailure(error) });
  }

  /** Takes over what the walk of a folder has found so far. */
  setSurvey({ ignored, unreadFolders }: FolderSurvey): void {
    this.ignored = { ...ignored };
    this.unreadFolders = unreadFolders;
  }

  /** The first failed item. */
  get first(): LoadFailure | undefined {
    return this.firstFailure;
  }

  /** Some items failed or have a line of their own, or a folder could not be read. */
  get isPartial(): boolean {
    return this.failed > 0 || this.noted > 0 || this.unreadFolders > 0;
  }

  /** @throws ItemError ALL_FAILED when items failed and none is loaded, unchanged or kept out */
  checkOutcome(): void {
    const { failed, firstFailure } = this;
    if (!firstFailure || failed === 0 || this.loaded + this.skipped + this.keptOut > 0) return;
    throw new ItemError(
      'ALL_FAILED',
      sentence('ALL_FAILED', { failed, first: firstFailure.item, code: firstFailure.code }),
    );
  }

  /** Sets the exact total after the last item. The total that was counted in advance may be slightly wrong. */
  setTotal(): void {
    this.total = this.processed;
  }

  private get processed(): number {
    return this.loaded + this.skipped + this.failed + this.keptOut;
  }

  get unwrittenFailures(): number {
    return this.unwritten.length;
  }

  /**
   * Passes the unwritten lines to `write` with the number of lines before them. The lines are kept until `write`
   * succeeds.
   */
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
      keptOut: this.keptOut,
      replaced: this.replaced,
      removed: this.removed,
      missing: this.missing,
      unreadFolders: this.unreadFolders,
      ignored: { ...this.ignored, unsettled: this.unsettled },
      imagesPerSecond: processed > 0 && seconds > 0 ? processed / seconds : null,
    };
  }
}
