import { setTimeout as sleep } from 'node:timers/promises';
import {
  noCollection,
  UnavailableError,
  WentuError,
  type ChangedAttributes,
  type LoadFailure,
  type WentuErrorCode,
  type FailureDetail,
} from '@wentu/domain';
import type { Facet } from '@wentu/session';
import {
  MAX_GROUP_IMAGES,
  type AuditView,
  type Backend,
  type CollectionView,
  type DuplicateImageView,
  type DuplicateSearchView,
  type DuplicatesView,
  type ImageView,
  type JobView,
  type KeyView,
  type RepairView,
  type SourceView,
  type SpaceView,
} from './backend';
import {
  ALLOW_IMAGES,
  AUDIT,
  CANCEL,
  CANCEL_DUPLICATES,
  COLLECTIONS,
  CREATE_KEY,
  DELETE_IMAGES,
  DELETE_MATCHING,
  DROP,
  DROP_SPACE,
  DUPLICATE_STATE,
  DUPLICATES,
  FACETS,
  FAILURES,
  FIND_DUPLICATES,
  IMAGES,
  KEPT_OUT,
  KEYS,
  LOAD,
  LOAD_STATE,
  MATCHING_COUNT,
  REENCODE,
  REPAIR,
  RESOLVE_MISSING,
  REVOKE_KEY,
  ROTATE_KEY,
  SET_ATTRIBUTES,
  SOURCES,
  SPACES,
  WATCH_SOURCE,
} from './operations';
import { toFilterInput } from './filter-flags';
import { toChangeInput } from './own-flags';
import { search, type Graphql } from './remote-search';

