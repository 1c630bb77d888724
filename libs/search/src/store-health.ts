import { isDiskFull, type MetadataStore, type WentuError } from '@wentu/domain';

/** `full`: the disk of the store is full. `unwritable`: the store answers but refuses writes. */
export type StoreProblem = 'full' | 'unwritable';

/** What loads are waiting for, without names or paths of the server. */
export const WAITS_FOR: Readonly<Record<StoreProblem, string>> = {
  full: 'room for the metadata store: its disk is full, and nothing can be written',
  unwritable: 'the metadata store takes no writes; the log says why',
};

/** Time between two proofs, each a small write. Calls in between get the last result. */
const PROOF_MS = 3_000;

/**
 * Checks whether the store accepts writes, by writing to it. A load that waits for disk space counts as a full disk: a
 * small write may fit where its pictures do not.
 */
export class StoreHealth {
  private last: Promise<StoreProblem | null> | undefined;
  private at = 0;
  private lastReported = '';

  /**
   * @param waitsFor the reason why loads are waiting now
   * @param onProblem called once per error, not for each proof that fails with it
   */
  constructor(
    private readonly store: Pick<MetadataStore, 'proveWrite'>,
    private readonly waitsFor: () => WentuError | null,
    private readonly onProblem: (error: unknown) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  async check(): Promise<StoreProblem | null> {
    if (isDiskFull(this.waitsFor())) return 'full';
    if (this.last === undefined || this.now() - this.at >= PROOF_MS) {
      this.at = this.now();
      this.last = this.prove();
    }
    return await this.last;
  }

  private async prove(): Promise<StoreProblem | null> {
    try {
      await this.store.proveWrite();
      this.lastReported = '';
      return null;
    } catch (error) {
      if (this.lastReported !== String(error)) this.onProblem(error);
      this.lastReported = String(error);
      return isDiskFull(error) ? 'full' : 'unwritable';
    }
  }
}
