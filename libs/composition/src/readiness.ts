import { withTimeout, type MetadataStore, type VectorStore } from '@wentu/domain';
import { WAITS_FOR, type StoreProblem } from '@wentu/search';
import { areSamplesLoading } from './first-start';
import type { Start } from './start';

export interface Readiness {
  readonly ready: boolean;
  /** What the server waits for, in English; null when it is ready. */
  readonly waitingFor: string | null;
}

/** The time limit for the test write of a readiness check. */
const WRITE_MS = 5_000;
const LATE = `the metadata store did not accept a write within ${WRITE_MS} ms`;

/**
 * The server is ready when the stores answer, the metadata store accepts a test write, the indexes are complete, and
 * the shipped pictures have been loaded once. Before that, the first query of a new user would find nothing. The answer
 * names the unavailable store, but not its address.
 */
export function createReadiness(
  reader: MetadataStore,
  vectors: VectorStore,
  start: Start,
  storeProblem: () => Promise<StoreProblem | null>,
): () => Promise<Readiness> {
  let samplesDone = false;
  const isAway = async (store: { ping(): Promise<void> }): Promise<boolean> =>
    await store.ping().then(
      () => false,
      () => true,
    );
  const wait = (waitingFor: string): Readiness => ({ ready: false, waitingFor });
  return async () => {
    const [noRows, noIndex] = await Promise.all([isAway(reader), isAway(vectors)]);
    if (noRows) return wait('the metadata store (DATABASE_URL) does not answer');
    if (noIndex) return wait('the vector store (VECTOR_STORE) does not answer');
    const problem = await withTimeout(storeProblem(), WRITE_MS, '').catch(() => 'late' as const);
    if (problem !== null) return wait(problem === 'late' ? LATE : WAITS_FOR[problem]);
    if (!start.isDone) return wait('the indexes are being compared with the rows');
    if (!samplesDone) {
      samplesDone = !(await areSamplesLoading(reader.loads));
    }
    return samplesDone
      ? { ready: true, waitingFor: null }
      : { ready: false, waitingFor: 'the sample pictures are being loaded' };
  };
}
