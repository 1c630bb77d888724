import { UnavailableError, WentuError, type VectorStore } from '@wentu/domain';

/** What goes on until everything that is stored can be found. */
export class Start {
  private readonly stopping = new AbortController();
  readonly done: Promise<void>;
  isDone = false;
  /** Resolves when it can never be done: what was waited for is not what it has to be. */
  readonly refused: Promise<Error>;

  constructor(work: (signal: AbortSignal) => Promise<void>) {
    this.done = work(this.stopping.signal).then(() => void (this.isDone = true));
    this.refused = new Promise((resolve) => {
      this.done.catch((error: unknown) => {
        if (error instanceof WentuError && error.code === 'CONFLICT') resolve(error);
      });
    });
  }

  stop(): void {
    this.stopping.abort();
    // Whatever it still says, nobody wants to know.
    this.done.catch(() => undefined);
  }
}

/** An index in memory that is not filled yet would answer as if there were little. */
export function onceFilled(vectors: VectorStore, start: Start): Pick<VectorStore, 'search'> {
  return {
    async search(...args) {
      if (start.isDone) return await vectors.search(...args);
      throw new UnavailableError('the indexes are being filled from the metadata store; try again in a moment');
    },
  };
}
