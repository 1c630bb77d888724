import type { LoadFailure, LoadQueue } from '@wentu/domain';
import type { LoadTally } from './load-tally';

/** Number of lines that wait before they are written at once. */
const MAX_UNWRITTEN = 200;

/**
 * Writes the failures of a job to the store. Calls run one at a time, so that the ledger keeps the order of its lines.
 */
export class Ledger {
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly loads: Pick<LoadQueue, 'addFailures'>,
    private readonly jobId: number,
    private readonly owner: string,
    private readonly tally: LoadTally,
  ) {}

  async write(): Promise<void> {
    const write = async (from: number, failures: readonly LoadFailure[]): Promise<void> =>
      await this.loads.addFailures(this.jobId, this.owner, from, failures);
    this.writing = this.writing.catch(() => undefined).then(() => this.tally.writeFailures(write));
    await this.writing;
  }

  /** Writes if many lines wait. */
  async writeMany(): Promise<void> {
    if (this.tally.unwrittenFailures >= MAX_UNWRITTEN) await this.write();
  }
}
