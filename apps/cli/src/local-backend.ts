import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '@wentu/composition';
import { noCollection, type Collection, type ImageRow, type LoadJob, type TextUnderstanding } from '@wentu/domain';
import {
  COMMAND_LINE,
  localTimeText,
  nodeId,
  type DuplicateFacts,
  type FoundHit,
  type KeyFacts,
  type Session,
  type Source,
  type UnderstoodDate,
} from '@wentu/session';
import {
  MAX_GROUP_IMAGES,
  MAX_PAGE_HITS,
  type Backend,
  type DuplicateHitView,
  type DuplicateSearchView,
  type HitView,
  type ImageView,
  type JobView,
  type KeyView,
  type SourceView,
  type UnderstoodView,
} from './backend';

const POLL_MS = 250;

const PAGE = 1_000;

/** Uses the data folder, which only this process has open. */
export function createLocalBackend(app: App): Backend {
  const session = app.as(COMMAND_LINE);
  const { searches, images, attributes, collections, duplicates, loads, sources, keys, audit } = session;
  const rows = new Map<string, ImageRow>();
  const found = async (name: string): Promise<Collection> => {
    const collection = await collections.find(name);
    if (!collection) throw noCollection(name);
    return collection;
  };
  return {
    collections: async () =>
      (await collections.list()).map(({ name, imageCount, activeSpace: { model, dimension } }) => ({
        ...{ name, imageCount, model, dimension },
      })),
    async search({ terms, collections: names, topK, collapse, filter, match, datesInWords }) {
      const view = ({ image, duplicates: same, matched, relevance: _relevance, ...hit }: FoundHit): HitView => {
        const id = nodeId('Image', image.id);
        rows.set(id, image);
        const { imageId, mimeType, width, height, sizeBytes } = image;
        const lines = matched && matched.lines.map((line) => line.text);
        return { ...hit, id, imageId, mimeType, width, height, sizeBytes, lines, duplicates: same.map(duplicateView) };
      };
      const [first] = terms;
      const text = first && 'text' in first && first.weight > 0 ? first.text : null;
      const explain = async (collection: string | undefined, searched = text): Promise<TextUnderstanding | null> =>
        searched === null || collection === undefined ? null : await searches.explainText(searched, collection);
      // The limit of this search is that of the setting; pages have a fixed one.
      const isPlain = names !== 'all' && names.length < 2 && terms.length === 1 && !collapse && !filter;
      if (isPlain && text !== null && match === 'MEANING' && topK > MAX_PAGE_HITS) {
        const found = await searches.nearest(text, names[0] ?? null, topK);
        const understanding = await explain(found.collection);
        const hits = found.hits.map(view);
        return { hits, understanding, understood: null, ranking: 'SIMILARITY', unanswered: [] };
      }
      const all = terms.map((term) => ('picture' in term ? { ...term, picture: () => term.picture } : term));
      const scope = names === 'all' ? { everywhere: true as const } : names.length < 2 ? (names[0] ?? null) : { names };
      const query = text !== null && terms.length === 1 ? { text } : { all };
      const options = { first: topK, collapse, match, datesInWords, ...(filter ? { filter } : {}) };
      const page = await searches.page(query, scope, options);
      return {
        hits: page.hits.map(({ hit }) => view(hit)),
        understanding: match === 'WORDS' ? null : await explain(page.collections[0], page.understood?.text),
        understood: page.understood && understoodView(page.understood),
        ranking: page.ranking,
        unanswered: page.unanswered.map(({ collection, error }) => ({
          ...{ collection, code: error.code, message: error.message },
        })),
      };
    },
    async *load({ directory, collection, ...options }, signal) {
      yield* statesOf(loads, await loads.start(collection, directory, options), signal);
    },
    async *reencode({ collection, ...options }, signal) {
      yield* statesOf(loads, await collections.reencode(collection, options), signal);
    },
    async spaces(name) {
      const collection = await collections.find(name);
      if (!collection) throw noCollection(name);
      return await collections.spaces(collection);
    },
    dropSpace: async (collection, model) => void (await collections.dropSpace(collection, model)),
    async *findDuplicates(collection, signal) {
      const cancel = (): void => void duplicates.cancel(collection).catch(() => undefined);
      let facts = await duplicates.start(collection);
      signal.addEventListener('abort', cancel, { once: true });
      if (signal.aborted) cancel();
      for (; facts.running; facts = await duplicates.facts(collection)) {
        yield searchView(facts);
        await sleep(POLL_MS);
      }
      yield searchView(facts);
    },
    async duplicates(collection, first) {
      const page = await duplicates.page(collection, { first, after: null });
      const groups = [];
      for (const { node } of page.edges) {
        const members = await duplicates.images(node, MAX_GROUP_IMAGES);
        const shown = members.map(({ kind, similarity, image: { imageId, width, height, sizeBytes } }) => {
          return { kind, similarity, imageId, width, height, sizeBytes };
        });
        groups.push({ imageCount: node.ids.length, spareBytes: node.spareBytes, images: shown });
      }
      const search = searchView(await duplicates.facts(collection));
      return { search, totalCount: page.total, spareBytes: page.spareBytes, groups };
    },
    async sources(name) {
      const collection = await collections.find(name);
      if (!collection) throw noCollection(name);
      const found = await sources.list(collection, PAGE);
      return await Promise.all(found.map((source) => sourceView(source, sources)));
    },
    watchSource: async (source, on) => void (await sources.watch(source, on)),
    async failures(jobId, first) {
      const job = await loads.find(jobId);
      return job ? await loads.failures(job, first, 0) : [];
    },
    async original(hit) {
      const row = rows.get(hit.id);
      return row ? await images.original(row) : null;
    },
    resolveMissing: (...args) => collections.resolveMissing(...args),
    drop: (name) => collections.drop(name),
    deleteImages: (...args) => collections.deleteImages(...args),
    async *images(name, list) {
      const { id } = await found(name);
      const wanted = { ...(list.filter ? { filter: list.filter } : {}), ...(list.order ? { order: list.order } : {}) };
      for (let after: string | null = null; ;) {
        const { edges, hasNextPage } = await images.page(id, wanted, { first: PAGE, after });
        for (const { node } of edges) yield imageView(node);
        if (!hasNextPage) return;
        after = edges.at(-1)?.cursor ?? null;
      }
    },
    matchingCount: async (name, filter) => await images.count(await found(name), filter),
    facets: async (collection, { filter, ...request }) =>
      await images.facets(collection, { ...request, ...(filter ? { filter } : {}) }),
    deleteMatching: (...args) => collections.deleteMatching(...args),
    async *keptOut(name) {
      const collection = await found(name);
      for (let after: string | null = null; ;) {
        const { edges, hasNextPage } = await collections.keptOutPage(collection, { first: PAGE, after });
        for (const { node } of edges) yield node;
        if (!hasNextPage) return;
        after = edges.at(-1)?.cursor ?? null;
      }
    },
    changeAttributes: async (...args) => (await attributes.change(...args)).results,
    allowImages: (...args) => collections.allowImages(...args),
    repair: (collection) => collections.repair(collection ?? null),
    keys: async () => (await keys.list()).map(keyView),
    createKey: async (request) => (await keys.create(request, session.principal.name)).secret,
    rotateKey: async (id, password) => (await keys.rotate(id, password)).secret,
    revokeKey: async (id) => void (await keys.revoke(id)),
    audit: async (first) =>
      (await audit.page({ first, after: null })).edges.map(({ node }) => ({ ...node, at: node.at.toISOString() })),
    close: () => app.close(),
  };
}

