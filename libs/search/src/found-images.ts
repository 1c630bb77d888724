import type { ImageRow } from '@wentu/domain';

export interface SearchHit {
  /** Squared Euclidean distance of the unit vectors, in [0, 4]. */
  readonly distance: number;
  /** Cosine, in [−1, 1]. */
  readonly similarity: number;
  readonly image: ImageRow;
}

/** Rows that are read at a time, at least. */
const SLICE = 64;

/** What one search has found, fixed when it was run; its rows are read when they are asked for. */
export class FoundImages {
  private readonly hits: SearchHit[];
  private reading: Promise<unknown> = Promise.resolve();

  /**
   * @param hits nearest first, as far as their rows have been read
   * @param ids of the images that follow
   * @param read hits of these ids, nearest first; images that are gone have none
   */
  constructor(
    hits: readonly SearchHit[],
    private ids: readonly number[] = [],
    private readonly read: (ids: readonly number[]) => Promise<SearchHit[]> = async () => [],
  ) {
    this.hits = [...hits];
  }

  /** In all; of those whose rows have not been read, some may turn out to be gone. */
  get total(): number {
    return this.hits.length + this.ids.length;
  }

  async slice(start: number, end: number): Promise<SearchHit[]> {
    // One after another, so that no row is read twice; who asks next tries anew what has failed.
    const reading = this.reading.catch(() => undefined).then(() => this.readUpTo(end));
    this.reading = reading;
    await reading;
    return this.hits.slice(start, end);
  }

  private async readUpTo(end: number): Promise<void> {
    while (this.hits.length < end && this.ids.length > 0) {
      const count = Math.max(SLICE, end - this.hits.length);
      this.hits.push(...(await this.read(this.ids.slice(0, count))));
      this.ids = this.ids.slice(count);
    }
  }
}
