import { isDamaged, UnavailableError, WentuError, sentence, type VectorStore } from '@wentu/domain';

/** The work in the background until every stored image can be found. */
export class Start {
  private readonly stopping = new AbortController();
  readonly done: Promise<void>;
  isDone = false;
  /** Resolves when the work can never succeed because the store is damaged or not the expected one. */
  readonly refused: Promise<Error>;

  constructor(work: (signal: AbortSignal) => Promise<void>) {
    this.done = work(this.stopping.signal).then(() => void (this.isDone = true));
    this.refused = new Promise((resolve) => {
      this.done.catch((error: unknown) => {
        if (isDamaged(error) || (error instanceof WentuError && error.code === 'CONFLICT')) resolve(error as Error);
      });
    });
  }

  stop(): void {
    this.stopping.abort();
    // After a stop, a late error is ignored.
    this.done.catch(() => undefined);
  }
}

/** Refuses searches until the in-memory index is filled; before that it would miss most images. */
export function onceFilled(vectors: VectorStore, start: Start): Pick<VectorStore, 'search' | 'countMatching'> {
  const filled = (): VectorStore => {
    if (start.isDone) return vectors;
    throw new UnavailableError(sentence('INDEXES_FILLING'));
  };
  return {
    search: async (...args) => await filled().search(...args),
    countMatching: async (...args) => await filled().countMatching(...args),
  };
}