async function* statesOf(
  loads: Pick<Session['loads'], 'cancel' | 'watch'>,
  job: LoadJob,
  signal: AbortSignal,
): AsyncGenerator<JobView> {
  const { id } = view(job);
  const cancel = (): void => void loads.cancel(id).catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  for await (const state of loads.watch(id)) yield view(state);
}

function duplicateView({ image: { id, imageId }, collection, score, similarity }: FoundHit): DuplicateHitView {
  return { id: nodeId('Image', id), imageId, collection, score, similarity };
}

function understoodView({ text, words, takenAfter, takenBefore }: UnderstoodDate): UnderstoodView {
  const textOf = (time: number | null): string | null => (time === null ? null : localTimeText(time));
  return { text, words, takenAfter: textOf(takenAfter), takenBefore: textOf(takenBefore) };
}

function searchView({ status, running, failure, newImages }: DuplicateFacts): DuplicateSearchView {
  const error = status === 'FAILED' ? failure : null;
  return { status, done: running?.done ?? null, error, newImageCount: newImages };
}

async function sourceView(
  source: Source,
  sources: Pick<Session['sources'], 'stateOf' | 'countImages'>,
): Promise<SourceView> {
  const { directory, lastLoad, watch } = source;
  const [state, imageCount] = await Promise.all([sources.stateOf(source), sources.countImages(source)]);
  return {
    ...{ id: nodeId('Source', source.id), directory, state, imageCount },
    watch: watch && (watch.report ?? { state: 'STARTING', problem: null }),
    lastLoad: lastLoad && {
      id: nodeId('LoadJob', lastLoad.id),
      status: lastLoad.status,
      failed: lastLoad.failed,
      finishedAt: lastLoad.finishedAt?.toISOString() ?? null,
    },
  };
}

function imageView({ imageId, mimeType, width, height, sizeBytes, facts }: ImageRow): ImageView {
  const { takenAt, camera } = facts;
  return { imageId, mimeType, width, height, sizeBytes, takenAt: takenAt && new Date(takenAt.atMs), camera };
}

function view(job: LoadJob): JobView {
  return { ...job, id: nodeId('LoadJob', job.id) };
}

function keyView({ id, name, kind, role, collections, prefix, ...times }: KeyFacts): KeyView {
  const text = (date: Date | null): string | null => date && date.toISOString();
  return {
    ...{ id: String(id), name, kind, role, collections, prefix },
    createdAt: times.createdAt.toISOString(),
    ...{ lastUsedAt: text(times.lastUsedAt), expiresAt: text(times.expiresAt), revokedAt: text(times.revokedAt) },
  };
}
