import { ConflictError, type PairPage, type PairSearch } from '@wentu/domain';
import { checkSimilarity } from '../point-checks';
import type { EmbeddedIndex } from './embedded-index';
import type { PairScan } from './pair-scan';

/** The searches of pairs: the newest one of each index. Its state is in memory until its last page. */
export class PairScans {
  private readonly scans = new Map<string, { readonly number: number; readonly scan: PairScan }>();
  private made = 0;

  /** @param check called before each turn, to end the scan by an error */
  async page(
    name: string,
    index: EmbeddedIndex,
    { minSimilarity, from }: PairSearch,
    check: () => void,
  ): Promise<PairPage> {
    checkSimilarity('minSimilarity', minSimilarity);
    if (from === null) this.scans.set(name, { number: ++this.made, scan: index.scanPairs(minSimilarity) });
    const current = this.scans.get(name);
    const [number, step] = from === null ? [this.made, 0] : from.split(':').map(Number);
    if (!current || number !== current.number || step === undefined) {
      throw new ConflictError(
        `the search for pairs in index '${name}' that continues at ${JSON.stringify(from)} has ended; begin it again`,
      );
    }
    const { ids, similarities, step: next } = await current.scan.run(step, check);
    const { steps } = current.scan;
    const isLast = next >= steps;
    if (isLast && this.scans.get(name) === current) this.scans.delete(name);
    return {
      ids: Float64Array.from(ids),
      similarities: Float32Array.from(similarities),
      next: isLast ? null : `${number}:${next}`,
      done: steps === 0 ? 1 : next / steps,
    };
  }

  /** Ends the search of an index. */
  end(name: string): void {
    this.scans.delete(name);
  }
}
