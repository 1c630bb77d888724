import type { App } from '@wentu/composition';
import { withTimeout } from '@wentu/domain';
import { measure } from '@wentu/telemetry';
import type { Admission } from '../limits/admission';
import { REFUSAL_REASONS } from '../limits/overload';

/** Prometheus waits some seconds for all metrics. Without a store, the others are still of use. */
const STORE_MS = 1_000;

/**
 * Measures what is only known when it is asked for: unfinished loads, queues of requests and the setup of the server.
 */
export function createRefresh(
  app: Pick<App, 'unfinishedLoads' | 'describe'>,
  admission: Pick<Admission, 'states'>,
): () => Promise<void> {
  return async () => {
    // A rate begins at 0.
    for (const reason of REFUSAL_REASONS) measure('refused', 0, { reason });
    for (const [queue, { running, waiting }] of Object.entries(admission.states)) {
      measure('admissionRunning', running, { queue });
      measure('admissionWaiting', waiting, { queue });
    }
    const { version, metadataStore, vectorStore, executionProvider } = await app.describe();
    measure('info', 1, {
      ...{ version, node: process.versions.node },
      ...{ metadata_store: metadataStore, vector_store: vectorStore, execution_provider: executionProvider },
    });
    const loads = withTimeout(app.unfinishedLoads(), STORE_MS, 'the metadata store does not answer');
    for (const [status, count] of Object.entries(await loads.catch(() => ({})))) measure('loads', count, { status });
  };
}
