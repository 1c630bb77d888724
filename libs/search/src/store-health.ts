import { isDiskFull, type MetadataStore, type WentuError } from '@wentu/domain';

/** `full`: no room on the store's disk. `unwritable`: it answers, and takes no writes. */
export type StoreProblem = 'full' | 'unwritable';

/** What loads wait for, in words that name nothing of the server. */
export const WAITS_FOR: Readonly<Record<StoreProblem, string>> = {
  full: 'room for the metadata store: its disk is full, and nothing can be written',
  unwritable: 'the metadata store takes no writes; the log says why',
};

/** A proof is a small write; who asks more often gets the last answer. */
const PROOF_MS = 3_000;

/**
 * Whether the store can be written, found out by writing. A load that waits for room counts: a small write may fit
 * where its pictures do not.
 */
export class StoreHealth {
  private last: Promise<StoreProblem | null> | undefined;
  private at = 0;
  private said = '';

  /**
   * @param waitsFor why loads wait now
   * @param onProblem called with an error once, not for each proof that meets it
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
      this.said = '';
      return null;
    } catch (error) {
      if (this.said !== String(error)) this.onProblem(error);
      this.said = String(error);
      return isDiskFull(error) ? 'full' : 'unwritable';
    }
  }
}
