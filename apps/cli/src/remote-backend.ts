import { setTimeout as sleep } from 'node:timers/promises';
import {
  UnavailableError,
  WentuError,
  type LoadFailure,
  type TextUnderstanding,
  type WentuErrorCode,
} from '@wentu/domain';
import type { Backend, CollectionView, HitView, JobView, RepairView } from './backend';
import { CANCEL, COLLECTIONS, DROP, FAILURES, LOAD, LOAD_STATE, REPAIR, RESOLVE_MISSING, SEARCH } from './operations';

const POLL_MS = 250;
/** Uses a running server through its GraphQL API. */
export function createRemoteBackend(address: string): Backend {
  const graphql = createGraphqlClient(address);
  return {
    collections: async () => (await graphql<{ collections: CollectionView[] }>(COLLECTIONS)).collections,
    async search(text, collection, topK) {
      const { searchImages, explainText } = await graphql<{
        searchImages: { similarity: number; distance: number; image: Omit<HitView, 'similarity' | 'distance'> }[];
        explainText: TextUnderstanding;
      }>(SEARCH, { text, collection, topK });
      return {
        hits: searchImages.map(({ image, ...figures }) => ({ ...figures, ...image })),
        understanding: explainText,
      };
    },
    async *load({ idFrom, ...request }, signal) {
      const imageIdFrom = idFrom === 'stem' ? 'STEM' : 'PATH';
      const { loadCollection } = await graphql<{ loadCollection: JobView }>(LOAD, { ...request, imageIdFrom });
      let job = loadCollection;
      yield job;
      while (job.status === 'QUEUED' || job.status === 'RUNNING') {
        await sleep(POLL_MS, undefined, { signal }).catch(() => graphql(CANCEL, { id: job.id }));
        const { loadJob } = await graphql<{ loadJob: JobView }>(LOAD_STATE, { id: job.id });
        yield (job = loadJob);
      }
    },
    async failures(jobId, first) {
      const { loadJob } = await graphql<{ loadJob: { failures: LoadFailure[] } | null }>(FAILURES, {
        id: jobId,
        first,
      });
      return loadJob?.failures ?? [];
    },
    async original(hit) {
      const response = await fetch(new URL(`/images/${hit.id}`, address));
      return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
    },
    resolveMissing: async (collection, directory, action) =>
      (await graphql<{ resolveMissing: number }>(RESOLVE_MISSING, { collection, directory, action })).resolveMissing,
    drop: async (name) => (await graphql<{ dropCollection: boolean }>(DROP, { name })).dropCollection,
    repair: async (collection) =>
      (await graphql<{ repairCollections: RepairView[] }>(REPAIR, { collection: collection ?? null }))
        .repairCollections,
    close: () => Promise.resolve(),
  };
}

function createGraphqlClient(address: string) {
  return async <T>(query: string, variables: Record<string, unknown> = {}): Promise<T> => {
    let response: Response;
    try {
      response = await fetch(new URL('/graphql', address), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
    } catch (error) {
      throw new UnavailableError(`the server at ${address} does not answer; check that it is running`, {
        cause: error,
      });
    }
    const { data, errors } = (await response.json().catch(() => ({}))) as {
      data?: T;
      errors?: { message: string; extensions?: { code?: string } }[];
    };
    const [error] = errors ?? [];
    if (error) throw new WentuError((error.extensions?.code ?? 'INVALID_INPUT') as WentuErrorCode, error.message);
    if (!data)
      throw new UnavailableError(
        `the server at ${address} answered ${response.status} without data; check that it is a Wentu server`,
      );
    return data;
  };
}