interface ImagesAnswer {
  readonly collection: {
    readonly imagesConnection: {
      readonly edges: readonly { readonly node: Omit<ImageView, 'takenAt'> & { readonly takenAt: string | null } }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  } | null;
}

interface KeptOutAnswer {
  readonly collection: {
    readonly keptOutImages: {
      readonly edges: readonly { readonly node: { readonly imageId: string; readonly keptOutAt: string } }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  } | null;
}

type DuplicateReason = 'kind' | 'similarity';

interface RemoteDuplicates extends Omit<DuplicatesView, 'groups'> {
  readonly edges: readonly {
    readonly node: Omit<DuplicatesView['groups'][number], 'images'> & {
      readonly images: readonly (Pick<DuplicateImageView, DuplicateReason> & {
        readonly image: Omit<DuplicateImageView, DuplicateReason>;
      })[];
    };
  }[];
}

const POLL_MS = 250;
/** Images in one answer of the server. */
const PAGE = 500;

/**
 * Uses a running server through its GraphQL API.
 * @param key sent with each request; undefined: none
 */
export function createRemoteBackend(address: string, key?: string): Backend {
  const authorization: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const graphql = createGraphqlClient(address, authorization);
  const statesOf = async function* (started: ApiJob, signal: AbortSignal): AsyncGenerator<JobView> {
    let job = jobOf(started);
    yield job;
    while (job.status === 'QUEUED' || job.status === 'RUNNING') {
      await sleep(POLL_MS, undefined, { signal }).catch(() => graphql(CANCEL, { id: job.id }));
      const { loadJob } = await graphql<{ loadJob: ApiJob }>(LOAD_STATE, { id: job.id });
      yield (job = jobOf(loadJob));
    }
  };
  return {
    collections: async () => (await graphql<{ collections: CollectionView[] }>(COLLECTIONS)).collections,
    search: async (request) => await search(graphql, request),
    async *load({ idFrom, ...request }, signal) {
      const imageIdFrom = idFrom === 'stem' ? 'STEM' : 'PATH';
      const { loadCollection } = await graphql<{ loadCollection: ApiJob }>(LOAD, { ...request, imageIdFrom });
      yield* statesOf(loadCollection, signal);
    },
    async *reencode(request, signal) {
      const { reencodeCollection } = await graphql<{ reencodeCollection: ApiJob }>(REENCODE, { ...request });
      yield* statesOf(reencodeCollection, signal);
    },
    async spaces(name) {
      const { collection } = await graphql<{ collection: { spaces: SpaceView[] } | null }>(SPACES, { name });
      if (!collection) throw noCollection(name);
      return collection.spaces;
    },
    dropSpace: async (collection, model) => void (await graphql(DROP_SPACE, { collection, model })),
    async *findDuplicates(collection, signal) {
      const started = await graphql<{ findDuplicates: DuplicateSearchView }>(FIND_DUPLICATES, { collection });
      let search = started.findDuplicates;
      yield search;
      while (search.status === 'RUNNING') {
        await sleep(POLL_MS, undefined, { signal }).catch(() => graphql(CANCEL_DUPLICATES, { collection }));
        const { duplicates } = await graphql<{ duplicates: { search: DuplicateSearchView } }>(DUPLICATE_STATE, {
          collection,
        });
        yield (search = duplicates.search);
      }
    },
    async duplicates(collection, first) {
      const { duplicates } = await graphql<{ duplicates: RemoteDuplicates }>(DUPLICATES, {
        ...{ collection, first, images: MAX_GROUP_IMAGES },
      });
      const { edges, ...facts } = duplicates;
      const groups = edges.map(({ node }) => ({
        ...node,
        images: node.images.map(({ image, ...why }) => ({ ...why, ...image })),
      }));
      return { ...facts, groups };
    },
    async sources(name) {
      const { collection } = await graphql<{ collection: { sources: SourceView[] } | null }>(SOURCES, { name });
      if (!collection) throw noCollection(name);
      return collection.sources;
    },
    watchSource: async (source, on) => void (await graphql(WATCH_SOURCE, { source, on })),
    async failures(jobId, first) {
      const { loadJob } = await graphql<{ loadJob: { failures: ApiFailure[] } | null }>(FAILURES, {
        id: jobId,
        first,
      });
      return (loadJob?.failures ?? []).map(failureOf);
    },
    async original(hit) {
      const response = await fetch(new URL(`/images/${hit.id}`, address), { headers: authorization });
      return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
    },
    resolveMissing: async (collection, directory, action) =>
      (await graphql<{ resolveMissing: number }>(RESOLVE_MISSING, { collection, directory, action })).resolveMissing,
    deleteImages: async (collection, imageIds, keepOut) =>
      (await graphql<{ deleteImages: number }>(DELETE_IMAGES, { collection, imageIds, keepOut })).deleteImages,
    async *images(name, { filter, order }) {
      const list = { name, filter: filter && toFilterInput(filter), orderBy: order, first: PAGE };
      for (let after: string | null = null; ;) {
        const answer: ImagesAnswer = await graphql(IMAGES, { ...list, after });
        if (!answer.collection) throw noCollection(name);
        const page = answer.collection.imagesConnection;
        for (const { node } of page.edges) {
          const { takenAt } = node;
          yield { ...node, takenAt: takenAt === null ? null : new Date(takenAt) };
        }
        if (!page.pageInfo.hasNextPage) return;
        after = page.pageInfo.endCursor;
      }
    },
    async matchingCount(name, filter) {
      const variables = { name, filter: toFilterInput(filter) };
      const { collection } = await graphql<{ collection: { matchingCount: number } | null }>(MATCHING_COUNT, variables);
      if (!collection) throw noCollection(name);
      return collection.matchingCount;
    },
    async facets(collection, { filter, ...request }) {
      const variables = { collection, filter: filter && toFilterInput(filter), ...request };
      return (await graphql<{ facets: Facet[] }>(FACETS, variables)).facets;
    },
    async deleteMatching(collection, filter, expectedCount, keepOut) {
      const variables = { collection, filter: toFilterInput(filter), expectedCount, keepOut };
      return (await graphql<{ deleteMatchingImages: number }>(DELETE_MATCHING, variables)).deleteMatchingImages;
    },
    async *keptOut(name) {
      for (let after: string | null = null; ;) {
        const answer: KeptOutAnswer = await graphql(KEPT_OUT, { name, after });
        if (!answer.collection) throw noCollection(name);
        const page = answer.collection.keptOutImages;
        for (const { node } of page.edges) yield { imageId: node.imageId, keptOutAt: new Date(node.keptOutAt) };
        if (!page.pageInfo.hasNextPage) return;
        after = page.pageInfo.endCursor;
      }
    },
    changeAttributes: async (collection, changes) => {
      type Answer = { setImageAttributes: readonly ChangedAttributes[] };
      const input = changes.map(toChangeInput);
      return (await graphql<Answer>(SET_ATTRIBUTES, { collection, changes: input })).setImageAttributes;
    },
    allowImages: async (collection, imageIds) =>
      (await graphql<{ allowImages: number }>(ALLOW_IMAGES, { collection, imageIds })).allowImages,
    drop: async (name) => (await graphql<{ dropCollection: boolean }>(DROP, { name })).dropCollection,
    repair: async (collection) =>
      (await graphql<{ repairCollections: RepairView[] }>(REPAIR, { collection: collection ?? null }))
        .repairCollections,
    keys: async () => (await graphql<{ keys: KeyView[] }>(KEYS)).keys,
    createKey: async (request) =>
      (await graphql<{ createKey: { secret: string | null } }>(CREATE_KEY, { ...request })).createKey.secret,
    rotateKey: async (id, password) =>
      (await graphql<{ rotateKey: { secret: string | null } }>(ROTATE_KEY, { id, password })).rotateKey.secret,
    revokeKey: async (id) => void (await graphql(REVOKE_KEY, { id })),
    audit: async (first) =>
      (await graphql<{ auditLog: { edges: { node: AuditView }[] } }>(AUDIT, { first })).auditLog.edges.map(
        ({ node }) => node,
      ),
    close: () => Promise.resolve(),
  };
}

function createGraphqlClient(address: string, authorization: Record<string, string>): Graphql {
  return async <T>(query: string, variables: Record<string, unknown> = {}): Promise<T> => {
    let response: Response;
    try {
      response = await fetch(new URL('/graphql', address), {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...authorization },
        body: JSON.stringify({ query, variables }),
      });
    } catch (error) {
      throw new UnavailableError(`the server at ${address} does not answer; check that it is running`, {
        cause: error,
      });
    }
    const { data, errors } = (await response.json().catch(() => ({}))) as {
      data?: T;
      errors?: { message: string; extensions?: { code?: string; detail?: FailureDetail } }[];
    };
    const [error] = errors ?? [];
    if (error) {
      const { code = 'INVALID_INPUT', detail = null } = error.extensions ?? {};
      throw new WentuError(code as WentuErrorCode, error.message, { detail });
    }
    if (!data)
      throw new UnavailableError(
        `the server at ${address} answered ${response.status} without data; check that it is a Wentu server`,
      );
    return data;
  };
}

/** The API has the values of a message as a list. */
interface ApiFailure extends Omit<LoadFailure, 'detail'> {
  readonly detail: { readonly key: string; readonly params: readonly { name: string; value: string }[] } | null;
}

function failureOf({ detail, ...failure }: ApiFailure): LoadFailure {
  const params = (detail?.params ?? []).map(({ name, value }) => [name, value] as const);
  return { ...failure, detail: detail && { key: detail.key, params: Object.fromEntries(params) } };
}

interface ApiJob extends Omit<JobView, 'error'> {
  readonly error: ApiFailure | null;
}

const jobOf = (job: ApiJob): JobView => ({ ...job, error: job.error && failureOf(job.error) });
