import { withTimeout, type MetadataStore, type VectorStore } from '@wentu/domain';
import { WAITS_FOR, type StoreProblem } from '@wentu/search';
import { areSamplesLoading } from './first-start';
import type { Start } from './start';

export interface Readiness {
  readonly ready: boolean;
  /** What is being waited for. */
  readonly waitingFor: string | null;
}

/** How long a readiness check waits for a write. */
const WRITE_MS = 5_000;
const LATE = `the metadata store did not take a write within ${WRITE_MS} ms`;

/**
 * Ready when the stores answer, the indexes are whole, and the shipped pictures have been loaded once: until then the
 * first queries of a newcomer would find nothing. And when the metadata store takes writes, which is found out by
 * writing. It says which store is away, and nothing of where it is.
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
