import { setTimeout as sleep } from 'node:timers/promises';
import {
  UnavailableError,
  WentuError,
  type LoadFailure,
  type TextUnderstanding,
  type WentuErrorCode,
} from '@wentu/domain';
import type { Backend, CollectionView, HitView, JobView, RepairView } from './backend';

const POLL_MS = 250;
const JOB = `id status total processed loaded skipped failed replaced removed missing unreadFolders imagesPerSecond
  ignored { notPicture junk excluded link unreadable } error { item code message }`;

/** Uses a running server through its GraphQL API. */
export function createRemoteBackend(address: string): Backend {
  const graphql = createGraphqlClient(address);
  return {
    collections: async () =>
      (await graphql<{ collections: CollectionView[] }>('{ collections { name imageCount model dimension } }'))
        .collections,
    async search(text, collection, topK) {
      const { searchImages, explainText } = await graphql<{
        searchImages: { similarity: number; distance: number; image: Omit<HitView, 'similarity' | 'distance'> }[];
        explainText: TextUnderstanding;
      }>(
        `
          query ($text: String!, $collection: String, $topK: Int!) {
            searchImages(text: $text, collection: $collection, topK: $topK) {
              similarity
              distance
              image {
                id
                imageId
                mimeType
                width
                height
                sizeBytes
              }
            }
            explainText(text: $text) {
              understood
              unknownWords
              usedText
              ignoredText
            }
          }
        `,
        { text, collection, topK },
      );
      return {
        hits: searchImages.map(({ image, ...figures }) => ({ ...figures, ...image })),
        understanding: explainText,
      };
    },
    async *load(request, signal) {
      const { loadCollection } = await graphql<{ loadCollection: JobView }>(
        `mutation ($collection: String!, $directory: String!, $idFrom: String, $split: String, $featuresModel: String, $copyImages: Boolean) {
          loadCollection(collection: $collection, directory: $directory, idFrom: $idFrom, split: $split, featuresModel: $featuresModel, copyImages: $copyImages) { ${JOB} }
        }`,
        { ...request },
      );
      let job = loadCollection;
      yield job;
      while (job.status === 'QUEUED' || job.status === 'RUNNING') {
        await sleep(POLL_MS, undefined, { signal }).catch(() =>
          graphql('mutation ($id: ID!) { cancelLoad(id: $id) { id } }', { id: job.id }),
        );
        const { loadJob } = await graphql<{ loadJob: JobView }>(`query ($id: ID!) { loadJob(id: $id) { ${JOB} } }`, {
          id: job.id,
        });
        yield (job = loadJob);
      }
    },
    async failures(jobId, first) {
      const { loadJob } = await graphql<{ loadJob: { failures: LoadFailure[] } | null }>(
        'query ($id: ID!, $first: Int!) { loadJob(id: $id) { failures(first: $first) { item code message } } }',
        { id: jobId, first },
      );
      return loadJob?.failures ?? [];
    },
    async original(hit) {
      const response = await fetch(new URL(`/images/${hit.id}`, address));
      return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
    },
    resolveMissing: async (collection, directory, action) =>
      (
        await graphql<{ resolveMissing: number }>(
          `
            mutation ($collection: String!, $directory: String!, $action: MissingAction!) {
              resolveMissing(collection: $collection, directory: $directory, action: $action)
            }
          `,
          { collection, directory, action },
        )
      ).resolveMissing,
    drop: async (name) =>
      (
        await graphql<{ dropCollection: boolean }>('mutation ($name: String!) { dropCollection(name: $name) }', {
          name,
        })
      ).dropCollection,
    repair: async (collection) =>
      (
        await graphql<{ repairCollections: RepairView[] }>(
          'mutation ($collection: String) { repairCollections(collection: $collection) { collection upserted removedFromIndex removedRows } }',
          { collection: collection ?? null },
        )
      ).repairCollections,
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
